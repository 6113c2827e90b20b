// Why a line, SIM and phone cannot have the service, and what to do about it.

import type { z } from 'zod'
import type { RefusalDetail } from '../../base/refusal.ts'
import type { zIneligible } from '../../roles/carrier/contract.ts'
import type { Words } from './language.ts'

/** Why a line, SIM or phone cannot have the service. */
export const INELIGIBLE = {
  'unknown-line': { ja: 'この電話番号の契約が見つかりません。', en: 'There is no contract for this number.' },
  'line-suspended': { ja: '回線が止まっています。', en: 'The line is suspended.' },
  'sim-not-of-line': { ja: 'この回線のSIMではありません。', en: 'The SIM does not belong to this line.' },
  'sim-not-certified': { ja: 'このSIMは対応していません。', en: 'This SIM is not supported.' },
  'device-not-supported': { ja: 'このスマホは対応していません。', en: 'This phone is not supported.' },
  'mail-not-the-subscribers': {
    ja: 'このメールアドレスは、携帯電話会社に登録されているものと違います。SMSで承認してください。',
    en: 'The carrier does not know this mail address as yours. Approve by SMS instead.',
  },
  'not-the-subscriber': {
    ja: 'カードの持ち主と、回線の契約者が違います。',
    en: 'The line is not in the name of the holder of the card.',
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
