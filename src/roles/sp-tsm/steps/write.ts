// issued → written: certificate, CA certificate, terminal CA key and token information, each inside the SP's own
// encryption; the transport PIN last. Repeating it writes the same again. Undo: revoke, then terminate.

import { fromUtf8 } from '../../../base/bytes.ts'
import { modulusOfSpki } from '../../../codec/cvc.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import type { Dialogue } from '../../../protocol/iso7816/index.ts'
import { TOKEN_LABEL } from '../../../protocol/jpki-ap/index.ts'
import { issuerAmong } from '../../../protocol/jpki-profile/index.ts'
import * as card from '../../../protocol/personalisation/index.ts'
import { inOwnChannel, needed } from '../conversation.ts'
import { tokenSerialNumber } from '../model.ts'
import type { OrderRow } from '../store.ts'
import type { Step, StepDeps } from './step.ts'

/** Certificate, and what it is trusted by: at the first time, and when the certificate is renewed. */
export async function writeCertificates(
  deps: StepDeps,
  order: OrderRow,
  more: (content: card.ContentChannel) => Dialogue<void> = function* () {},
): Promise<void> {
  const certificate = needed(order.certificate)
  const ca = await deps.authority.caCertificates({})
  const generations = [ca.auth, ...ca.earlier.auth].map(decodeCertificate) as [Certificate, ...Certificate[]]
  const issuer = issuerAmong(decodeCertificate(certificate), generations).raw
  const terminalCa = await deps.authority.terminalCa({})
  await inOwnChannel(deps, order, function* (content) {
    yield* card.writeCertificate(content, certificate)
    yield* card.writeCaCertificate(content, issuer)
    yield* card.writeTerminalCaKey(content, { keyId: terminalCa.keyId, modulus: modulusOfSpki(terminalCa.publicKey) })
    yield* more(content)
  })
}

export const write: Step = async (deps, order) => {
  const sealedPin = needed(order.transport_pin)
  const pin = fromUtf8(await deps.secrets.unseal('transport-pin', order.order_id, sealedPin))
  await writeCertificates(deps, order, function* (content) {
    yield* card.writeTokenInfo(content, {
      label: TOKEN_LABEL.phone,
      manufacturer: 'KAZASU',
      model: 'SIM-1',
      serialNumber: tokenSerialNumber(order.order_id),
    })
    yield* card.setTransportPin(content, pin)
  })
  return {}
}
