// keyed → keyPairMade: the SIM makes the key pair; the private key never leaves it. Undo: terminate.

import { generateKeyPair } from '../../../protocol/personalisation/index.ts'
import { inOwnChannel } from '../conversation.ts'
import { keyPairRequest } from '../model.ts'
import type { Step } from './step.ts'

export const makeKeyPair: Step = async (deps, order) => {
  const made = await inOwnChannel(deps, order, (content) => generateKeyPair(content, keyPairRequest(order.order_id)))
  return { public_key: made.publicKey, proof_of_possession: made.proofOfPossession }
}
