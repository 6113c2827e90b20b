// Texts of the phone's help, of the record of uses, and of where else certificates are.

import type { Words } from './language.ts'

export const HELP_MESSAGES = {
  doHelp: { ja: '案内を見る', en: 'Help' },
  doHelpText: {
    ja: '使えないとき、届かないとき、なくしたとき',
    en: 'When it does not work, does not come, or is lost',
  },
  title: { ja: 'こまったときの案内', en: 'When something is wrong' },
  lead: { ja: '当てはまるものを押してください。', en: 'Choose what fits.' },
  see: { ja: 'どうすればよいか見る', en: 'See what to do' },
  call: {
    ja: '解決しないときは、マイナンバー総合フリーダイヤルか、市役所・町村役場の窓口でおたずねください。スマホの証明書を止めることは、フリーダイヤルで夜中でもできます。',
    en: 'If this does not help, ask the My Number hot line or your city office. The hot line stops the certificate in a phone at any hour.',
  },
  matrix: { ja: '使えるSIMとスマホの表を見る', en: 'See which SIMs and phones work' },

  doUses: { ja: '使った記録', en: 'Where it was used' },
  doUsesText: { ja: 'ログイン、年齢の確認、署名など', en: 'Logins, ages, signatures' },
  usesTitle: { ja: '使った記録', en: 'Where it was used' },
  usesLead: {
    ja: 'このスマホで証明書やカードを使った記録です。このスマホの中だけにあり、1年で消えます。身に覚えのないものがあれば、すぐに証明書を止めてください。',
    en: 'What the certificate, or the card held to this phone, was used for. It is kept on this phone alone, for a year. If you do not know one of these, stop the certificate at once.',
  },
  usesNone: { ja: 'まだ使っていません。', en: 'Not used yet.' },
  forget: { ja: 'この記録を消す', en: 'Erase this record' },
  forgetNow: { ja: '消す', en: 'Erase' },
  forgetText: {
    ja: 'スマホを人に譲る前に消してください。証明書はそのままです。',
    en: 'Do so before you give the phone away. The certificate stays.',
  },
  forgotten: { ja: '記録を消しました。', en: 'The record was erased.' },
  atReader: { ja: '読み取り機', en: 'a reader' },

  elsewhereTitle: { ja: 'ほかにある証明書', en: 'Your other certificates' },
  elsewhereUnknown: {
    ja: '今は問い合わせられません。あとで、もう一度開いてください。',
    en: 'J-LIS cannot be asked at the moment. Open this again later.',
  },
  elsewhereTakeOver: {
    ja: '最初の画面で一度カードをかざすと、ここに出ます。',
    en: 'Hold the card once on the first screen, and they are listed here.',
  },
  onCard: { ja: 'マイナンバーカードの中', en: 'On your My Number Card' },
  inSim: {
    ja: (carrier: string) => `別のSIM（${carrier}）の中`,
    en: (carrier: string) => `In another SIM (${carrier})`,
  },
  signOnCard: {
    ja: '署名用電子証明書は、カードの中だけにあります。',
    en: 'The certificate for signatures is on the card alone.',
  },
  state: { ja: '状態', en: 'State' },
  valid: { ja: '使えます', en: 'valid' },
  onHold: { ja: '止まっています', en: 'stopped' },
  revoked: { ja: '失効しています', en: 'revoked' },
  expired: { ja: '期限が切れています', en: 'expired' },
  unknown: { ja: 'わかりません', en: 'not known' },
} as const

/** `kind` of a use, as the record names it. */
export const USE_TEXTS = {
  login: { ja: 'ログイン', en: 'Login' },
  age: { ja: '年齢の確認', en: 'Age' },
  consent: { ja: '情報を伝える同意', en: 'Consent' },
  question: { ja: '年齢や同意の問い合わせ', en: 'Question for age or consent' },
  signature: { ja: '文書への署名（カード）', en: 'Signature of a document (card)' },
  approval: { ja: '電話などの手続きへの返事', en: 'Answer to a call or request' },
  tie: { ja: 'サービスをつなぐ', en: 'Services tied together' },
  partner: { ja: 'サービスのアプリの追加', en: 'Application of a service' },
  tap: { ja: 'かざして使用', en: 'Held to a reader' },
} as const satisfies Record<string, Words>

export const USE_OUTCOMES = {
  done: { ja: '使いました', en: 'used' },
  declined: { ja: '断りました', en: 'declined' },
  refused: { ja: '相手に断られました', en: 'refused by the other side' },
} as const satisfies Record<string, Words>

interface Topic {
  readonly title: Words
  readonly text: Words
  /** Where on the phone something can be done about it. */
  readonly to?: { readonly path: string; readonly text: Words }
  /** Refusals that lead here. */
  readonly codes: readonly string[]
}

