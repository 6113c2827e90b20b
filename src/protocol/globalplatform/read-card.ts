// Everything a card tells of itself without a key, in one dialogue. A card need not know any of it.

import type { Bytes } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlv } from '../../codec/tlv.ts'
import { CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import {
  type CardCapability,
  type CardData,
  type CardResources,
  decodeCapability,
  decodeCardData,
  decodeCplc,
  decodeFci,
  decodeKeyInformation,
  decodeResources,
  type KeyInformation,
  lenient,
} from './card-data.ts'
import { getData, select } from './get-status.ts'
import { AID } from './registry.ts'

export interface CardSummary {
  /** Of the security domain that was selected. */
  readonly aid: Bytes
  readonly maxCommandData?: number
  readonly cardData?: CardData
  readonly capability?: CardCapability
  readonly keys?: readonly KeyInformation[]
  readonly cplc?: Readonly<Record<string, string>>
  readonly resources?: CardResources
  readonly issuerNumber?: Bytes
  readonly imageNumber?: Bytes
  readonly diversificationData?: Bytes
  readonly sequenceCounter?: Bytes
}

/** Issuer domains of old and new cards, in the order in which clients try them. Observed: gpshell. */
const ISSUERS: readonly Bytes[] = [AID.isd, AID.isd.slice(0, 7), Uint8Array.of(0xa0, 0, 0, 0, 3, 0, 0, 0)]

/** The security domain with this AID, or the issuer's: by default selection, then by its known names. Its AID. */
export function* selectDomain(aid?: Bytes): Dialogue<{ readonly aid: Bytes; readonly fci: Bytes }> {
  if (aid) return { aid, fci: yield* select(aid) }
  let refusal: CardRefused | undefined
  for (const name of [undefined, ...ISSUERS]) {
    try {
      const fci = yield* select(name)
      const told = lenient(() => decodeFci(fci))?.aid ?? name
      if (told) return { aid: told, fci }
    } catch (error) {
      if (!(error instanceof CardRefused)) throw error
      refusal = error
    }
  }
  throw refusal ?? new CardRefused(SW.NOT_FOUND.sw, 'SELECT')
}

/** Selects the domain and asks for each data object; what the card refuses or writes otherwise is absent. */
export function* readCard(aid?: Bytes): Dialogue<CardSummary> {
  const selected = yield* selectDomain(aid)
  const { maxCommandData, cardData: told } = lenient(() => decodeFci(selected.fci)) ?? {}
  const some = <K extends string, T>(name: K, value: T | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: T }
  const raw = (value: Bytes) => value
  return {
    aid: selected.aid,
    ...some('maxCommandData', maxCommandData),
    ...some('cardData', (yield* object(0x66, decodeCardData)) ?? told),
    ...some('capability', yield* object(0x67, decodeCapability)),
    ...some('keys', yield* object(0xe0, decodeKeyInformation)),
    ...some('cplc', yield* object(0x9f7f, decodeCplc)),
    ...some('resources', yield* object(0xff21, decodeResources)),
    ...some('issuerNumber', yield* object(0x42, raw)),
    ...some('imageNumber', yield* object(0x45, raw)),
    ...some('diversificationData', yield* object(0xcf, raw)),
    ...some('sequenceCounter', yield* object(0xc1, raw)),
  }
}

function* object<T>(tag: number, read: (value: Bytes) => T): Dialogue<T | undefined> {
  try {
    const answer = yield* getData(tag)
    return lenient(() => read(decodeTlv(tag, answer)))
  } catch (error) {
    if (error instanceof CardRefused) return undefined
    throw error
  }
}
