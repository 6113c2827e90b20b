// resetting → written: a transport PIN over the one that is forgotten or used up; key and certificate stay. Seed 4 (5)③.

import { fromUtf8 } from '../../../base/bytes.ts'
import { setTransportPin } from '../../../protocol/personalisation/index.ts'
import { inOwnChannel, needed } from '../conversation.ts'
import type { Step } from './step.ts'

export const resetPin: Step = async (deps, order) => {
  const pin = fromUtf8(await deps.secrets.unseal('transport-pin', order.order_id, needed(order.transport_pin)))
  await inOwnChannel(deps, order, (content) => setTransportPin(content, pin))
  return {}
}
