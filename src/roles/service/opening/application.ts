// 口座開設申込書: what the customer reads and signs. XML for the platform's customers, PDF for a contract on paper's terms.

import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { textPdf } from '../../../codec/pdf/text.ts'

export interface Application {
  readonly to: string
  readonly number: string
  /** Year, month and day in Japan. */
  readonly day: string
}

export const APPLICATION_TITLE = '口座開設の申込書'

const escaped = (text: string): string => text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)

const LINES = ({ to, number, day }: Application) =>
  [
    ['申込先', to],
    ['申込番号', number],
    ['申込日', day],
    ['口座の種類', '普通預金'],
    ['申込人', '署名用電子証明書に記載のとおり'],
    ['約束', '口座を他人に渡さず、他人のために開きません。'],
  ] as const

export function xmlApplication(application: Application): Bytes {
  const fields = LINES(application).map(([name, value]) => `  <${name}>${escaped(value)}</${name}>`)
  return utf8(
    `<?xml version="1.0" encoding="UTF-8"?>\n<口座開設申込書 xmlns="urn:kazasu:account-opening:1">\n${fields.join('\n')}\n</口座開設申込書>\n`,
  )
}

export const pdfApplication = (application: Application): Bytes =>
  textPdf(APPLICATION_TITLE, 'ja', [
    { text: APPLICATION_TITLE, size: 20 },
    ...LINES(application).flatMap(([name, value]) => [
      { text: name, size: 10, above: 16 },
      { text: value, size: 13, indent: 12 },
    ]),
  ])
