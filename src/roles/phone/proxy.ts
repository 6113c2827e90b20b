// TSM proxy: carries a TSM's C-APDUs to one application of the SIM. Seed 4 別紙2.

import { type Bytes, equal, hex } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { decodeCommand, decodeResponse } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { CardRefused, run, selectByName } from '../../protocol/iso7816/index.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'

interface Deps {
  readonly iccid: string
  readonly sim: SimAccess
  readonly entropy: Entropy
}

type Proxy = Pick<Phone, 'proxyOpen' | 'proxyTransmit' | 'proxyClose'>

/** The TSM of this SIM has one channel: opening another closes the one that its crash may have left. */
export function proxy({ iccid, sim, entropy }: Deps): Proxy {
  let current: { channel: string; aid: Bytes } | null = null
  return {
    proxyOpen: async (input) => {
      if (input.iccid !== iccid) throw no.simNotHere({ iccid: input.iccid })
      await sim.hold('proxy', true)
      const channel = hex(entropy(16))
      current = { channel, aid: input.aid }
      await sim
        .within('proxy', (link) => run(link, selectByName(input.aid)))
        .catch(async (error: unknown) => {
          await sim.release('proxy')
          const missing = error instanceof CardRefused && error.sw === SW.NOT_FOUND.sw
          throw missing ? no.noSuchApplication({ aid: hex(input.aid) }, error) : error
        })
      return { channel }
    },
    proxyTransmit: ({ channel, commands }) =>
      sim.within('proxy', async (link) => {
        if (current?.channel !== channel) throw no.channelClosed()
        const responses: Bytes[] = []
        for (const command of commands) {
          checkAllowed(command, current.aid)
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

/** As Open Mobile API does; re-selecting the channel's own application is no way out of it. */
function checkAllowed(command: Bytes, aid: Bytes): void {
  const { ins, p1, data } = decodeCommand(command)
  const leaves = ins === 0x70 || (ins === 0xa4 && p1 === 0x04 && !equal(data, aid))
  if (leaves) throw no.commandNotAllowed()
}
