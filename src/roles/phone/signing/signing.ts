// A document that a service wants signed: read on the phone, signed with the 署名用 key of the card held to it. The SIM has no
// such key. What is signed is made here from what was shown, so nobody can have anything else signed. Seed 2 pattern 1.

import { hex } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Clock, Session } from '../../../base/ports.ts'
import type { Certificate } from '../../../codec/x509.ts'
import { prepare } from '../../../protocol/ades/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import type { Verifier } from '../../verifier/contract.ts'
import type { Asking } from '../asking.ts'
import { onCard } from '../card-signature.ts'
import type { Phone } from '../contract.ts'
import { no } from '../refusals.ts'
import type { NoteUse } from '../uses.ts'

interface Deps extends Asking {
  readonly verifier: Verifier
  readonly cards: (name: string) => Promise<Session>
  readonly clock: Clock
  readonly note: NoteUse
}

/** The common platform, or a service that J-LIS lets verify signatures itself: its name is then as J-LIS has it. */
async function placeOf({ verifier, authority, services }: Deps, party: string | null) {
  if (party === null) return { at: verifier, displayName: null }
  const { displayName, services: granted } = await authority.grantedTo({ party })
  if (displayName === null || !granted.includes('status')) throw no.askerNotAccredited()
  return { at: services(party), displayName }
}

async function asked(deps: Deps, party: string | null, requestId: string) {
  const { at, displayName } = await placeOf(deps, party)
  const request = await at.signatureRequest({ requestId })
  return { at, request, displayName: displayName ?? request.clientName }
}

export const showSignature =
  (deps: Deps): Phone['showSignature'] =>
  async ({ party, requestId }) => {
    const { request, displayName } = await asked(deps, party, requestId)
    const { title, format, document, code, expiresAt, state, reportId } = request
    return { displayName, title, format, document, code, expiresAt, state, reportId }
  }

export const signRequested =
  (deps: Deps): Phone['signRequested'] =>
  async ({ party, requestId, documentSha256, card, password }) => {
    const { at, request, displayName } = await asked(deps, party, requestId)
    if (hex(sha256(request.document)) !== documentSha256) throw no.otherQuestion()
    if (request.state !== 'waiting') throw no.questionOver()
    const { format, document } = request
    const signingTime = deps.clock()
    const octetsOf = (certificate: Certificate) =>
      prepare({ format, document, certificate, algorithm: 'RSA-SHA256', signingTime }).toBeSigned
    const { signer, signature } = await onCard(await deps.cards(card), jpki.signOctetsOf(password, octetsOf))
    const signed = await at.answerSignature({ requestId, certificate: signer.raw, signingTime, signature })
    await deps.note('signature', displayName, 'done')
    return signed
  }

export const declineSignature =
  (deps: Deps): Phone['declineSignature'] =>
  async ({ party, requestId }) => {
    const { at, displayName } = await asked(deps, party, requestId)
    await at.declineSignature({ requestId })
    await deps.note('signature', displayName, 'declined')
    return {}
  }
