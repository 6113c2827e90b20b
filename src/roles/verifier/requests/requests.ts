// A document on its way to its signer and back. Signer and platform make what is signed from the same document, each by
// itself: a signature over anything else than what the service asked for is simply wrong. ours: docs/profile.md#signatures.

import { type Bytes, fromUtf8, hex, utf8 } from '../../../base/bytes.ts'
import { comparisonCode } from '../../../base/comparison-code.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { readDocument } from '../../../protocol/ades/index.ts'
import { readFourInfo } from '../../../protocol/jpki-profile/index.ts'
import { personOfSignature } from '../consents/consent.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { draftOf } from '../signatures/make.ts'
import { OF_PLATFORM, openJson, openSealed, type Place, sealFor, sealJson } from '../tenant-keys/sealing.ts'
import {
  CLOCK_TOLERANCE_MS,
  endOf,
  MAX_DOCUMENT,
  type Report,
  type SignatureEnd,
  type SignatureRecord,
  stateOf,
} from './model.ts'

export interface RequestDeps extends Deps {
  readonly finishSignature: Verifier['finishSignature']
  readonly verifyDocument: Verifier['verifyDocument']
}

type Operations = Pick<
  Verifier,
  | 'askSignature'
  | 'signatureRequest'
  | 'answerSignature'
  | 'declineSignature'
  | 'signedDocument'
  | 'reportOn'
  | 'report'
>

export const signatureRequests = (deps: RequestDeps): Operations => ({
  askSignature: ask(deps),
  signatureRequest: show(deps),
  answerSignature: answer(deps),
  declineSignature: decline(deps),
  signedDocument: signed(deps),
  reportOn: reportOn(deps),
  report: kept(deps),
})

const TITLE = (requestId: string): Place => ({ table: 'signature_request.title', row: requestId })
const DOCUMENT = (requestId: string): Place => ({ table: 'signature_request', row: requestId })
const REPORT = (reportId: string): Place => ({ table: 'signature_report', row: reportId })

/** What waits may hold somebody's facts. */
const documentOf = (deps: RequestDeps, { requestId, sealed }: SignatureRecord): Promise<Bytes> =>
  openSealed(deps, DOCUMENT(requestId), sealed)

async function keepReport(deps: RequestDeps, clientId: string, report: Report): Promise<string> {
  const reportId = hex(deps.entropy(16))
  await deps.store.requests.keepReport(reportId, await sealJson(deps, clientId, REPORT(reportId), report), deps.clock())
  return reportId
}

const ask =
  (deps: RequestDeps): Verifier['askSignature'] =>
  async ({ document, title, ...asked }) => {
    const { store, clock, entropy, log, self } = deps
    const client = self?.clientId === asked.clientId ? self : await store.client(asked.clientId)
    if (!client) throw no.unknownClient()
    if (document.length > MAX_DOCUMENT) throw no.documentTooLarge({ octets: document.length, atMost: MAX_DOCUMENT })
    const askedAt = clock()
    const requestId = hex(entropy(16))
    const code = comparisonCode(entropy)
    const sealed = await sealFor(deps, client.clientId, DOCUMENT(requestId), document)
    const sealedTitle = await sealFor(deps, client.clientId, TITLE(requestId), utf8(title))
    const names = { requestId, clientName: client.name, code }
    await store.requests.add({ ...asked, ...names, askedAt, recorded: 'waiting', sealed, sealedTitle, reportId: null })
    log('verifier.signature-asked', { clientId: asked.clientId, format: asked.format, level: asked.level })
    return { requestId, code, expiresAt: endOf({ askedAt }) }
  }

async function known({ store }: RequestDeps, requestId: string): Promise<SignatureRecord> {
  const record = await store.requests.find(requestId)
  if (!record) throw no.unknownRequest()
  return record
}

async function waiting(deps: RequestDeps, requestId: string): Promise<SignatureRecord> {
  const record = await known(deps, requestId)
  if (stateOf(record, deps.clock()) !== 'waiting') throw no.requestOver()
  return record
}

const show =
  (deps: RequestDeps): Verifier['signatureRequest'] =>
  async ({ requestId }) => {
    const record = await known(deps, requestId)
    const { clientName, format, code, reportId } = record
    const document = await documentOf(deps, record)
    const title = fromUtf8(await openSealed(deps, TITLE(requestId), record.sealedTitle))
    const state = stateOf(record, deps.clock())
    return { requestId, clientName, title, format, document, code, expiresAt: endOf(record), state, reportId }
  }

const answer =
  (deps: RequestDeps): Verifier['answerSignature'] =>
  async ({ requestId, certificate, signingTime, signature }) => {
    const { store, clock, finishSignature } = deps
    const record = await waiting(deps, requestId)
    if (Math.abs(clock().getTime() - signingTime.getTime()) > CLOCK_TOLERANCE_MS) throw no.signingTime()
    const { format, level } = record
    const document = await documentOf(deps, record)
    const { draft } = draftOf({ format, document, certificate, signingTime })
    const finished = await finishSignature({ draft, signature, level })
    const sealed = await sealFor(deps, record.clientId, DOCUMENT(requestId), finished.document)
    const reportId = await keepReport(deps, record.clientId, finished.report)
    const by = await signerOf(deps, decodeCertificate(certificate).serialNumber)
    const end = { state: 'signed', sealed, reportId, ...(by && { by }) } as const
    if (!(await store.requests.end(requestId, end, clock()))) throw no.requestOver()
    return { reportId }
  }

/** For the signer's own page. The signature stands also where this cannot be found out. */
async function signerOf(deps: RequestDeps, serial: bigint): Promise<SignatureEnd['by']> {
  if (deps.self) return undefined
  try {
    const personId = await personOfSignature(deps, serial)
    return personId === undefined ? undefined : { personId, serial }
  } catch (error) {
    deps.log('verifier.signature-not-noted', { reason: (error as Error).name })
    return undefined
  }
}

const decline =
  (deps: RequestDeps): Verifier['declineSignature'] =>
  async ({ requestId }) => {
    await waiting(deps, requestId)
    if (!(await deps.store.requests.end(requestId, { state: 'declined' }, deps.clock()))) throw no.requestOver()
    return {}
  }

const signed =
  (deps: RequestDeps): Verifier['signedDocument'] =>
  async ({ clientId, requestId }) => {
    const record = await known(deps, requestId)
    if (record.clientId !== clientId) throw no.unknownRequest()
    const state = stateOf(record, deps.clock())
    if (state !== 'signed' || record.reportId === null) return { state, signed: null }
    const document = await documentOf(deps, record)
    const signer = readDocument({ document }).at(-1)!.signer!
    const { name, address, birthDate, gender } = readFourInfo(signer)
    const fourInfo = { name, address, birthDate, gender }
    return { state, signed: { document, reportId: record.reportId, serial: signer.serialNumber, fourInfo } }
  }

const reportOn =
  (deps: RequestDeps): Verifier['reportOn'] =>
  async ({ document }) => {
    if (document.length > MAX_DOCUMENT) throw no.documentTooLarge({ octets: document.length, atMost: MAX_DOCUMENT })
    const { report } = await deps.verifyDocument({ document })
    return { reportId: await keepReport(deps, OF_PLATFORM, report) }
  }

const kept =
  (deps: RequestDeps): Verifier['report'] =>
  async ({ reportId }) => {
    const sealed = await deps.store.requests.report(reportId)
    if (!sealed) throw no.unknownReport()
    return { report: (await openJson(deps, REPORT(reportId), sealed)) as Report }
  }
