// The phone as the SIM's terminal: short messages of the network go in, and what the SIM asks for then (connections,
// messages) is done. ETSI TS 102 223. And which networks there are just now. Seed 4 (1)②.

import type { Bytes } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'
import type { Slot } from './slot.ts'

/** The toolkit side of a handset, for one session with the SIM. */
export interface Terminal {
  start(): Promise<unknown>
  deliver(tpdu: Bytes): Promise<Bytes>
  idle(): Promise<void>
  /** Whether the SIM has a connection open or waits to be called back. */
  readonly busy: boolean
  close(): void
}

/** `online` says whether it may connect; `quiet` is called when the SIM is not busy any more. */
export type MakeTerminal = (parts: {
  readonly link: Link
  readonly online: () => boolean
  readonly quiet: () => void
}) => Terminal

export type Connections = Parameters<Phone['setConnections']>[0]
export const ALL_CONNECTIONS: Connections = { mobileData: true, wifi: true, shortMessages: true }

interface Deps {
  readonly slot: Slot
  readonly model: string
  readonly sim: SimAccess
  readonly makeTerminal: MakeTerminal
  readonly connections: { now: Connections }
}

export function terminal({
  slot,
  model,
  sim,
  makeTerminal,
  connections,
}: Deps): Pick<Phone, 'shortMessages' | 'connections' | 'setConnections'> {
  let current: Terminal | undefined
  let delivering = 0
  const expectHere = async (iccid: string) => {
    if ((await slot.sim()).iccid !== iccid) throw no.simNotHere({ iccid })
  }
  const online = () => connections.now.mobileData || connections.now.wifi
  const quiet = () => {
    if (delivering > 0 || !current || current.busy) return
    current.close()
    current = undefined
    void sim.release('terminal')
  }
  const powered = async (): Promise<Terminal> => {
    if (current) return current
    await sim.hold('terminal', true)
    const link: Link = {
      transmit: async (command) => {
        // What is late for its own session is not said in the next one.
        if (current !== handset) throw no.channelClosed()
        return sim.within('terminal', (session) => session.transmit(command))
      },
    }
    const handset: Terminal = makeTerminal({ link, online, quiet })
    current = handset
    await handset.start()
    return handset
  }
  return {
    shortMessages: async ({ iccid: meant, messages }) => {
      await expectHere(meant)
      if (!connections.now.shortMessages) throw no.notOnNetwork()
      delivering += 1
      try {
        const handset = await powered()
        let answer: Bytes | null = null
        for (const tpdu of messages) {
          const acknowledged = await handset.deliver(tpdu)
          if (acknowledged.length > 0) answer = acknowledged
        }
        return { answer }
      } catch (error) {
        current = undefined
        throw error
      } finally {
        delivering -= 1
        await current?.idle()
        // A SIM that has opened a connection goes on by itself.
        if (!current?.busy) quiet()
      }
    },
    connections: async ({ iccid: meant }) => {
      await expectHere(meant)
      return { ...connections.now, deviceModel: model }
    },
    setConnections: async (now) => {
      connections.now = now
      return {}
    },
  }
}
