// TSM proxy: carries a TSM's C-APDUs to one application of the SIM. Seed 4 別紙2.

import { type Bytes, hex } from '../../base/bytes.ts'
import type { Entropy, Link } from '../../base/ports.ts'
import { decodeResponse } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import type { DeviceApp } from '../../protocol/access-rules/index.ts'
import type { Phone } from './contract.ts'
import type { Enforcer } from './enforcer.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'
import type { Slot } from './slot.ts'
import type { Connections } from './terminal.ts'

interface Deps {
  readonly slot: Slot
  readonly sim: SimAccess
  readonly entropy: Entropy
  readonly enforcer: Enforcer
  readonly connections: { readonly now: Connections }
  /** The carrier's TSM proxy, as the handset knows it. */
  readonly apps: { readonly proxy: (carrier: string) => DeviceApp }
}

type Proxy = Pick<Phone, 'proxyOpen' | 'proxyTransmit' | 'proxyClose'>

/** The TSM of this SIM has one channel: opening another closes the one that its crash may have left. */
export function proxy({ slot, sim, entropy, enforcer, apps, connections }: Deps): Proxy {
  let current: { channel: string; link: Link } | null = null
  return {
    proxyOpen: async (input) => {
      const { iccid, carrier } = await slot.sim()
      if (input.iccid !== iccid) throw no.simNotHere({ iccid: input.iccid })
      if (!connections.now.mobileData && !connections.now.wifi) throw no.offline()
      await sim.hold('proxy', true)
      const channel = hex(entropy(16))
      try {
        const link = await sim.within('proxy', (session) => enforcer.open(session, apps.proxy(carrier), input.aid))
        current = { channel, link }
      } catch (error) {
        await sim.release('proxy')
        throw error
      }
      return { channel }
    },
    proxyTransmit: ({ channel, commands }) =>
      sim.within('proxy', async () => {
        if (current?.channel !== channel) throw no.channelClosed()
        const { link } = current
        const responses: Bytes[] = []
        for (const command of commands) {
          const response = await link.transmit(command)
          responses.push(response)
          if (!goesOn(decodeResponse(response).sw)) break
        }
        return { responses }
      }),
    proxyClose: async ({ channel }) => {
      if (current?.channel !== channel) return {}
      current = null
      await sim.release('proxy')
      return {}
    },
  }
}

const goesOn = (sw: number): boolean => sw === SW.OK.sw || [0x61, 0x62, 0x63].includes(sw >> 8)
