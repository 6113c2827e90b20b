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
}
