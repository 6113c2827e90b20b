// OCSP answers signed ahead, for every living certificate: made anew when they get old or the status has changed, and
// put out as files. RFC 5019. An answer is given only within its own times; whatever else is asked is signed then.

import { type Bytes, base64 } from '../../../base/bytes.ts'
import {
  assembleOcspResponse,
  type CertId,
  type CertStatus,
  certId,
  encodeOcspRequest,
  encodeTbsResponseData,
  isIssuedBy,
} from '../../../codec/ocsp.ts'
import { type OcspTemplate, ocspTemplate } from '../../../codec/ocsp-template.ts'
import { OID } from '../../../codec/oid.ts'
import type { Certificate } from '../../../codec/x509.ts'
import { wholeSecond } from '../../../protocol/jpki-profile/index.ts'
import type { Anchor } from '../anchor.ts'
import type { CertificateKind } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { CLOCK_SKEW_MS, OCSP_LEASE_MS, OCSP_LIFE_MS, OCSP_RENEW_AFTER_MS } from '../model.ts'
import { certStatus } from './ocsp.ts'
import type { Responder, Responders } from './responders.ts'
import { type AnswerKey, type AnswerRow, AT_ONCE, type DueAnswer, type MadeAnswer } from './store.ts'

interface SingleStatus {
  readonly certId: CertId
  readonly status: CertStatus
}

export interface Answers {
  /** The answer that is ready for this question, made now where its row has none; undefined: sign one. */
  ready(anchor: Anchor, id: CertId): Promise<Bytes | undefined>
  sign(anchor: Anchor, statuses: readonly SingleStatus[], nonce?: Bytes): Promise<Bytes>
  /** Makes what is due, or only that of certificates whose status changed; how many were signed. */
  refresh(what: 'due' | 'changed'): Promise<number>
}

type AnswerDeps = Omit<Deps, 'answers' | 'statuses' | 'crls' | 'filters' | 'putOutChanges'> & {
  readonly responders: Responders
}

const PAGE = 500
const PROGRESS_EVERY = 10_000

/** The file of an answer: where a GET of RFC 6960 App. A.1 finds it, base64 as it is. */
export const answerPath = (kind: CertificateKind, issuer: Certificate, serial: bigint): string =>
  `authority/ocsp/${kind}/${base64(encodeOcspRequest({ certIds: [certId(issuer, serial)] }))}`

export function createAnswers(deps: AnswerDeps): Answers {
  const { store, clock, responders } = deps
  const templateOf = templates()
  const ready: Answers['ready'] = async (anchor, id) => {
    if (id.hashAlgorithm.algorithm !== OID.sha1 || !isIssuedBy(id, anchor.certificate)) return
    const row = await store.answers.find(anchor.kind, id.serialNumber)
    if (!row || row.generation !== anchor.generation) return undefined
    const answer = isOf(row, clock()) ? row : await makeOne(deps, anchor, id.serialNumber)
    const certificate = answer && (await responders.certificate(anchor.kind, answer.responder!))
    return certificate && assembleOcspResponse(answer.tbs!, anchor.signer.algorithm, answer.signature!, [certificate])
  }
  const sign: Answers['sign'] = async (anchor, statuses, nonce) => {
    const responder = await responders.of(anchor)
    const { certificate, signer } = responder
    const [first, ...others] = statuses
    if (first && others.length === 0 && isIssuedBy(first.certId, anchor.certificate)) {
      const template = templateOf(anchor, responder, first.certId, clock())
      const tbs = template.tbs(first.certId.serialNumber, first.status, nonce)
      return template.response(tbs, await signer.sign(tbs))
    }
    const { tbs } = tbsOf(responder, statuses, clock(), nonce)
    return assembleOcspResponse(tbs, signer.algorithm, await signer.sign(tbs), [certificate.raw])
  }
  const refresh: Answers['refresh'] = async (what) => {
    for (let signed = 0, told = 0; ; ) {
      const now = clock()
      const lease = new Date(now.getTime() + OCSP_LEASE_MS)
      const claimed = await store.answers.claim(what === 'changed' ? AT_ONCE : now, lease, PAGE)
      if (claimed.length === 0) return signed
      signed += await renew(deps, claimed, now)
      if (signed - told < PROGRESS_EVERY) continue
      told = signed
      deps.log('authority.answers', { signed, ...(await store.answers.count(now)) })
    }
  }
  return { ready, sign, refresh }
}

