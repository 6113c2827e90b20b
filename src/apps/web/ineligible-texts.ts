// Why a line, SIM and phone cannot have the service, and what to do about it.

import type { z } from 'zod'
import type { RefusalDetail } from '../../base/refusal.ts'
import type { zIneligible } from '../../roles/carrier/contract.ts'
import type { Words } from './language.ts'

/** Why a line, SIM or phone cannot have the service. */
export const INELIGIBLE = {
  'unknown-line': {
    ja: 'この電話番号の契約が見つかりません。SIMを入れ直し、それでも同じなら、携帯電話会社にお問い合わせください。',
    en: 'There is no contract for this number. Take the SIM out and put it in again; if that does not help, ask your carrier.',
  },
  'line-suspended': {
    ja: '回線が止まっています。携帯電話会社で、使えるようにしてもらってください。',
    en: 'The line is suspended. Have your carrier resume it, then try again.',
  },
  'sim-not-of-line': {
    ja: 'この回線のSIMではありません。新しいSIMに替えたときは、新しいほうをスマホに入れてください。',
    en: 'The SIM does not belong to this line. If you got a new SIM, put that one in.',
  },
  'sim-not-certified': {
    ja: 'このSIMは対応していません。携帯電話会社の店で、証明書の入るSIMに交換できます。',
    en: 'This SIM cannot hold the certificate. Your carrier’s shop changes it for one that can.',
  },
  'device-not-supported': {
    ja: 'このスマホは対応していません。NFCのあるスマホにこのSIMを入れるか、カードをそのままお使いください。',
    en: 'This phone cannot do it. Put the SIM into a phone with NFC, or go on using the card itself.',
  },
  'mail-not-the-subscribers': {
    ja: 'このメールアドレスは、携帯電話会社に登録されているものと違います。SMSで承認してください。',
    en: 'The carrier does not know this mail address as yours. Approve by SMS instead.',
  },
  'not-the-subscriber': {
    ja: '申し込む人と、回線の契約者が違います。ご自分の名義の回線で申し込むか、携帯電話会社で利用者の登録を直してください。',
    en: 'The line is not in the applicant’s name. Use a line of your own, or have your carrier enter you as its user.',
  },
  'device-locked': {
    ja: 'このスマホは、ほかの携帯電話会社専用です。購入した会社で、SIMロックの解除をしてもらってください。',
    en: 'This phone is locked to another carrier. Have the carrier that sold it unlock it.',
  },
  'no-bearer': {
    ja: 'このスマホとこのSIMの組み合わせでは、書き込めません。携帯電話会社で、SIMかスマホを替えてください。',
    en: 'Nothing can be written to this SIM in this phone. Ask the carrier for another SIM, or use another phone.',
  },
  offline: {
    ja: 'スマホが通信できません。モバイル通信かWi-Fiをオンにして、電波の届くところで、もう一度お試しください。',
    en: 'The phone has no connection. Turn mobile data or Wi-Fi on, go where there is a signal and try again.',
  },
} as const satisfies Record<z.output<typeof zIneligible>, Words>

/** The same in a word or two, for tables. */
export const INELIGIBLE_SHORT = {
  'unknown-line': { ja: '契約なし', en: 'no contract' },
  'line-suspended': { ja: '停止中', en: 'suspended' },
  'sim-not-of-line': { ja: '別のSIM', en: 'other SIM' },
  'sim-not-certified': { ja: 'SIM非対応', en: 'SIM' },
  'device-not-supported': { ja: '機種非対応', en: 'phone' },
  'mail-not-the-subscribers': { ja: 'メール', en: 'mail' },
  'not-the-subscriber': { ja: '名義違い', en: 'name' },
  'device-locked': { ja: 'SIMロック', en: 'locked' },
  'no-bearer': { ja: '組み合わせ', en: 'pairing' },
  offline: { ja: '通信なし', en: 'offline' },
} as const satisfies Record<z.output<typeof zIneligible>, Words>

/** The reasons that a refusal of the SP-TSM carries, in words. */
export function ineligible({ reasons }: RefusalDetail): Words[] {
  const given = typeof reasons === 'string' ? reasons.split(', ') : []
  return Object.entries(INELIGIBLE).flatMap(([reason, words]) => (given.includes(reason) ? [words] : []))
}
