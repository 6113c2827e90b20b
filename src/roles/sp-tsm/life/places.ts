// Where else the holder of an order has certificates: on the card, and in other SIMs while one moves. Neither serial numbers nor
// order ids: the phone shows how long each is good, and no more.

import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { existing } from '../order-view.ts'

type Place = Awaited<ReturnType<SpTsm['places']>>['places'][number]

export const places =
  ({ store, authority }: Running): SpTsm['places'] =>
  async ({ orderId }) => {
    const order = await existing(store, orderId)
    const applied = BigInt(order.card_auth_serial)
    const known = order.serial === null ? applied : BigInt(order.serial)
    const link = await authority.link({ kind: 'auth', serial: known, want: 'card-auth', asker: 'sp-tsm' })
    const at = async (serial: bigint, where: Pick<Place, 'medium' | 'carrier'>) => {
      const { status, notAfter = null } = await authority.status({ kind: 'auth', serial })
      return { ...where, status, notAfter }
    }
    const others = (await store.liveBySerial(order.card_auth_serial)).filter(
      ({ order_id, serial }) => order_id !== orderId && serial !== null,
    )
    return {
      places: [
        await at(link.serial ?? applied, { medium: 'card', carrier: null }),
        ...(await Promise.all(others.map(({ serial, carrier }) => at(BigInt(serial!), { medium: 'phone', carrier })))),
      ],
    }
  }
