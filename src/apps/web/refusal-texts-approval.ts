// What a refusal means when a service asks a person in a conversation: for the person at the phone.

import type { Words } from './language.ts'

export const APPROVAL_REFUSALS: { readonly [code: string]: Words } = {
  'verifier/unknownInbox': {
    ja: 'このスマホには、電話での確認が届かなくなっています。もう一度、届くようにしてください。',
    en: 'This phone is not asked any more. Switch it on again.',
  },
  'verifier/unknownApproval': {
    ja: 'この確認は見つかりません。',
    en: 'This request was not found.',
  },
  'verifier/approvalOver': {
    ja: 'この確認は、もう終わっています。返事は送られていません。',
    en: 'This request is over already. No answer was sent.',
  },
  'verifier/otherNumber': {
    ja: '相手が言った番号と違うため、止めました。何も認められていません。電話の相手は本物ではないかもしれません。電話を切って、いつもの番号にかけ直してください。',
    en: 'That is not the number that was spoken, so it was stopped. Nothing was approved. Whoever is on the line may be an impostor: hang up and call the number that you know.',
  },
  'verifier/notTheirs': {
    ja: 'このスマホの証明書は、確認を求められた人のものではありません。',
    en: 'The certificate in this phone is not that of the person who was asked.',
  },
  'phone/notAsked': {
    ja: 'このスマホは、電話での確認を受けとる設定になっていません。',
    en: 'This phone does not receive requests for approval.',
  },
  'phone/userCodeIsPin': {
    ja: '電話で使う番号は、暗証番号と同じにできません。別の番号を決めてください。',
    en: 'The number for the telephone must not be your PIN. Choose another.',
  },
  'service/noTelephone': { ja: 'ここでは、電話での手続きはできません。', en: 'Nobody calls here.' },
  'service/neverLinked': {
    ja: 'このお客さま番号の方は、まだマイナンバーでログインしていないため、確認を送れません。',
    en: 'Nobody with this customer number has logged in with My Number, so nobody can be asked.',
  },
  'service/notAskedNow': {
    ja: 'このお客さまには、いま確認を送れません。続けて断られたか、すでに送ってあります。時間をおいてください。',
    en: 'This customer cannot be asked now: they said no several times, or are being asked already. Try later.',
  },
  'service/unknownCall': { ja: 'この電話の記録はありません。', en: 'There is no such call.' },
  'service/notApproved': {
    ja: 'お客さまが認めていないか、もう終わった手続きです。',
    en: 'The customer has not approved this, or it is over already.',
  },
  'service/notSignedIn': {
    ja: 'ログインしていないか、時間が過ぎました。もう一度ログインしてください。',
    en: 'Nobody is signed in, or the day is over. Sign in again.',
  },
  'service/notYourPart': { ja: 'この仕事は、あなたの担当ではありません。', en: 'This is not your part.' },
}
