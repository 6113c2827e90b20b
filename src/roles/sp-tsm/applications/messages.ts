// What is written to the applicant, in both languages, because we do not know which one they read. The order id and
// the four facts are in none of them but the address of a letter.

import type { DeliveryWay } from '../../../base/ports.ts'

export interface Words {
  readonly subject: string
  readonly text: string
}

const SUBJECT = 'J-LIS スマートフォン用電子証明書 / Certificate for your phone'
const NOT_YOU =
  '申し込んだ覚えがないときは、だれにも伝えず、コールセンターへお知らせください。 / If you did not apply, tell nobody and call us.'

const spaced = (code: string): string => code.replace(/(\d{5})(?=\d)/g, '$1 ')

export const WORDS: Record<DeliveryWay, (code: string) => Words> = {
  sms: (code) => ({
    subject: SUBJECT,
    text: `確認番号 ${code}（10分間有効）。スマートフォンの申し込みの画面に入れてください。 / Code ${code}, valid for 10 minutes. ${NOT_YOU}`,
  }),
  mail: (code) => ({
    subject: SUBJECT,
    text: `承認番号 ${code}（30分間有効）。申し込んだスマートフォンの画面に入れてください。 / Code ${code}, valid for 30 minutes. ${NOT_YOU}`,
  }),
  letter: (code) => ({
    subject: `${SUBJECT}（本人限定受取郵便）`,
    text: `お申し込みの受付番号 ${spaced(code)}。申し込んだスマートフォンの画面に、14日以内に入れてください。 / Code ${spaced(code)}: enter it within 14 days on the phone with which you applied. ${NOT_YOU}`,
  }),
}
