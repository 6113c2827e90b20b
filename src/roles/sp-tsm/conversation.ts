// J-LIS's channel to its security domain: a conversation at the carrier, and SCP03 with keys that only J-LIS knows
// inside it, always at the highest level whatever the carrier asks of its SIMs. Seed 4 別紙3.

import { hex } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { openScp03, type SecureChannel, secured } from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import type { ContentChannel } from '../../protocol/personalisation/index.ts'
import { OWN_KEY_VERSION } from './model.ts'
import type { StepDeps } from './steps/step.ts'
import type { OrderRow } from './store.ts'

/** Opens a conversation, runs `work` over it and ends it whatever happens. */
export async function converse<T>(deps: StepDeps, order: OrderRow, work: (link: Link) => Promise<T>): Promise<T> {
  const carrier = deps.carrierOf(order)
  const { conversationId } = await deps.effect('beginConversation', () =>
    carrier.beginConversation({ requestingEntity: 'sp-tsm', iccid: order.iccid, aid: needed(order.domain_aid) }),
  )
  const transmit = async (command: Uint8Array) => {
    const functionCallIdentifier = hex(deps.entropy(16))
    const { responses } = await deps.effect('sendScript', () =>
      carrier.sendScript({ functionCallIdentifier, conversationId, commands: [command] }),
    )
    return needed(responses[0])
  }
  try {
    return await work({ transmit })
  } finally {
    await carrier.endConversation({ conversationId })
  }
}

/** A dialogue with the domain, under J-LIS's own keys, with what the content encryption needs. */
export async function inOwnChannel<T>(
  deps: StepDeps,
  order: OrderRow,
  inner: (content: ContentChannel, channel: SecureChannel) => Dialogue<T>,
): Promise<T> {
  const { secrets, entropy, recording } = deps
  const keys = await secrets.domainKeys(order.order_id)
  const content = await contentChannel(deps, order)
  function* dialogue(): Dialogue<T> {
    const aid = needed(order.domain_aid)
    const opening = openScp03({ keys, keyVersion: OWN_KEY_VERSION, entropy, aid })
    const channel = yield* recording.watch(opening)
    return yield* secured(channel, recording.watch(inner(content, channel)))
  }
  return converse(deps, order, (link) => run(link, dialogue()))
}

export const contentChannel = async ({ secrets, entropy }: StepDeps, order: OrderRow): Promise<ContentChannel> => ({
  contentKey: await secrets.contentKey(order.order_id),
  entropy,
  applet: needed(order.applet_aid),
})

/** What an earlier step must have left in the order. */
export function needed<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('an earlier step has not left its result')
  return value
}
