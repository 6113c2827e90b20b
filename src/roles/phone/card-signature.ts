// What the holder signs with the My Number Card held to the phone: CMS SignedData by its 署名用 key. The password goes to the
// card and nowhere else. RFC 5652 §5.4.

import type { Bytes } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Session } from '../../base/ports.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { SW } from '../../codec/sw.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { asRefusal } from './applet.ts'
import { no } from './refusals.ts'

/** The content with the signature of its holder; the session with the card ends with it. */
export async function signOnCard(card: Session, password: string, content: Bytes, now: Date): Promise<Bytes> {
  try {
    return await run(card, signedDocument(password, content, now))
  } catch (error) {
    throw asRefusal(error, no.wrongPassword, no.passwordBlocked)
  } finally {
    await card.end()
  }
}

/** CMS SignedData in two steps: the attributes here, the signature on the card. RFC 5652 §5.4. */
function* signedDocument(password: string, content: Bytes, signingTime: Date): Dialogue<Bytes> {
  yield* jpki.select()
  const signer = decodeCertificate(yield* signCertificate(password))
  const attributes = signedAttributes({
    messageDigest: sha256(content),
    signingTime,
    signingCertificate: signer.raw,
  })
  const signature = yield* jpki.signMessage('sign', password, attributes)
  return assembleSignedData({ content, signedAttributes: attributes, algorithm: 'RSA-SHA256', signature, signer })
}

/** The card shows this certificate to who knows the password: it holds the four facts. */
function* signCertificate(password: string): Dialogue<Bytes> {
  if (!(yield* jpki.availability()).sign) throw no.noSignCertificate()
  yield* jpki.verifyPin('sign', password)
  try {
    return yield* jpki.readCertificate('sign')
  } catch (error) {
    throw error instanceof CardRefused && error.sw === SW.NOT_FOUND.sw ? no.noSignCertificate({}, error) : error
  }
}
