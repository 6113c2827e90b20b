// `kazasu gp store-data`: personalisation data for a security domain or, through it, for an application.

import * as gp from '../../../protocol/globalplatform/index.ts'
import { aidBytes, type GpOptions, hexOrFile } from './options.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface StoreDataOptions extends GpOptions {
  readonly to?: string
  readonly format?: 'free' | 'dgi' | 'ber-tlv'
  readonly encrypted?: boolean
  readonly answers?: boolean
}

const FORMAT = { free: 0, dgi: gp.STORE_DATA.dgi, 'ber-tlv': gp.STORE_DATA.berTlv } as const

export const storeData = (text: string, options: StoreDataOptions): Promise<number> => {
  const data = hexOrFile(text, 'data')
  const { encrypted, answers } = gp.STORE_DATA
  const bits = FORMAT[options.format ?? 'free'] | (options.encrypted ? encrypted : 0) | (options.answers ? answers : 0)
  return withCard(options, async (card) => {
    if (options.to !== undefined) {
      const application = aidBytes(options.to)
      await card.secure(() => gp.installForPersonalization(application))
    }
    const answer = await card.secure(({ capacity }) => gp.storeData(data, bits, capacity))
    if (options.json) sayJson({ stored: data.length, answer })
    else say(`stored ${data.length} bytes`, ...(answer.length > 0 ? [upper(answer)] : []))
    return 0
  })
}
