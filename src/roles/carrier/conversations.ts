// BeginConversation, SendScript, EndConversation: J-LIS's APDUs on their way to its domain. Seed 4 別紙1, 別紙2.
// Conversations live as long as this process; who finds one gone begins another.

import { hex } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import type { Carrier } from './contract.ts'
import { openChannel, type ProxyChannel, type ProxyOf } from './proxy.ts'
import { no } from './refusals.ts'
import type { CarrierStore } from './store.ts'

interface Deps {
  readonly store: CarrierStore
  readonly entropy: Entropy
  readonly proxyOf: ProxyOf
}

type Conversations = Pick<Carrier, 'beginConversation' | 'sendScript' | 'endConversation'>

export function conversations({ store, entropy, proxyOf }: Deps): Conversations {
  const open = new Map<string, ProxyChannel>()
  return {
    beginConversation: async ({ iccid, aid }) => {
      if (!(await store.service(iccid))) throw no.unknownSim({ iccid })
      const conversationId = hex(entropy(16))
      open.set(conversationId, await openChannel(proxyOf, iccid, aid))
      return { conversationId }
    },
    sendScript: async ({ conversationId, commands }) => {
      const channel = open.get(conversationId)
      if (!channel) throw no.unknownConversation()
      return { responses: await channel.script(commands) }
    },
    endConversation: async ({ conversationId }) => {
      const channel = open.get(conversationId)
      open.delete(conversationId)
      await channel?.end()
      return {}
    },
  }
}
