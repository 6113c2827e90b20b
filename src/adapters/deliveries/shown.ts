// Deliveries as an operator sees them: way, state and times. Neither who it is for nor a word of it.

import type { DeliveryWay } from '../../base/ports.ts'

/** `lying`: in the outbox, until somebody looks; `handedOver`: a letter that its addressee has. */
export type DeliveryState = 'waiting' | 'given' | 'failed' | 'lying' | 'handedOver'

export interface ShownDelivery {
  /** Of the message, as its sender made it: by chance or under a key. */
  readonly id: string
  readonly way: DeliveryWay
  readonly state: DeliveryState
  readonly attempts: number
  /** The protocol's own, of one that failed. */
  readonly code: string | null
  readonly takenAt: Date
  readonly endedAt: Date | null
}

export interface DeliveryPage {
  readonly before?: Date | undefined
  readonly limit: number
}

export interface ShowsDeliveries {
  /** The newest first. */
  shown(page: DeliveryPage): Promise<ShownDelivery[]>
}

/** Of several, as one list. */
export async function allShown(of: readonly ShowsDeliveries[], page: DeliveryPage): Promise<ShownDelivery[]> {
  const all = (await Promise.all(of.map((one) => one.shown(page)))).flat()
  return all.sort((a, b) => b.takenAt.getTime() - a.takenAt.getTime()).slice(0, page.limit)
}