/** Everything that a phone can meet, with what a person does about it. */
export const TOPICS = {
  sim: {
    title: {
      ja: '「この回線・SIM・スマホでは申し込めません」と出た',
      en: '“This line, SIM or phone cannot have the service”',
    },
    text: {
      ja: '理由ごとに、できることがあります。どれも、申し込みの途中で費用がかかることはありません。',
      en: 'For each reason there is something to do. Nothing was charged or written.',
    },
    to: { path: '/apply-counter', text: { ja: '窓口での申し込みについて', en: 'About applying at the counter' } },
    codes: ['sp-tsm/notEligible', 'sp-tsm/unknownCarrier'],
  },
  network: {
    title: { ja: '途中で止まった、電源が切れた', en: 'It stopped half-way, or the phone went off' },
    text: {
      ja: '電源を入れ、モバイル通信かWi-Fiをオンにして、この画面を開いてください。続きから自動で再開します。1日たっても進まないときは取り消され、スマホの中には何も残りません。もう一度申し込めます。',
      en: 'Switch the phone on, turn mobile data or Wi-Fi on and open this app. It goes on by itself. If it cannot go on for about a day it is undone, nothing is left in the phone, and you can apply again.',
    },
    codes: [
      ...['phone/offline', 'phone/notOnNetwork', 'phone/busy', 'phone/channelClosed', 'carrier/noBearer'],
      ...['sp-tsm/repeatedFailure', 'sp-tsm/leaseLost', 'sp-tsm/orderBusy'],
    ],
  },
  code: {
    title: { ja: '番号が届かない、番号がちがうと言われる', en: 'The code does not come, or is wrong' },
    text: {
      ja: 'SMSの受信拒否を確かめ、「番号をもう一度送ってもらう」を押してください。SMSとメールは3回まで送れます。いちばん新しい番号だけが使えます。郵便は数日かかり、ご本人だけが受け取れます。期限が過ぎたときは、申し込みを取り消して、もう一度申し込んでください。',
      en: 'Check that SMS is not blocked and press “Have another code sent”. SMS and mail are sent up to three times; only the newest code counts. A letter takes some days and is handed to you alone. If it is too late, withdraw the application and apply again.',
    },
    codes: [
      ...['sp-tsm/wrongCode', 'sp-tsm/codeExpired', 'sp-tsm/codeUsedUp', 'sp-tsm/sentTooOften'],
      ...['sp-tsm/letterNotHandedOver', 'sp-tsm/applicationOver', 'sp-tsm/codeNotDue', 'sp-tsm/notApproved'],
    ],
  },
  facts: {
    title: { ja: '氏名や住所が「見つかりません」と出た', en: 'My name or address is not found' },
    text: {
      ja: '住民票のとおりに、丁目や番地、空白まで同じに入れてください。引っ越しの届け出がすんでいないときや、わからないときは、窓口で申し込めます。',
      en: 'Write them exactly as they are in the resident register, with every number. If you have moved and not reported it, or are not sure, apply at the counter.',
    },
    to: { path: '/apply-counter', text: { ja: '窓口での申し込みについて', en: 'About applying at the counter' } },
    codes: ['sp-tsm/nobodyHasThese'],
  },
  pin: {
    title: { ja: 'スマホの暗証番号を忘れた、使えなくなった', en: 'I forgot the PIN of the phone, or it is blocked' },
    text: {
      ja: 'マイナンバーカードをかざすと、新しい番号を決められます。カードがないときは、窓口へお越しください。',
      en: 'Hold your My Number Card and choose a new one. Without the card, come to your city office.',
    },
    to: { path: '/reset-pin', text: { ja: '暗証番号を決め直す', en: 'Set a new PIN' } },
    codes: ['phone/wrongPin', 'phone/pinBlocked'],
  },
  password: {
    title: {
      ja: 'カードの署名用パスワードを忘れた、使えなくなった',
      en: 'I forgot the password of the card, or it is blocked',
    },
    text: {
      ja: 'カードと本人確認書類を持って、市役所・町村役場の窓口へお越しください。その場で設定し直せます。カードなしの申し込みもできます。',
      en: 'Take the card and a document to your city office, where it is set anew at once. You can also apply without the card.',
    },
    codes: ['phone/wrongPassword', 'phone/passwordBlocked'],
  },
  card: {
    title: {
      ja: 'カードが読み取れない、カードの証明書が使えない',
      en: 'The card is not read, or its certificate is not valid',
    },
    text: {
      ja: 'カードをスマホの裏に当てて、動かさずに待ってください。ケースは外します。証明書の期限が切れたとき、引っ越しや改名のあとは、窓口で新しくしてもらえます。15歳未満の方のカードには署名用の証明書がないので、窓口で申し込みます。',
      en: 'Put the card flat on the back of the phone, without a case, and keep it still. After its end, a move or a change of name, the city office renews the certificate. Cards of children under 15 have none for signatures: apply at the counter.',
    },
    to: { path: '/apply-counter', text: { ja: '窓口での申し込みについて', en: 'About applying at the counter' } },
    codes: [
      ...['phone/noCard', 'phone/noSignCertificate', 'card/busy', 'card/in-use', 'card/unknown'],
      ...['sp-tsm/signatureNotPassed', 'sp-tsm/noLinkedCertificate', 'sp-tsm/notFresh', 'sp-tsm/nonceUsed'],
    ],
  },
  lost: {
    title: { ja: 'スマホをなくした、盗まれた', en: 'My phone is lost or stolen' },
    text: {
      ja: '別のスマホでカードをかざすと、すぐに止められます。カードがなければ、マイナンバー総合フリーダイヤルへ。見つかったら、そのスマホにカードをかざすと、また使えます。',
      en: 'Hold your card to any other phone and it is stopped at once. Without the card, call the My Number hot line. When the phone is found, hold the card to it to use it again.',
    },
    to: { path: '/lost', text: { ja: 'なくしたスマホを止める', en: 'Stop a lost phone' } },
    codes: [],
  },
  'card-lost': {
    title: { ja: 'マイナンバーカードをなくした', en: 'My card is lost' },
    text: {
      ja: 'マイナンバー総合フリーダイヤルでカードを止めてください。スマホの証明書も、いっしょに止まります。カードが見つかっても、窓口での手続きが必要です。新しいカードを受け取ると、また申し込めます。',
      en: 'Have the card stopped by the My Number hot line. The certificate in the phone stops with it. Even if the card is found, go to your city office. With a new card you can apply again.',
    },
    codes: [],
  },
  stopped: {
    title: { ja: '証明書が止まっている', en: 'The certificate is stopped' },
    text: {
      ja: '最初の画面に、止めた人と、また使う方法が出ています。ご自分やフリーダイヤルで止めたものは、カードをかざすとまた使えます。回線が止まったときは、携帯電話会社で回線を使えるようにすると戻ります。',
      en: 'The first screen says who stopped it and how it can be used again. What you or the hot line stopped, your card lets go on. If the line was suspended, it works again once your carrier resumes the line.',
    },
    codes: ['phone/suspended', 'sp-tsm/stillStopped', 'sp-tsm/notNow'],
  },
  move: {
    title: { ja: '機種変更、SIMの交換、携帯電話会社の乗り換え', en: 'A new phone, SIM or carrier' },
    text: {
      ja: 'SIMを移すだけなら、証明書もいっしょに動きます。SIMが新しくなるときは、カードをかざして証明書を移します。使えるのは1つだけです。',
      en: 'If the SIM moves, the certificate goes with it. If the SIM is new, hold your card and move the certificate. There is only one at a time.',
    },
    to: { path: '/move', text: { ja: 'どうするか見る', en: 'See what to do' } },
    codes: ['sp-tsm/phoneExists', 'sp-tsm/nothingToMove', 'sp-tsm/otherSim', 'phone/simNotHere', 'sp-tsm/orderLive'],
  },
  asked: {
    title: { ja: '身に覚えのない確認の画面が出た', en: 'Something asks me that I did not start' },
    text: {
      ja: '「断る」を押してください。暗証番号は入れないでください。だれかに電話で頼まれたときも、同じです。心配なときは、証明書を止めておけます。',
      en: 'Decline, and do not enter the PIN, whoever asks for it on the telephone. If you are worried, stop the certificate for a while.',
    },
    to: { path: '/stop', text: { ja: '証明書を一時的に止める', en: 'Stop the certificate for a while' } },
    codes: ['phone/askerNotAccredited', 'phone/otherQuestion', 'phone/accessDenied', 'phone/unknownCaller'],
  },
  changed: {
    title: { ja: '引っ越した、名前が変わった', en: 'I moved, or my name changed' },
    text: {
      ja: 'スマホの証明書は、そのまま使えます。名前や住所は入っていないからです。カードの署名用の証明書は使えなくなるので、窓口で届け出るときに、新しくしてもらってください。',
      en: 'The certificate in the phone goes on: it has neither name nor address. The one for signatures on the card ends; have it renewed when you report the change at your city office.',
    },
    codes: [],
  },
  died: {
    title: { ja: '家族が亡くなった', en: 'Somebody in the family has died' },
    text: {
      ja: '死亡届を出すと、カードとスマホの証明書は自動で失効します。スマホでの手続きはいりません。',
      en: 'Once the death is registered, the certificates of card and phone are revoked by themselves. Nothing has to be done on the phone.',
    },
    codes: [],
  },
} as const satisfies Record<string, Topic>

export type TopicName = keyof typeof TOPICS

export const topicOf = (code: string): TopicName | undefined =>
  (Object.keys(TOPICS) as TopicName[]).find((name) => (TOPICS[name].codes as readonly string[]).includes(code))
