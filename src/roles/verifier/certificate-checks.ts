// All that is checked of one end-entity certificate: its form, its profile, its path to a trust anchor, its revocation.
// What the authority cannot tell us now leaves the verdict indeterminate. RFC 5280 §6, RFC 6960.

import type { Bytes } from '../../base/bytes.ts'
import { type CheckResult, joined, judge, type Verdict, verdict } from '../../base/verdict.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, decodeCertificate, extensionOf } from '../../codec/x509.ts'
import { decodeCertificatePolicies } from '../../codec/x509-extensions.ts'
import {
  caName,
  type HolderProfile,
  issuerAmong,
  namesIssuer,
  PROFILES,
  profileChecks,
  profileOf,
} from '../../protocol/jpki-profile/index.ts'
import { type PathVerdict, type RevocationEvidence, validatePath } from '../../protocol/path-validation/index.ts'
import type { CertificateKind } from '../authority/contract.ts'
import { type Before, type Kept, silent } from './kept-status/kept-status.ts'
import type { Subject } from './kept-status/model.ts'
import type { Deps } from './model.ts'
import { revocationEvidence } from './revocation-evidence.ts'

/** What is asked of the authority; with `evidence` given, off line, only its trust anchors. */
export interface Needs extends Pick<Deps, 'clock' | 'entropy' | 'log'> {
  readonly authority: Pick<Deps['authority'], 'caCertificates'>
  readonly evidence: (kind: CertificateKind, certificate: Certificate, ca: Certificate) => Promise<RevocationEvidence>
  /** Absent where only an answer of now counts. */
  readonly kept?: Kept
}

/** Revocation is asked of the authority at the moment of the check; `kept` is for when it does not answer. */
export const online = (deps: Pick<Deps, 'authority' | 'clock' | 'entropy' | 'log'>, kept?: Kept): Needs => ({
  ...deps,
  ...(kept && { kept }),
  evidence: (kind, certificate, ca) => revocationEvidence(deps, kind, certificate, ca),
})

export interface CheckedCertificate {
  readonly verdict: Verdict
  /** Undefined when the bytes are no certificate. */
  readonly certificate?: Certificate
  readonly profile?: HolderProfile
  /** The part of the verdict that has evidence on revocation. */
  readonly path?: PathVerdict
  /** Where the authority did not answer: when it said what stands in the place of that. */
  readonly statusAt?: Date
}

/** Of the kind that is wanted, or of either when none is said. Never throws. */
export async function checkCertificate(
  needs: Needs,
  encoded: Bytes,
  wanted?: CertificateKind,
): Promise<CheckedCertificate> {
  const read = readCertificate(encoded)
  if (!('raw' in read)) return { verdict: verdict([read]) }
  const anchors = await allAnchors(needs, [read])
  if (!anchors) return { certificate: read, verdict: verdict([NO_ANCHORS]) }
  const kind = wanted ?? (nameEqual(read.issuer, anchors.sign[0].subject) ? 'sign' : 'auth')
  const trustAnchors = anchors[kind]
  const ca = issuerAmong(read, trustAnchors)
  const profile = profileFor(read, kind)
  const hierarchy = nameEqual(ca.subject, caName(kind, 'test')) ? 'test' : 'production'
  const { keyUsage, extendedKeyUsage, policy } = profileOf(profile)
  const purpose = { keyUsage, extendedKeyUsage, policies: policy ? [policy[hierarchy]] : [] }
  const judged = (revocation: RevocationEvidence) =>
    // The time is read after the answer: what was signed while we waited is not of the future.
    validatePath({ certificate: read, trustAnchors, time: needs.clock(), purpose, revocation })
  const { path, before } = await withStatus(needs, { kind, serial: read.serialNumber }, judged, () =>
    needs.evidence(kind, read, ca),
  )
  const form = judge(profileChecks, { certificate: read, profile, hierarchy })
  const all = joined(path, form, verdict(before ? [before.check] : []))
  return { certificate: read, profile, path, verdict: all, ...(before && { statusAt: before.askedAt }) }
}

