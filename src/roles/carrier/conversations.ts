// BeginConversation, SendScript, EndConversation: J-LIS's APDUs on their way to its domain. Seed 4 別紙1, 別紙2.
// A SIM has one at a time, as long as this process lives; who finds his gone begins another.

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

interface Conversation {
  readonly iccid: string
  readonly channel: ProxyChannel
}

type Conversations = Pick<Carrier, 'beginConversation' | 'sendScript' | 'endConversation'>

export function conversations({ store, entropy, proxyOf }: Deps): Conversations {
  const open = new Map<string, Conversation>()
  const ofSim = (iccid: string) => [...open].find(([, conversation]) => conversation.iccid === iccid)?.[0]
  return {
    beginConversation: async ({ iccid, aid }) => {
      if (!(await store.service(iccid))) throw no.unknownSim({ iccid })
      const conversationId = hex(entropy(16))
      const channel = await openChannel(proxyOf, iccid, aid)
      // The phone has closed the channel of the one before, which somebody left without ending it.
      open.delete(ofSim(iccid) ?? '')
      open.set(conversationId, { iccid, channel })
      return { conversationId }
    },
    sendScript: async ({ conversationId, commands }) => {
      const conversation = open.get(conversationId)
      if (!conversation) throw no.unknownConversation()
      return { responses: await conversation.channel.script(commands) }
    },
    endConversation: async ({ conversationId }) => {
      const conversation = open.get(conversationId)
      open.delete(conversationId)
      await conversation?.channel.end()
      return {}
    },
  }
}
