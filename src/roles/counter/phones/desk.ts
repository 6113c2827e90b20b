// The reader of the desk as a way for the carrier to a SIM, like the TSM proxy of a phone: only to a SIM that lies there
// for an order that is under way, one channel at a time.

import { type Bytes, hex } from '../../../base/bytes.ts'
import type { Session } from '../../../base/ports.ts'
import { decodeResponse } from '../../../codec/apdu.ts'
import { SW } from '../../../codec/sw.ts'
import { CardRefused, run, selectByName } from '../../../protocol/iso7816/index.ts'
import type { Order } from '../../sp-tsm/contract.ts'
import type { Counter } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import { no } from '../refusals.ts'

type Desk = Pick<Counter, 'hasSim' | 'proxyOpen' | 'proxyTransmit' | 'proxyClose'>

/** What is done to the SIM after that is done in its phone. */
const OVER: readonly Order['state'][] = ['active', 'undone']

interface Open {
  readonly channel: string
  readonly iccid: string
  readonly sim: Session
}

/** A channel that a crash left behind is closed by the next to the same SIM. */
export function desk(deps: CounterDeps): Desk {
  const { store, machine, entropy } = deps
  const open = new Map<string, Open>()
  const close = async (iccid: string) => {
    const before = open.get(iccid)
    open.delete(iccid)
    await before?.sim.end()
  }
  return {
    hasSim: async ({ iccid }) => {
      const row = await store.simOnDesk(iccid)
      if (!row) return { here: false }
      const { state } = await deps.spTsm().order({ orderId: row.order_id })
      if (!OVER.includes(state)) return { here: true }
      await store.givePhoneBack(row.order_id)
      return { here: false }
    },
    proxyOpen: async ({ iccid, aid }) => {
      const row = await store.simOnDesk(iccid)
      if (!row) throw no.simNotHere({ iccid })
      await close(iccid)
      const sim = await machine.reader(row.place)
      try {
        await run(sim, selectByName(aid))
      } catch (error) {
        await sim.end()
        throw error instanceof CardRefused ? no.noSuchApplication({}, error) : error
      }
      const channel = hex(entropy(16))
      open.set(iccid, { channel, iccid, sim })
      return { channel }
    },
    proxyTransmit: async ({ channel, commands }) => {
      const found = [...open.values()].find((one) => one.channel === channel)
      if (!found) throw no.channelClosed()
      const responses: Bytes[] = []
      for (const command of commands) {
        const response = await found.sim.transmit(command)
        responses.push(response)
        const { sw } = decodeResponse(response)
        if (sw !== SW.OK.sw && ![0x61, 0x62, 0x63].includes(sw >> 8)) break
      }
      return { responses }
    },
    proxyClose: async ({ channel }) => {
      const found = [...open.values()].find((one) => one.channel === channel)
      if (found) await close(found.iccid)
      return {}
    },
  }
}
