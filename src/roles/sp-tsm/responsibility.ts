// Who does what, who answers for it, and whom a person asks: for every step of each application and life event, and for
// every state of an order. Seed 4 (5)⑤⑥ (関係者の役割分担、責任分解点、消費者対応); seed 0 川関 (MVNO). docs/responsibility.md is made from it.

import type { DeliveryWay } from '../../base/ports.ts'
import type { Way } from './applications/model.ts'
import type { OrderState } from './contract.ts'
import type { LifeEvent } from './life/contract.ts'

/** `carrier` is who has network, SIM and TSM; `mvno` whose line it is, where that is another. */
export type Actor = 'holder' | 'municipality' | 'j-lis' | 'carrier' | 'mvno' | 'post'

export interface Duty {
  readonly ja: string
  readonly en: string
  readonly does: Actor
  /** 責任分解点: to whom the damage goes when this step was done wrongly. */
  readonly answers: Actor
  /** What an MVNO does there with a line of its own. */
  readonly mvno: 'does it' | 'passes it on' | 'nothing'
  /** 消費者対応: whom the holder asks. */
  readonly ask: Actor
}

type Procedure = Way | Exclude<LifeEvent, 'approve'>

/** After the approval all three ways are `install` and `confirmPin`. */
export const DUTIES = {
  home: [
    {
      ja: '4情報・回線・SIMを入力する',
      en: 'enters four facts; line, SIM and phone are named',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: '契約者・SIM・機種を確かめる',
      en: 'compares subscriber, SIM and phone',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: '4情報を住民票と照らす',
      en: 'compares the four facts with the register',
      does: 'j-lis',
      answers: 'municipality',
      mvno: 'nothing',
      ask: 'municipality',
    },
    {
      ja: 'SMSを回線に届ける',
      en: 'delivers the SMS to the line',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'passes it on',
      ask: 'carrier',
    },
    {
      ja: '本人限定受取郵便を名あて人に渡す',
      en: 'hands the letter to its addressee alone',
      does: 'post',
      answers: 'post',
      mvno: 'nothing',
      ask: 'post',
    },
    {
      ja: '番号を入れて承認する',
      en: 'enters both codes',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'j-lis',
    },
  ],
  card: [
    {
      ja: 'カードで申込書に署名する',
      en: 'signs the application with the card',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'municipality',
    },
    {
      ja: '署名と失効を検証する',
      en: 'verifies signature and revocation',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: '契約者・SIM・機種を確かめる',
      en: 'compares subscriber, SIM and phone',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: 'SMSまたはメールの番号で承認する',
      en: 'approves by the code of SMS or mail',
      does: 'holder',
      answers: 'holder',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  counter: [
    {
      ja: '窓口で本人を確かめる',
      en: 'identifies the person at the desk',
      does: 'municipality',
      answers: 'municipality',
      mvno: 'nothing',
      ask: 'municipality',
    },
    {
      ja: 'SIMの番号を読み、契約者を確かめる',
      en: 'reads the SIM; line and subscriber are compared',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: '読み取り機を通してSIMに書き込む',
      en: 'lets the SIM be written through the reader',
      does: 'municipality',
      answers: 'j-lis',
      mvno: 'nothing',
      ask: 'municipality',
    },
  ],
  install: [
    {
      ja: 'SIMに領域とアプレットを置く',
      en: 'makes the domain and loads the applet',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'passes it on',
      ask: 'carrier',
    },
    {
      ja: '鍵を替え、鍵ペアを作らせ、証明書を発行して書き込む',
      en: 'takes the keys over, has the key pair made, issues and writes the certificate',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  confirmPin: [
    { ja: '暗証番号を決める', en: 'chooses the PIN', does: 'holder', answers: 'holder', mvno: 'nothing', ask: 'j-lis' },
  ],
  stop: [
    {
      ja: '紛失を届ける（スマホ、コールセンター、窓口）',
      en: 'reports the loss',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: '回線の停止をJ-LISに知らせる',
      en: 'tells J-LIS of a line that is suspended',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: '証明書を止め、アプレットを止める',
      en: 'holds the certificate, suspends the applet',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  resume: [
    {
      ja: 'カードで本人を示し、停止を解く',
      en: 'lifts the stop with the card, or at the counter',
      does: 'holder',
      answers: 'j-lis',
      mvno: 'nothing',
      ask: 'j-lis',
    },
  ],
  renew: [
    {
      ja: '期限を知らせ、新しい鍵と証明書を入れる',
      en: 'tells of the end; new key and certificate in the same SIM',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  upgrade: [
    {
      ja: '新しいアプレットを今のものに重ねて入れる',
      en: 'puts a later applet over the one in the SIM',
      does: 'carrier',
      answers: 'j-lis',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  resetPin: [
    {
      ja: 'カードか窓口で本人を示す',
      en: 'shows who they are, by card or at the counter',
      does: 'holder',
      answers: 'municipality',
      mvno: 'nothing',
      ask: 'municipality',
    },
    {
      ja: '暗証番号を初期化する',
      en: 'resets the PIN in the SIM',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'passes it on',
      ask: 'j-lis',
    },
  ],
  end: [
    {
      ja: '機種変更・譲渡・廃棄の前に消す',
      en: 'removes it before the phone changes hands',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: '解約・名義変更を知らせる',
      en: 'tells of the end of the line, or that it is another’s',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: '異動・死亡を登録する',
      en: 'records moves and deaths',
      does: 'municipality',
      answers: 'municipality',
      mvno: 'nothing',
      ask: 'municipality',
    },
    {
      ja: '証明書を失効させる',
      en: 'revokes the certificate',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: 'アプレットと領域をSIMから消す',
      en: 'deletes applet and domain from the SIM',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'passes it on',
      ask: 'carrier',
    },
  ],
  move: [
    {
      ja: 'SIM交換・番号移行を知らせる',
      en: 'tells of a new SIM or a number ported',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'does it',
      ask: 'carrier',
    },
    {
      ja: '新しいSIMで、カードをかざして移す',
      en: 'moves it with the card, to the phone with the new SIM',
      does: 'holder',
      answers: 'holder',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: '新しい証明書を発行し、前のものを失効させる',
      en: 'issues a new certificate, then revokes the one before',
      does: 'j-lis',
      answers: 'j-lis',
      mvno: 'nothing',
      ask: 'j-lis',
    },
    {
      ja: 'アプレットを新しいSIMに入れる',
      en: 'puts the applet into the new SIM',
      does: 'carrier',
      answers: 'carrier',
      mvno: 'passes it on',
      ask: 'carrier',
    },
  ],
} as const satisfies Record<Procedure, readonly Duty[]>

/** Whose turn it is in a state; nobody's where all is done. */
const TURNS = {
  applied: 'holder',
  accepted: 'holder',
  deploying: 'carrier',
  deployed: 'j-lis',
  keyed: 'j-lis',
  loaded: 'j-lis',
  keyPairMade: 'j-lis',
  issued: 'j-lis',
  written: 'holder',
  active: null,
  holding: 'j-lis',
  held: 'carrier',
  suspended: 'holder',
  resuming: 'carrier',
  awake: 'j-lis',
  renewing: 'j-lis',
  nextKeyPairMade: 'j-lis',
  nextIssued: 'j-lis',
  nextWritten: 'j-lis',
  renewalFailed: 'j-lis',
  nextRevoked: 'j-lis',
  resetting: 'j-lis',
  upgrading: 'carrier',
  undoing: 'j-lis',
  certificateRevoked: 'carrier',
  undone: null,
} as const satisfies Record<OrderState, Actor | null>

/** A letter that is due is the post's until its addressee has it; what was begun at the desk is finished there. */
export function turnOf(state: OrderState, way: Way | null, due: DeliveryWay | null): Actor | null {
  if (state === 'applied' && due === 'letter') return 'post'
  if (way === 'counter' && (state === 'accepted' || state === 'written')) return 'municipality'
  return TURNS[state]
}
