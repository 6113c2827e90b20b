// What the verbs of the authority are given.

import type { Clock, Entropy, KeyStore, Log, Publish } from '../../base/ports.ts'
import type { Hierarchy } from '../../protocol/jpki-profile/index.ts'
import type { ResidentRegister } from '../resident-register/contract.ts'
import type { Anchor } from './anchor.ts'
import type { CertificateKind } from './contract.ts'
import type { Crls } from './crl/crls.ts'
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
}

/** With both authorities opened. */
export interface Deps extends AuthorityDeps {
  readonly hierarchy: Hierarchy
  readonly anchors: Record<CertificateKind, Anchor>
  readonly crls: Crls
}
