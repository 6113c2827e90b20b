// New certificates on the card that the holder has: after a change of the four facts, before the end, after revocation.
// The new key goes into the card first, under the number of the request; then the certificate for the key that the card
// names is asked for and written. Broken off anywhere, the same request goes on.

import { type Bytes, hex } from '../../../base/bytes.ts'
import type { Session } from '../../../base/ports.ts'
import { importKeyPair, writeCaCertificate, writeCertificate } from '../../../protocol/personalisation/index.ts'
import type { CertificateKind } from '../../authority/contract.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import { type CounterDeps, mayRenew } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'
import { caOf } from './issue-card.ts'
import { asIssuer, withCard } from './on-the-desk.ts'
import { cardInUse, cardOf, viewOf } from './view.ts'

export const renew =
  (deps: CounterDeps): Counter['renew'] =>
  async ({ session, cardNumber, kind, proof }) => {
    const { resident_id: residentId } = await cardOf(deps, cardNumber)
    return acting(deps, session, { what: 'renew', residentId, cardNumber, proof }, async () => {
      const row = await cardInUse(deps, cardNumber)
      if (kind === 'sign' && !row.has_sign) throw no.passwordNeeded()
      // 署名用 hangs on 利用者証明用 and never outlives it.
      const kinds: CertificateKind[] = kind === 'auth' && row.has_sign ? ['auth', 'sign'] : [kind]
      await demandDue(deps, row, kind)
      await withCard(deps, row, async (card) => {
        for (const one of kinds) await renewOne(deps, row, card, one)
      })
      return viewOf(await cardOf(deps, cardNumber))
    })
  }

/** What is under way is finished whatever the calendar says. */
async function demandDue({ store, authority, clock }: CounterDeps, row: CardRow, kind: CertificateKind): Promise<void> {
  const serial = row[`${kind}_serial`]
  if (serial === null || (await store.isRenewing(row.card_number, kind))) return
  const { status, notAfter } = await authority.status({ kind, serial: BigInt(serial) })
  if (!mayRenew(status, notAfter, clock())) throw no.tooEarly()
}

async function renewOne(deps: CounterDeps, row: CardRow, card: Session, kind: CertificateKind): Promise<void> {
  const { store, authority, entropy, machine } = deps
  const requestId = await store.renewal(row.card_number, kind, entropy(16))
  const { privateKey } = machine.keyPair()
  // A card that took a key under this number before keeps that one, and says which.
  const { publicKey } = await asIssuer(deps, card, row, (content) =>
    importKeyPair(content, requestId, privateKey, kind),
  )
  const issued = await certificateFor(deps, row, kind, requestId, publicKey)
  const caCertificate = await caOf(authority, kind, issued.certificate)
  await asIssuer(deps, card, row, function* (content) {
    yield* writeCertificate(content, issued.certificate, kind)
    yield* writeCaCertificate(content, caCertificate, kind)
  })
  await store.endRenewal(row.card_number, kind, { [`${kind}_serial`]: issued.serial.toString() })
}

/** The old one gives way: there is one valid certificate of a kind. */
async function certificateFor(
  { authority }: CounterDeps,
  row: CardRow,
  kind: CertificateKind,
  requestId: Bytes,
  publicKey: Bytes,
) {
  const old = row[`${kind}_serial`]
  if (old !== null) {
    const named = { kind, serial: BigInt(old) }
    const { status } = await authority.status(named)
    if (status === 'valid') await authority.revoke({ ...named, reason: 'superseded', requestedBy: 'counter' })
  }
  const requestKey = `counter ${row.card_number} ${kind} ${hex(requestId)}`
  return authority.issueForCard({ requestKey, residentId: row.resident_id, kind, publicKey })
}
