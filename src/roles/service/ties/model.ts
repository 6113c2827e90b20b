// What a service needs to speak with another about a customer of both: the platform, which says by which id; the other service, and a
// signature by which each knows the other. No secret is shared. Ours: docs/profile.md#balance-elsewhere.

import type { Implementation } from '../../../base/contract.ts'
import type { apiContract } from '../../verifier/api/contract.ts'

/** The platform's API, asked in the name of this service. */
export type LinkPort = Pick<
  Implementation<typeof apiContract>,
  'askLink' | 'linkRequest' | 'serviceId' | 'customerOfId'
>

export interface Other {
  /** As the platform knows it. */
  readonly clientId: string
  /** In the words that the person reads. */
  readonly purpose: string
  readonly days: number
  /** Asked by the id. Throws what the other service refuses, and `peer/unreachable`. */
  balance(serviceId: string): Promise<number>
}

/** What another service has signed for this one: this door, one id, the last minute. */
export interface TieDoor {
  /** The id that is spoken of: nothing of it is believed yet. Throws `notThatService`. */
  idIn(request: string): string
  /** Throws `notThatService` unless it was this service. */
  signedBy(request: string, from: Pick<Meant, 'with' | 'keys'>): Promise<void>
}

type Meant = NonNullable<Awaited<ReturnType<LinkPort['customerOfId']>>['customer']>

export interface Ties {
  readonly links: LinkPort
  /** Whose balance is shown here; absent where none is. */
  readonly other?: Other
  /** Where other services ask this one; absent where none does. */
  readonly door?: TieDoor
}
