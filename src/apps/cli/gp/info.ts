// `kazasu gp info`: what a card tells of itself without a key.

import * as gp from '../../../protocol/globalplatform/index.ts'
import { aidBytes, type GpOptions } from './options.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export const info = (options: GpOptions): Promise<number> =>
  withCard(options, async (card) => {
    const told = await card.run(gp.readCard(options.aid === undefined ? undefined : aidBytes(options.aid)))
    if (options.json) sayJson(told)
    else say(...lines(told))
    return 0
  })

const hexByte = (value: number) => value.toString(16).toUpperCase().padStart(2, '0')
const channel = ({ scp, i }: { scp: number; i: number }) => `SCP${hexByte(scp)} i=${hexByte(i)}`

function lines(card: gp.CardSummary): string[] {
  const { cardData, capability, keys, cplc, resources } = card
  const row = (name: string, value: string | undefined) => (value ? [`${name.padEnd(22)} ${value}`] : [])
  return [
    ...row('security domain', upper(card.aid)),
    ...row('GlobalPlatform', cardData?.version),
    ...row('secure channels', cardData?.channels.map(channel).join(', ')),
    ...row('identifiers', cardData?.identifiers.join(', ')),
    ...row('issuer number', card.issuerNumber && upper(card.issuerNumber)),
    ...row('card number', card.imageNumber && upper(card.imageNumber)),
    ...row('diversification data', card.diversificationData && upper(card.diversificationData)),
    ...row('sequence counter', card.sequenceCounter && upper(card.sequenceCounter)),
    ...row('longest command', card.maxCommandData?.toString()),
    ...row('load file hashes', capability?.hashes.join(', ')),
    ...row('load file ciphers', capability?.loadFileCiphers.join(', ')),
    ...row('free memory', resources && `${resources.nonVolatile} bytes, ${resources.volatile} volatile`),
    ...row('applications', resources?.applications.toString()),
    ...(keys ?? []).flatMap(({ version, id, components }) =>
      row(
        'key',
        `version ${hexByte(version)}, number ${hexByte(id)}: ${components.map(({ type, length }) => `${typeName(type)} ${length === 0 ? '256 or more' : length} bytes`).join(', ')}`,
      ),
    ),
    ...Object.entries(cplc ?? {}).flatMap(([name, value]) => row(name, value.toUpperCase())),
  ]
}

/** GPC v2.3.1 Table 11-16. */
const TYPES: Readonly<Record<number, string>> = {
  128: 'DES',
  133: 'TLS PSK',
  136: 'AES',
  144: 'HMAC-SHA1',
  160: 'RSA exponent',
  161: 'RSA modulus',
  176: 'ECC point',
  240: 'curve reference',
}
const typeName = (type: number) => TYPES[type] ?? hexByte(type)
