// What the verbs of the authority are given.

import type { KeyKind, KeyPair } from '../../base/crypto.ts'
import type { Clock, Entropy, KeyStore, Log, Publish, SignatureAlgorithm } from '../../base/ports.ts'
import type { Hierarchy } from '../../protocol/jpki-profile/index.ts'
import type { ResidentRegister } from '../resident-register/contract.ts'
import type { Opening } from './anchor.ts'
import type { Crls } from './crl/crls.ts'
import type { Filters } from './filter/filters.ts'
import type { Generations } from './generations.ts'
import type { Memory } from './memory.ts'
import type { Answers } from './ocsp/answers.ts'
import type { KnownStatus } from './ocsp/ocsp.ts'
import type { AuthorityStore } from './store.ts'

export interface AuthorityDeps {
  readonly store: AuthorityStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly register: ResidentRegister
  readonly publish: Publish
  readonly log: Log
  /** Where OCSP answers are put as files for a CDN; without it they are given over HTTP only. */
  readonly publishAnswer?: Publish | undefined
  /** `test` is the hierarchy of JPKI-TEST: other names and policies, nothing else. */
  readonly hierarchy?: Hierarchy
  /** Makes key pairs for holders, off the main thread where it can. */
  readonly keyPair?: (kind: KeyKind) => Promise<KeyPair>
  /** Of the first generation; RSA-SHA256 unless said. Later ones: `rollOver`. */
  readonly algorithm?: SignatureAlgorithm
}

/** With both authorities opened. */
export interface Deps extends Opening {
  readonly generations: Generations
  readonly crls: Crls
  readonly answers: Answers
  /** What was asked lately, for answers that are signed when asked. */
  readonly statuses: Memory<KnownStatus>
  readonly filters: Filters
  /** After a change of status: what says otherwise is made anew. What fails is due the next time. */
  readonly putOutChanges: () => Promise<void>
}
