// What the verbs of the authority are given.

import type { Clock, Entropy, KeyStore, Log, Publish, SignatureAlgorithm } from '../../base/ports.ts'
import type { Hierarchy } from '../../protocol/jpki-profile/index.ts'
import type { ResidentRegister } from '../resident-register/contract.ts'
import type { Crls } from './crl/crls.ts'
import type { Generations } from './generations.ts'
import type { AuthorityStore } from './store.ts'

export interface AuthorityDeps {
  readonly store: AuthorityStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly register: ResidentRegister
  readonly publish: Publish
  readonly log: Log
  /** `test` is the hierarchy of JPKI-TEST: other names and policies, nothing else. */
  readonly hierarchy?: Hierarchy
  /** Of the first generation; RSA-SHA256 unless said. Later ones: `rollOver`. */
  readonly algorithm?: SignatureAlgorithm
}

/** With both authorities opened. */
export interface Deps extends AuthorityDeps {
  readonly hierarchy: Hierarchy
  readonly generations: Generations
  readonly crls: Crls
}
