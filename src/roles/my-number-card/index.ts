// マイナンバーカード: the JPKI application with both keys, and the data objects of the MF as far as they are public.
// The text, surface and other applications of the plastic card are not there. Observed: myna-card.

import { fromHex, utf8 } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import { encodeTokenInfo, TOKEN_LABEL } from '../../protocol/jpki-ap/files.ts'
import { type CardParts, createCard, manufactureCard } from '../secure-element/contract.ts'
import type { MyNumberCard, MyNumberCardImage } from './contract.ts'

/** Contactless, ISO 14443 type B through PC/SC. Observed: smartcard_list. */
const ATR = fromHex('3b888001000005e0b381a1007f')
/** The contact ATR of a real card without its first byte, as object 5F51 gives it. */
const CONTACT_ATR = fromHex('da13ff8131fb468012392f31c173c601c03b')
const MANUFACTURER = '00000000000000000000000000000001'
const MODEL = 'E16R01NJ'

/** Writes a new card into its memory, as the municipality hands it over. */
export function manufactureMyNumberCard(memory: Memory, image: MyNumberCardImage): void {
  const { tokenSerial: serialNumber, municipality, expiry, terminalCaKey } = image
  if (!/^[0-9]{16}$/.test(serialNumber)) throw new RangeError('a token serial has sixteen digits')
  manufactureCard(memory, {
    atr: ATR,
    objects: {
      66: utf8('JPKI'.padEnd(16)),
      69: utf8(serialNumber),
      240: utf8(municipality),
      242: utf8(expiry),
      24401: CONTACT_ATR,
    },
    jpki: {
      keys: { auth: image.auth, ...(image.sign && { sign: image.sign }) },
      tokenInfo: encodeTokenInfo({ label: TOKEN_LABEL.card, manufacturer: MANUFACTURER, model: MODEL, serialNumber }),
      ...(terminalCaKey && { terminalCaKey }),
    },
  })
}

/** Puts a card, whose image the memory holds, into a reader. */
export const createMyNumberCard = (parts: CardParts): MyNumberCard => createCard(parts)
