// What a refusal means at a reader of a service, for the person who stands there. By the stable code.

import type { Words } from './language.ts'

export const READER_REFUSALS = {
  'terminal/noLogins': {
    ja: 'この端末では、ログインできません。',
    en: 'You cannot log in at this terminal.',
  },
  'terminal/noLogin': {
    ja: '待っているログインがないか、受付の期限が過ぎました。サービスの画面から、もう一度始めてください。',
    en: 'No login waits here, or its time has passed. Begin again at the service.',
  },
  'terminal/otherWay': {
    ja: 'このサービスは、この方法でのログインを受け付けていません。暗証番号を入れてかざしてください。',
    en: 'This service does not take a login in this way. Enter the PIN.',
  },
  'terminal/noCard': {
    ja: 'リーダーに何もありません。カードかスマホをかざしてください。',
    en: 'There is nothing on the reader. Hold your card or phone to it.',
  },
  'terminal/cardLeft': {
    ja: '途中で離れました。終わるまで、かざしたままにしてください。',
    en: 'It was taken away too soon. Hold it to the reader until it is done.',
  },
  'terminal/cardRefused': {
    ja: 'このカード・スマホは使えません。証明書が入っていて、止められていないことを確かめてください。',
    en: 'This card or phone cannot be used here. Check that it has a certificate and is not stopped.',
  },
  'terminal/touchFailed': {
    ja: 'かざしただけでは確かめられませんでした。もう一度かざすか、暗証番号を入れてください。',
    en: 'The touch was not enough. Hold it to the reader again, or enter the PIN.',
  },
  'terminal/wrongPin': {
    ja: '暗証番号がちがいます。',
    en: 'The PIN is wrong.',
  },
  'terminal/pinBlocked': {
    ja: 'まちがいが続いたため、暗証番号は使えなくなりました。カードは市区町村の窓口で、スマホはカードで申し込み直すと、また使えます。',
    en: 'The PIN is blocked after too many wrong tries. Have that of a card set anew at your town hall; for a phone, apply again with the card.',
  },
  'verifier/unknownReader': {
    ja: 'このリーダーは、このサービスのものではないか、使われなくなりました。係の人に知らせてください。',
    en: 'This reader is not one of this service, or not any more. Please tell the staff.',
  },
  'verifier/readerRevoked': {
    ja: 'このリーダーは、J-LISが失効させました。使わずに、係の人に知らせてください。',
    en: 'J-LIS has revoked this reader. Do not use it, and tell the staff.',
  },
  'verifier/readerNotProven': {
    ja: 'このリーダーが正規のものと確かめられません。使わずに、係の人に知らせてください。',
    en: 'This reader could not prove what it is. Do not use it, and tell the staff.',
  },
  'verifier/notAtReader': {
    ja: 'このログインは、リーダーでは受け付けていません。スマホのアプリを使ってください。',
    en: 'This login cannot go on at a reader. Please use the app on your phone.',
  },
  'verifier/unknownTouch': {
    ja: 'かざされたものの証明書が、J-LISにありません。',
    en: 'J-LIS does not know the certificate of what was held to the reader.',
  },
  'verifier/cardWithoutPin': {
    ja: 'マイナンバーカードは、かざすだけではログインできません。4けたの暗証番号を入れてください。',
    en: 'A My Number Card does not log in by a touch alone. Enter its four-digit PIN.',
  },
} as const satisfies Record<string, Words>
