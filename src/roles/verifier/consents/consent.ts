// The holder agrees by a signature that the platform watches the signature certificate for one service and asks J-LIS in its
// name. The signed statement is kept as evidence, sealed for the tenant. Seed 2 pattern 2-2.

import { type Bytes, hex } from '../../../base/bytes.ts'
import type { FourInfo } from '../../../base/contract.ts'
import { sha256 } from '../../../base/crypto.ts'
import { jsonIn } from '../../../base/json.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { type ConsentRequest, type Fact, zConsentStatement } from '../../authority/contract.ts'
import { checkCertificate, online } from '../certificate-checks.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { personOf } from '../person.ts'
import { no } from '../refusals.ts'
import { sealFor } from '../tenant-keys/sealing.ts'
import { verifySignature } from '../verify-signature.ts'
import { EVIDENCE } from './evidence.ts'
import { behalfOf, partyOf, type RequestRecord } from './model.ts'
import { begin, end, known, shown, stateOf, waiting } from './requests.ts'

const itemsOf = ({ asks }: RequestRecord): Fact[] => [...(asks as readonly Fact[])]

const view = (deps: Deps, record: RequestRecord): ConsentRequest => ({
  ...shown(deps, record),
  items: itemsOf(record),
  state: stateOf(deps, record),
})

export const askConsent =
  (deps: Deps): Verifier['askConsent'] =>
  async ({ clientId, subject, items }) => {
    const own = deps.self?.clientId === clientId
    const personId = own ? null : await deps.store.consents.personOfSubject(clientId, subject)
    if (personId === undefined) throw no.unknownSubject()
    return view(deps, await begin(deps, { kind: 'consent', clientId, asks: items, personId, subject }))
  }

export const consentRequest =
  (deps: Deps): Verifier['consentRequest'] =>
  async ({ requestId }) =>
    view(deps, await known(deps, 'consent', requestId))

/** By the person who was asked and nobody else, to what was asked and nothing else. */
export const answerConsent =
  (deps: Deps): Verifier['answerConsent'] =>
  async ({ requestId, consent }) => {
    const { store, clock, log } = deps
    const { name: party, authority } = partyOf(deps)
    const record = await waiting(deps, 'consent', requestId)
    const { serial, fourInfo } = await signedAnswer(deps, record, consent)
    const personId = await personWho(deps, record, serial, fourInfo)
    // Before J-LIS is asked: two answers at once are not two consents.
    const ended = await end(deps, record, 'given')
    try {
      const { consentId, from, until } = await authority.giveConsent({ party, consent })
      const { clientId, subject } = record
      const of = { consentId, clientId, personId, subject: subject!, items: itemsOf(record), from, until }
      // The statement holds the certificate, and that the four facts.
      const evidence = await sealFor(deps, clientId, EVIDENCE(consentId), consent)
      await store.consents.addConsent(
        { ...of, givenBy: serial, serial, state: 'watching' },
        evidence,
        hex(sha256(consent)),
        clock(),
      )
      log('verifier.consent', { clientId, consentId })
      return view(deps, ended)
    } catch (error) {
      await store.consents.reopenRequest(requestId)
      throw error
    }
  }

/** Serial number and facts of the 署名用 certificate. */
async function signedAnswer(deps: Deps, record: RequestRecord, document: Bytes) {
  const { verdict, serial, fourInfo, content } = await verifySignature(online(deps))({ document })
  if (verdict.outcome !== 'passed' || serial === null || !fourInfo || !content) throw no.consentNotSigned()
  const statement = zConsentStatement.safeParse(jsonIn(content)).data
  const same =
    statement?.party === partyOf(deps).name &&
    statement.onBehalfOf === behalfOf(deps, record.clientId) &&
    statement.nonce === record.nonce &&
    statement.items.join() === itemsOf(record).join()
  if (!same) throw no.otherConsent()
  return { serial, fourInfo }
}

/** Refuses everybody but the person who was asked. A service that asks for itself knows its customers itself. */
async function personWho(
  deps: Deps,
  { clientId, subject, personId: asked }: RequestRecord,
  serial: bigint,
  signer: FourInfo,
): Promise<string> {
  if (deps.self?.clientId === clientId) {
    if (!(await deps.self.isCustomer?.(subject!, signer))) throw no.otherPerson()
    return subject!
  }
  const personId = await personOfSignature(deps, serial)
  if (personId === undefined || personId !== asked) throw no.otherPerson()
  return personId
}

/** The certificate of the same card that logs in says who it is: J-LIS links the two. */
export async function personOfSignature(deps: Deps, signSerial: bigint): Promise<string | undefined> {
  const { authority } = deps
  const { serial } = await authority.link({ kind: 'sign', serial: signSerial, want: 'card-auth', asker: 'verifier' })
  if (serial === null) return undefined
  const { certificate } = await authority.certificate({ kind: 'auth', serial })
  const { verdict } = await checkCertificate(online(deps), certificate, 'auth')
  return verdict.outcome === 'passed' ? personOf(deps, decodeCertificate(certificate)) : undefined
}
