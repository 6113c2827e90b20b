// Applying with the My Number Card: the form is signed on the card with the 署名用 key and goes to J-LIS.
// Seed 4 前提(2), (5)①. The password goes to the card and nowhere else.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Clock, Entropy, Session } from '../../base/ports.ts'
import { assembleSignedData, signedAttributes } from '../../codec/cms.ts'
import { SW } from '../../codec/sw.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { ApplicationForm, Order, SpTsm } from '../sp-tsm/contract.ts'
import { asRefusal } from './applet.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { PhoneStore } from './store.ts'

export interface ApplyDeps {
  readonly name: string
  readonly model: string
  readonly carrierId: string
  readonly msisdn: string
  readonly iccid: string
  readonly cards: (name: string) => Promise<Session>
  readonly spTsm: SpTsm
  readonly clock: Clock
  readonly entropy: Entropy
  readonly store: PhoneStore
  readonly currentOrder: () => Promise<Order | null>
}

/** Signs on the card and sends; remembers the order. */
export const apply =
  (deps: ApplyDeps): Phone['apply'] =>
  async ({ card, password }) => {
    const before = await deps.currentOrder()
    if (before && before.state !== 'undone' && before.state !== 'accepted') throw no.orderUnderWay()
    const application = await signOnCard(await deps.cards(card), password, formOf(deps), deps.clock())
    const order = await deps.spTsm.apply({ application })
    await deps.store.setOrderId(deps.name, order.orderId)
    return order
  }

/** Members in the order of the schema: the octets are signed. */
function formOf({ carrierId, msisdn, iccid, model, clock, entropy }: ApplyDeps): Bytes {
  const form: ApplicationForm = {
    purpose: 'jpki-auth-certificate-for-phone',
    carrier: carrierId,
    msisdn,
    iccid,
    deviceModel: model,
    appliedAt: clock().toISOString(),
    nonce: hex(entropy(16)),
  }
  return utf8(JSON.stringify(form))
}

/** CMS SignedData over the content, by the 署名用 key of the card. */
export async function signOnCard(card: Session, password: string, content: Bytes, now: Date): Promise<Bytes> {
  try {
    return await run(card, signedApplication(password, content, now))
  } catch (error) {
    throw asRefusal(error, no.wrongPassword, no.passwordBlocked)
  } finally {
    await card.end()
  }
}

/** CMS SignedData in two steps: the attributes here, the signature on the card. RFC 5652 §5.4. */
function* signedApplication(password: string, content: Bytes, signingTime: Date): Dialogue<Bytes> {
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
