// How many certificates a set of orders accounts for when no worker has anything to do.

import type { SpTsm } from '../../roles/sp-tsm/contract.ts'

type Order = Awaited<ReturnType<SpTsm['records']>>['orders'][number]

/** Orders whose key is in the SIM. */
const LIVING: readonly Order['state'][] = ['written', 'active', 'suspended']

/** A renewal that a stop interrupts after the certificate is issued has two, and goes on when the stop ends. */
export const certificatesDue = (orders: readonly Pick<Order, 'state' | 'nextSerial'>[]): number =>
  orders
    .filter(({ state }) => LIVING.includes(state))
    .reduce((sum, { nextSerial }) => sum + (nextSerial === null ? 1 : 2), 0)
