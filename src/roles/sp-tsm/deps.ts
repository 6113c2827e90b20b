// What the SP-TSM works with.

import type { Bytes } from '../../base/bytes.ts'
import type { Clock, Deliveries, Entropy, Jobs, KeyStore, Log } from '../../base/ports.ts'
import type { Authority } from '../authority/contract.ts'
import type { Carrier } from '../carrier/contract.ts'
import type { Verifier } from '../verifier/contract.ts'
import type { Secrets } from './secrets.ts'
import type { SpTsmStore } from './store.ts'

export interface SpTsmDeps {
  readonly store: SpTsmStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly jobs: Jobs
  readonly deliveries: Deliveries
  readonly authority: Authority
  readonly verifier: Verifier
  readonly carriers: Readonly<Record<string, Carrier>>
  readonly log: Log
  /** SHA-256 of the certificate that signed J-LIS's UI app. */
  readonly uiApp: Bytes
  /** CAP of the JPKI package, for carriers that let J-LIS load. */
  readonly loadFile: Bytes
  /** Called before and after each step of the saga and each effect on others. */
  readonly onStep?: (point: string) => void
  /** No other process works on these orders: at start nobody can hold a lease. */
  readonly alone?: boolean
}

export const QUEUE = 'sp-tsm-order'

/** With what it keeps from everybody. */
export interface Running extends SpTsmDeps {
  readonly secrets: Secrets
}