/** By the answer of now; where there is none, by the one of before that is allowed. */
async function withStatus(
  { clock, kept }: Needs,
  of: Subject,
  judged: (revocation: RevocationEvidence) => PathVerdict,
  ask: () => Promise<RevocationEvidence>,
): Promise<{ path: PathVerdict; before?: Before | undefined }> {
  const askedAt = clock()
  const live = await ask()
  const path = judged(live)
  if (!kept) return { path }
  if (!silent(live)) {
    await kept.learn(of, askedAt, path.status, live)
    return { path }
  }
  const before = await kept.before(of)
  return before ? { path: judged(before.evidence), before } : { path }
}

const WELL_FORMED = { name: 'certificate is well-formed', cite: 'RFC 5280 §4.1' } as const

const NO_ANCHORS: CheckResult = {
  name: 'trust anchors are at hand',
  cite: 'RFC 5280 §6.1.1',
  outcome: 'indeterminate',
  evidence: 'the authority could not be asked',
}

function readCertificate(encoded: Bytes): Certificate | CheckResult {
  try {
    return decodeCertificate(encoded)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return { ...WELL_FORMED, outcome: 'failed', evidence: error.code }
  }
}

/** Trust anchors of one kind. */
export type Generations = readonly [newest: Certificate, ...earlier: Certificate[]]

type Anchors = Readonly<Record<CertificateKind, Generations>>

/** Trust anchors change in years. One that a certificate names and that is not among these is asked for at once. */
const KEPT_MS = 60_000
const kept = new WeakMap<Needs['authority'], { readonly at: number; readonly anchors: Anchors }>()

/** Undefined when the authority cannot be asked. `of`: certificates whose issuers are looked for. */
export async function allAnchors(needs: Needs, of: readonly Certificate[] = []): Promise<Anchors | undefined> {
  const { authority, clock } = needs
  const known = kept.get(authority)
  const now = clock().getTime()
  const serves =
    known && Math.abs(now - known.at) < KEPT_MS && of.every((certificate) => hasIssuer(known.anchors, certificate))
  if (serves) return known.anchors
  const anchors = await askedAnchors(needs)
  if (anchors) kept.set(authority, { at: now, anchors })
  // They change in years: with a status of before they are those of before too.
  return anchors ?? (needs.kept && known?.anchors)
}

const hasIssuer = (anchors: Anchors, certificate: Certificate): boolean =>
  Object.values(anchors)
    .flat()
    .some((ca) => namesIssuer(certificate, ca))

async function askedAnchors({ authority, log }: Needs): Promise<Anchors | undefined> {
  try {
    const { auth, sign, earlier } = await authority.caCertificates({})
    const decoded = (newest: Bytes, rest: readonly Bytes[]): Generations => [
      decodeCertificate(newest),
      ...rest.map(decodeCertificate),
    ]
    return { auth: decoded(auth, earlier.auth), sign: decoded(sign, earlier.sign) }
  } catch (error) {
    log('verifier.anchors-unavailable', { error: (error as Error).name })
    return undefined
  }
}

/** By its policy: the phone's certificate has one of its own. Ours: docs/profile.md#certificates. */
function profileFor(certificate: Certificate, kind: CertificateKind): HolderProfile {
  if (kind === 'sign') return 'sign'
  const phone: readonly string[] = Object.values(PROFILES.phoneAuth.policy)
  return policiesOf(certificate).some((policy) => phone.includes(policy)) ? 'phoneAuth' : 'auth'
}

function policiesOf(certificate: Certificate): string[] {
  const extension = extensionOf(certificate, OID.certificatePolicies)
  try {
    return extension ? decodeCertificatePolicies(extension.value).map(({ policy }) => policy) : []
  } catch (error) {
    // The profile check will say so.
    if (error instanceof CodecError) return []
    throw error
  }
}
