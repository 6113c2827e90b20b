// The applications of the card face, put together from what the municipality has signed.

import { type Bytes, bytes, concat } from '../../base/bytes.ts'
import { COMMON, JUKI, SURFACE, TEXT } from '../../protocol/my-number-card/applications.ts'
import { encodeCardInfo } from '../../protocol/my-number-card/face-files.ts'
import { codeB, eraBirthDate } from '../../protocol/my-number-card/reference-numbers.ts'
import type { ApplicationImage } from '../secure-element/contract.ts'
import type { CardFaceImage, MyNumberCardImage } from './contract.ts'

const UNKNOWN = new Uint8Array(16).fill(0xff)

/** One record with a key identifier, the same in both. Observed: myna-card. */
const keyReference = (keyId: Bytes): Bytes => concat(bytes(0x01, keyId.length), keyId)

export function faceApplications(
  face: CardFaceImage,
  { municipality, expiry }: Pick<MyNumberCardImage, 'municipality' | 'expiry'>,
): ApplicationImage[] {
  const { keys, pins, myNumber, birthDate, securityCode } = face
  const numberB = codeB(birthDate, expiry, securityCode)
  const reference = keyReference(face.chain.intermediateKeyId)
  return [
    {
      application: 'text',
      files: { ...face.text, [TEXT.unknown]: UNKNOWN },
      keys: { [TEXT.signingKey]: keys.signing, [TEXT.sessionKey]: keys.session },
      secrets: { [TEXT.pin]: pins.text, [TEXT.codeA]: myNumber, [TEXT.codeB]: numberB },
    },
    {
      application: 'surface',
      files: { ...face.surface, [SURFACE.unknown]: UNKNOWN },
      keys: { [SURFACE.signingKey]: keys.signing },
      secrets: {
        [SURFACE.birthDate]: eraBirthDate(birthDate),
        [SURFACE.codeA]: myNumber,
        [SURFACE.codeB]: numberB,
      },
    },
    {
      application: 'common',
      files: {
        [COMMON.cardInfo]: encodeCardInfo(face.cardNumber, municipality, expiry),
        [COMMON.keyReference]: reference,
      },
      keys: { [COMMON.authenticationKey]: keys.common },
      secrets: { [COMMON.pin]: pins.juki },
    },
    { application: 'juki', files: { [JUKI.keyReference]: reference }, secrets: { [JUKI.pin]: pins.juki } },
  ]
}
