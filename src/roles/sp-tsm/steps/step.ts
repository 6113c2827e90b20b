// A step of the saga: looks at the order, has its effect on others, says what to write into the order.
// It may be interrupted anywhere and repeated; it never writes the order itself.

import type { Bytes } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { Recording } from '../../../protocol/globalplatform/index.ts'
import type { Authority } from '../../authority/contract.ts'
import type { Carrier } from '../../carrier/contract.ts'
import { callIdentifier } from '../model.ts'
import type { Secrets } from '../secrets.ts'
import type { OrderPatch, OrderRow } from '../store.ts'

export interface StepDeps {
  readonly authority: Authority
  readonly carrierOf: (order: OrderRow) => Carrier
  readonly entropy: Entropy
  readonly secrets: Secrets
  readonly uiApp: Bytes
  readonly loadFile: Bytes
  /** Of a version that a campaign brings. */
  readonly loadFileOf: (version: number) => Promise<Bytes>
  /** Applications of partners leave the SIM with the certificate that let them in. */
  readonly removePartners: (order: OrderRow) => Promise<void>
  /** Of what is said to the card in this step. */
  readonly recording: Recording
  /** Has an effect outside; keeps the lease while at it. */
  readonly effect: <T>(name: string, work: () => Promise<T>) => Promise<T>
}

export type Step = (deps: StepDeps, order: OrderRow) => Promise<OrderPatch>

/** Who asks a carrier, and under which identifier. */
export const basicRequest = ({ order_id, attempts }: OrderRow, call: string) => ({
  functionCallIdentifier: callIdentifier(order_id, call, attempts),
  requestingEntity: 'sp-tsm',
})
