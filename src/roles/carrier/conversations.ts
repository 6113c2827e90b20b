// BeginConversation, SendScript, EndConversation, and all three as ExchangeServiceData: J-LIS's APDUs on their way to its
// domain. Seed 4 別紙1, 別紙2.
// A SIM has one at a time, as long as this process lives; who finds his gone begins another.

import { type Bytes, concat, equal, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { lv } from '../../codec/tlv.ts'
import { type BearerDeps, channelTo } from './bearers.ts'
import type { Carrier } from './contract.ts'
import { modelOf, servedFor, type Work } from './mno-tsm.ts'
import type { SimModels } from './model.ts'
import type { ProxyChannel } from './proxy.ts'
import { no } from './refusals.ts'

type Deps = BearerDeps & { readonly models: SimModels }

interface Conversation {
  readonly iccid: string
  readonly channel: ProxyChannel
  /** Scripts by their call: one whose answer was lost is answered again and never goes to the card again. */
  readonly sent: Map<string, { readonly script: Bytes; readonly responses: Promise<Bytes[]> }>
}

type Conversations = Pick<Carrier, 'beginConversation' | 'sendScript' | 'endConversation'>

export function conversations(deps: Deps): Conversations {
  const { store, entropy } = deps
  const open = new Map<string, Conversation>()
  const ofSim = (iccid: string) => [...open].find(([, conversation]) => conversation.iccid === iccid)?.[0]
  return {
    beginConversation: async ({ iccid, aid, requestingEntity }) => {
      const model = await modelOf(deps, iccid, requestingEntity)
      if (!(await store.service(iccid))) throw no.unknownSim({ iccid })
      const conversationId = hex(entropy(16))
      const channel = await channelTo(deps)({ iccid, model }, aid)
      // The phone has closed the channel of the one before, which somebody left without ending it.
      open.delete(ofSim(iccid) ?? '')
      open.set(conversationId, { iccid, channel, sent: new Map() })
      return { conversationId }
    },
    sendScript: async ({ conversationId, functionCallIdentifier: call, commands }) => {
      const conversation = open.get(conversationId)
      if (!conversation) throw no.unknownConversation()
      const script = sha256(concat(...commands.map(lv)))
      const before = conversation.sent.get(call)
      if (before && !equal(before.script, script)) throw no.callReused()
      const responses = before?.responses ?? conversation.channel.script(commands)
      conversation.sent.set(call, { script, responses })
      return { responses: await responses }
    },
    endConversation: async ({ conversationId }) => {
      const conversation = open.get(conversationId)
      open.delete(conversationId)
      await conversation?.channel.end()
      return {}
    },
  }
}

export const exchangeServiceData =
  (deps: Deps): Work<'exchangeServiceData'> =>
  async ({ iccid, serviceInstance, requestingEntity, aid, commands }) => {
    const model = await modelOf(deps, iccid, requestingEntity)
    await servedFor(deps, iccid, serviceInstance)
    const channel = await channelTo(deps)({ iccid, model }, aid)
    try {
      return { responses: await channel.script(commands) }
    } finally {
      await channel.end()
    }
  }
