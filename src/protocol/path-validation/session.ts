// One validation: the certificates and lists that it may use, what was verified already, and budgets for hostile pools.
// RFC 4158 §§2.4, 3. Whatever is given, the number of signatures and of steps is bounded.

import { type Bytes, fromLatin1, hex } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { type CertificateList, decodeCrl } from '../../codec/crl.ts'
import { comparisonKey, type Name } from '../../codec/name.ts'
import type { Certificate } from '../../codec/x509.ts'
import { weakAlgorithm } from './algorithms.ts'
import type { PathInput } from './input.ts'
import { decodeIssuer, isSignedBy, keepSigner } from './known-issuers.ts'
import { lacksParameters, type SignatureResult, type Signed, signatureBy, withParametersOf } from './signature.ts'

/** Far above what honest chains need, and a fraction of a second with the slowest algorithm. */
const BUDGET = { signatures: 256, steps: 4096 }

/** `later`: the key inherits its parameters, and the path that they come from is not known yet. */
export type SessionSignature = SignatureResult | 'later'

/** Judges a whole path for what a signer of lists needs. */
type JudgePath = (session: Session, path: readonly Certificate[]) => boolean

export class Session {
  readonly input: PathInput
  /** Those that could be read. */
  readonly crls: readonly CertificateList[]
  /** Why the others could not. */
  readonly unreadable: readonly string[]
  /** Who may have issued a certificate, the likeliest first: a search asks again and again. */
  readonly issuers = new Map<Certificate, readonly Certificate[]>()
  /** What was found of those who sign lists for others; `pending` while it is being found. */
  readonly signers = new Map<Certificate, 'valid' | 'invalid' | 'pending'>()
  readonly #anchors: ReadonlySet<Certificate>
  readonly #bySubject = new Map<string, Certificate[]>()
  readonly #reachable: ReadonlySet<string>
  /** By key, not by certificate: a thousand certificates of one key cost one signature. */
  readonly #results = new Map<Signed, Map<string, SignatureResult>>()
  readonly #held = new Set<readonly Certificate[]>()
  readonly #inherited = new Map<Certificate, Bytes>()
  readonly #isValid: JudgePath
  /** Read from octets for this validation only: nothing is kept of it. */
  readonly #passing: Certificate | undefined
  #signatures = BUDGET.signatures
  #steps = BUDGET.steps

  constructor(input: PathInput, certificate: Certificate, isValid: JudgePath) {
    this.input = input
    this.#isValid = isValid
    this.#passing = certificate === input.certificate ? undefined : certificate
    this.#anchors = new Set(input.trustAnchors)
    const { values: intermediates } = decodeAll(input.intermediates ?? [], decodeIssuer)
    for (const certificate of new Set([...input.trustAnchors, ...intermediates]))
      push(this.#bySubject, comparisonKey(certificate.subject), certificate)
    this.#reachable = reachableNames(input.trustAnchors, intermediates)
    const crls = decodeAll(input.revocation.crls ?? [], decodeCrl)
    this.crls = crls.values
    this.unreadable = crls.errors.map((code) => `CRL: not readable (${code})`)
  }

  /** The search was cut short. */
  get exhausted(): boolean {
    return this.#signatures <= 0 || this.#steps <= 0
  }

  isAnchor(certificate: Certificate | undefined): boolean {
    return certificate !== undefined && this.#anchors.has(certificate)
  }

  /** Trust anchors first. */
  certificatesNamed(name: Name): readonly Certificate[] {
    return this.#bySubject.get(comparisonKey(name)) ?? []
  }

  /** Whether names lead from this certificate up to a trust anchor. */
  reachesAnchor(certificate: Certificate): boolean {
    return this.isAnchor(certificate) || this.#reachable.has(comparisonKey(certificate.issuer))
  }

  /** Whether the first certificate of this path may be relied on for the lists that it signs. */
  isValid(path: readonly Certificate[]): boolean {
    return this.#isValid(this, path)
  }

  /** One step of a search; false when there were too many. */
  step(): boolean {
    return this.#steps-- > 0
  }

  /** Verified once for each key. */
  signature(signer: Certificate, signed: Signed): SessionSignature {
    const keyInfo = this.keyInfoOf(signer)
    const id = idOf(keyInfo)
    const known = isSignedBy(signed, id) ? 'right' : this.#results.get(signed)?.get(id)
    if (known) return known
    if (lacksParameters(signer, keyInfo)) return 'later'
    if (this.#signatures-- <= 0) return 'unsupported'
    const result = signatureBy(signer, signed, keyInfo)
    if (result === 'right' && signed !== this.#passing) {
      keepSigner(signed, id)
      return result
    }
    const results = this.#results.get(signed) ?? new Map<string, SignatureResult>()
    this.#results.set(signed, results.set(id, result))
    return result
  }

  /** Why the signature cannot be trusted, if so: what it says, and the algorithm. */
  distrust(signer: Certificate, signed: Signed): string | undefined {
    const result = this.signature(signer, signed)
    if (result !== 'right') return `the signature is ${result === 'later' ? 'unsupported' : result}`
    const weak = weakAlgorithm(signed.signatureAlgorithm, this.input.algorithms)
    return weak && `it is signed with ${weak}`
  }

  /** The key with inherited parameters. */
  keyInfoOf(certificate: Certificate): Bytes {
    return this.#inherited.get(certificate) ?? certificate.subjectPublicKeyInfo
  }

  /** Hands parameters down a path that reached its anchor; true when every signature then holds. */
  holds(path: readonly Certificate[]): boolean {
    if (this.#held.has(path)) return true
    for (let i = path.length - 2; i >= 0; i--) {
      const [certificate, issuer] = [path[i]!, path[i + 1]!]
      if (this.signature(issuer, certificate) !== 'right') return false
      if (lacksParameters(certificate))
        this.#inherited.set(certificate, withParametersOf(certificate.subjectPublicKeyInfo, this.keyInfoOf(issuer)))
    }
    this.#held.add(path)
    return true
  }
}

const ids = new WeakMap<Bytes, string>()

function idOf(keyInfo: Bytes): string {
  const id = ids.get(keyInfo) ?? (keyInfo.length < 4096 ? fromLatin1(keyInfo) : hex(keyInfo))
  ids.set(keyInfo, id)
  return id
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** Subjects from which a chain of names leads up to an anchor: dead ends are never walked. */
function reachableNames(
  trustAnchors: readonly Certificate[],
  intermediates: readonly Certificate[],
): ReadonlySet<string> {
  const byIssuer = new Map<string, string[]>()
  for (const { issuer, subject } of intermediates) push(byIssuer, comparisonKey(issuer), comparisonKey(subject))
  const reached = new Set(trustAnchors.map(({ subject }) => comparisonKey(subject)))
  // A set grows while it is walked.
  for (const name of reached) for (const below of byIssuer.get(name) ?? []) reached.add(below)
  return reached
}

function decodeAll<T extends object>(sources: readonly (Bytes | T)[], decode: (bytes: Bytes) => T) {
  const values: T[] = []
  const errors: string[] = []
  for (const source of sources) {
    try {
      values.push(source instanceof Uint8Array ? decode(source) : source)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      errors.push(error.code)
    }
  }
  return { values, errors }
}