/** Within its times; one from the time to come was made while the clock was wrong. */
const isOf = ({ tbs, this_update, next_update }: AnswerRow, now: Date): boolean =>
  tbs !== null &&
  next_update !== null &&
  this_update !== null &&
  next_update > now &&
  this_update.getTime() <= now.getTime() + CLOCK_SKEW_MS

const timesOf = (now: Date) => {
  const thisUpdate = wholeSecond(now)
  return { thisUpdate, nextUpdate: new Date(thisUpdate.getTime() + OCSP_LIFE_MS) }
}

/** Nearly all that is asked for within a second differs in serial number and nonce only. */
function templates() {
  const kept = new Map<string, { of: Responder; at: number; template: OcspTemplate }>()
  return (anchor: Anchor, responder: Responder, issuer: CertId, now: Date): OcspTemplate => {
    const name = `${anchor.kind} ${anchor.generation} ${issuer.hashAlgorithm.algorithm}`
    const known = kept.get(name)
    const at = Math.floor(now.getTime() / 1000)
    if (known?.of === responder && known.at === at) return known.template
    const { certificate, signer, keyHash } = responder
    const { algorithm } = signer
    const shared = { responderId: { keyHash }, issuer, algorithm, certificates: [certificate.raw] }
    const template = ocspTemplate({ ...shared, ...timesOf(now) })
    kept.set(name, { of: responder, at, template })
    return template
  }
}

function tbsOf({ keyHash }: Responder, statuses: readonly SingleStatus[], now: Date, nonce?: Bytes) {
  const { thisUpdate, nextUpdate } = timesOf(now)
  const responses = statuses.map((one) => ({ ...one, thisUpdate, nextUpdate }))
  const head = { responderId: { keyHash }, producedAt: thisUpdate, responses }
  return { tbs: encodeTbsResponseData({ ...head, ...(nonce && { nonce }) }), thisUpdate, nextUpdate }
}

/** One page: signed, stored unless the status changed meanwhile, put out, and only then done with. */
async function renew(deps: AnswerDeps, claimed: readonly DueAnswer[], now: Date): Promise<number> {
  const { store, generations } = deps
  const alive = (due: DueAnswer) => due.notAfter >= now
  await store.answers.drop(claimed.filter((due) => !alive(due)))
  const living = claimed.filter(alive)
  const made = await Promise.all(
    living.map(async (due) => make(deps, await generations.of(due.kind, due.generation), due, now)),
  )
  const kept = await store.answers.keep(made)
  await putOut(deps, made, kept)
  await store.answers.finish(kept, new Date(now.getTime() + OCSP_RENEW_AFTER_MS))
  return kept.length
}

/** The job has not come by: who asks first has it made for all. Undefined when the certificate has ended. */
async function makeOne(deps: AnswerDeps, anchor: Anchor, serial: bigint): Promise<MadeAnswer | undefined> {
  const due = await deps.store.answers.due(anchor.kind, serial)
  const now = deps.clock()
  if (!due || due.notAfter < now) return undefined
  const made = await make(deps, anchor, due, now)
  await deps.store.answers.keep([made])
  return made
}

async function make({ responders }: AnswerDeps, anchor: Anchor, due: DueAnswer, now: Date): Promise<MadeAnswer> {
  const responder = await responders.of(anchor)
  const { kind, serial, version, generation, revokedAt, reason } = due
  const status = certStatus(revokedAt, reason)
  const made = tbsOf(responder, [{ certId: certId(anchor.certificate, serial), status }], now)
  const signature = await responder.signer.sign(made.tbs)
  return { kind, serial, version, generation, responder: responder.certificate.serialNumber, signature, ...made }
}

async function putOut(deps: AnswerDeps, made: readonly MadeAnswer[], kept: readonly AnswerKey[]): Promise<void> {
  const { publishAnswer, generations, responders } = deps
  if (!publishAnswer) return
  const stored = new Set(kept.map(({ kind, serial }) => `${kind} ${serial}`))
  for (const { kind, serial, generation, responder, tbs, signature } of made) {
    if (!stored.has(`${kind} ${serial}`)) continue
    const { certificate, signer } = await generations.of(kind, generation)
    const responderCertificate = (await responders.certificate(kind, responder))!
    const response = assembleOcspResponse(tbs, signer.algorithm, signature, [responderCertificate])
    await publishAnswer(answerPath(kind, certificate, serial), response)
  }
}
