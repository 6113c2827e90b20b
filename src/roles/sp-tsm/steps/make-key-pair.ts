// loaded → keyPairMade: the SIM makes the key pair, and the private key never leaves it; or, where the chip makes none, the
// authority's comes in, out of one encryption into the other. Either way the SIM proves that it has it. Undo: revoke, terminate.

import { p256Point } from '../../../base/crypto.ts'
import {
  generateKeyPair,
  importKeyPair,
  type MadeKeyPair,
  openKeyEnvelope,
} from '../../../protocol/personalisation/index.ts'
import { inOwnChannel } from '../conversation.ts'
import { KEY_ALGORITHM, keyPairRequest, requestKey } from '../model.ts'
import type { OrderRow } from '../store.ts'
import type { Step, StepDeps } from './step.ts'

export const makeKeyPair: Step = async (deps, order) => {
  const made =
    order.receiver_key === null ? await madeInSim(deps, order) : await broughtIn(deps, order, order.receiver_key)
  return { public_key: made.publicKey, proof_of_possession: made.proofOfPossession }
}

const madeInSim = (deps: StepDeps, order: OrderRow): Promise<MadeKeyPair> =>
  inOwnChannel(deps, order, (content) =>
    generateKeyPair(content, keyPairRequest(order.order_id, order.key_number), { algorithm: KEY_ALGORITHM }),
  )

async function broughtIn(deps: StepDeps, order: OrderRow, sealed: Uint8Array): Promise<MadeKeyPair> {
  const { authority, secrets, effect } = deps
  const scalar = await secrets.unseal('receiver-key', order.order_id, sealed)
  const request = { requestKey: requestKey(order.order_id, order.key_number), receiver: p256Point(scalar) }
  const { publicKey, envelope } = await effect('deliverKey', () => authority.deliverKey(request))
  const pkcs8 = openKeyEnvelope(scalar, publicKey, envelope)
  try {
    return await inOwnChannel(deps, order, (content) =>
      importKeyPair(content, keyPairRequest(order.order_id, order.key_number), pkcs8),
    )
  } finally {
    for (const secret of [scalar, pkcs8]) secret.fill(0)
  }
}
