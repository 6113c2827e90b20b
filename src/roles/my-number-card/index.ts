// マイナンバーカード: JPKI with both keys, the applications of the card face, and the objects of the card manager, as far
// as they are public. Observed: myna-card. Not here: the applications themselves (roles/secure-element).

import { type Bytes, bytes, concat, fromHex, utf8 } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import { decodeTlv } from '../../codec/tlv.ts'
import { encodeTokenInfo, FILES, KEYS, TOKEN_LABEL } from '../../protocol/jpki-ap/files.ts'
import { CARD_OBJECT } from '../../protocol/my-number-card/applications.ts'
import { type ApplicationImage, type CardParts, createCard, manufactureCard } from '../secure-element/contract.ts'
import type { CardFaceImage, JpkiKeyImage, MyNumberCard, MyNumberCardImage } from './contract.ts'
import { faceApplications } from './face.ts'

/** Contactless, ISO 14443 type B through PC/SC. Observed: smartcard_list. */
const ATR = fromHex('3b888001000005e0b381a1007f')
/** The contact ATR of a real card without its first byte, as object 5F51 gives it. */
const CONTACT_ATR = fromHex('da13ff8131fb468012392f31c173c601c03b')
const MANUFACTURER = '00000000000000000000000000000001'
const MODEL = 'E16R01NJ'
const ISSUER = utf8('JPKI'.padEnd(16))

/** Writes a new card into its memory, as the municipality hands it over. */
export function manufactureMyNumberCard(memory: Memory, image: MyNumberCardImage): void {
  if (!/^[0-9]{16}$/.test(image.tokenSerial)) throw new RangeError('a token serial has sixteen digits')
  const { face, issuerKeys } = image
  manufactureCard(memory, {
    atr: ATR,
    // The card's own number, by which the issuer finds its keys. GPC-D v1.1.1 §7.1.1.5.
    diversificationData: concat(bytes(0, 0), fromHex(image.tokenSerial)),
    ...(issuerKeys && { isdKeys: issuerKeys }),
    objects: {
      [CARD_OBJECT.issuer]: ISSUER,
      [CARD_OBJECT.cardNumber]: utf8(image.tokenSerial),
      [CARD_OBJECT.municipality]: utf8(image.municipality),
      [CARD_OBJECT.expiry]: utf8(image.expiry),
      [CARD_OBJECT.contactAtr]: CONTACT_ATR,
      ...(face && chainObjects(face)),
    },
    applications: [jpki(image), ...(face ? faceApplications(face, image) : [])].map(withContactAtr),
  })
}

function jpki({ auth, sign, tokenSerial, terminalCaKey }: MyNumberCardImage): ApplicationImage {
  const label = TOKEN_LABEL.card
  const tokenInfo = encodeTokenInfo({ label, manufacturer: MANUFACTURER, model: MODEL, serialNumber: tokenSerial })
  const certificates = (image: JpkiKeyImage, certificate: number, ca: number) => ({
    [certificate]: image.certificate,
    [ca]: image.caCertificate,
  })
  return {
    application: 'jpki',
    files: {
      [FILES.tokenInfo]: tokenInfo,
      ...certificates(auth, FILES.authCertificate, FILES.authCaCertificate),
      ...(sign && certificates(sign, FILES.signCertificate, FILES.signCaCertificate)),
    },
    keys: {
      [KEYS.auth.key]: auth.privateKey,
      ...(sign && { [KEYS.sign.key]: sign.privateKey }),
      ...(terminalCaKey && { [FILES.terminalCaKey]: terminalCaKey }),
    },
    secrets: { [KEYS.auth.pin]: auth.pin, ...(sign && { [KEYS.sign.pin]: sign.pin }) },
  }
}

const withContactAtr = (image: ApplicationImage): ApplicationImage => ({
  ...image,
  objects: { [CARD_OBJECT.contactAtr]: CONTACT_ATR },
})

/** The lower certificate lies under its own tag, the upper one as a whole under another. */
const chainObjects = ({ chain }: CardFaceImage): Readonly<Record<number, Bytes>> => ({
  [CARD_OBJECT.intermediateKeyId]: chain.intermediateKeyId,
  [CARD_OBJECT.chainUpper]: chain.upper,
  [CARD_OBJECT.chainLower]: decodeTlv(CARD_OBJECT.chainLower, chain.lower),
})

/** Puts a card, whose image the memory holds, into a reader. */
export const createMyNumberCard = (parts: CardParts): MyNumberCard => createCard(parts)
