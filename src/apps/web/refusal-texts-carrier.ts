// What a carrier's shop is refused, and what to do about it.

import type { Words } from './language.ts'

export const CARRIER_REFUSALS: Record<string, Words> = {
  'carrier/unknownLine': {
    ja: 'この会社に、その番号の回線はありません。番号を確かめてください。乗り換えたあとなら、今の会社でお調べください。',
    en: 'This carrier has no line with that number. Check it; if it was taken elsewhere, ask the carrier that has it now.',
  },
  'carrier/lineTaken': {
    ja: 'その番号かSIMは、もう契約に使われています。',
    en: 'A contract for this number or SIM is there already.',
  },
  'carrier/wrongReservation': {
    ja: '予約番号が違うか、期限が切れています。前の会社で、もう一度出してもらってください。',
    en: 'The reservation is wrong or has expired. Have the carrier before give another one.',
  },
  'carrier/unknownDonor': {
    ja: 'その会社からの乗り換えは受け付けていません。',
    en: 'Numbers of that carrier cannot be taken over.',
  },
  'carrier/simRetired': { ja: 'このSIMは、もう使えません。', en: 'This SIM is out of use.' },
  'carrier/unknownSimModel': {
    ja: 'この会社では、その種類のSIMを扱っていません。',
    en: 'This carrier has no SIMs of that kind.',
  },
}
