// Key pairs made by the authority: a pool filled ahead, wrapped at rest, each delivered once, encrypted to its receiver,
// and erased. It is certified when the card that holds it proves that it does. Seed 4 別紙3; ours: docs/profile.md#key-pool.

import { type Bytes, concat, equal, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, type KeyPair, seal, sha256, unseal } from '../../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../../base/ports.ts'
import { KIND_OF } from '../../../base/signature-algorithms.ts'
import { sealKeyEnvelope } from '../../../protocol/personalisation/key-envelope.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { Delivery } from './store.ts'

const WRAPPING_KEY = 'authority-key-pool'

/** Binds the wrapped key to its public half. */
const label = (spki: Bytes): Bytes => concat(utf8('kazasu key pool 1\n'), spki)

/** Fills up to `upTo`; how many it made. */
export const fillKeyPool =
  (deps: Deps): Authority['fillKeyPool'] =>
  async ({ upTo }) => {
    const { algorithm } = deps.generations.current('auth').signer
    let made = 0
    for (; (await deps.store.keyPool.count(algorithm)) < upTo; made++) await addKeyPair(deps, algorithm)
    return { made }
  }

async function addKeyPair({ store, keys, entropy, keyPair }: Deps, algorithm: SignatureAlgorithm): Promise<void> {
  const pair: KeyPair = await (keyPair ?? (async (kind) => generateKeyPair(kind)))(KIND_OF[algorithm])
  const wrapping = await keys.secret(WRAPPING_KEY, 32)
  const sealed = seal(wrapping, pair.privateKey, label(pair.publicKey), entropy)
  pair.privateKey.fill(0)
  await store.keyPool.add({ public_key: pair.publicKey, algorithm, sealed })
}

/** The same request gives the same envelope until it is confirmed; then, and to another receiver, nothing. */
export const deliverKey =
  (deps: Deps): Authority['deliverKey'] =>
  async ({ requestKey, receiver }) => {
    const delivery = await delivered(deps, requestKey, receiver)
    if (!delivery.envelope) throw no.keyDelivered()
    if (!equal(delivery.receiver, sha256(receiver))) throw no.requestReused()
    return { publicKey: delivery.public_key, envelope: delivery.envelope }
  }

async function delivered(deps: Deps, requestKey: string, receiver: Bytes): Promise<Delivery> {
  const { store, keys, entropy, generations } = deps
  const { algorithm } = generations.current('auth').signer
  const wrapping = await keys.secret(WRAPPING_KEY, 32)
  const request = { request_key: requestKey, receiver: sha256(receiver) }
  for (;;) {
    const delivery = await store.keyPool.deliver(request, algorithm, ({ sealed, public_key: spki }) => {
      const pkcs8 = unseal(wrapping, sealed, label(spki))
      try {
        return sealKeyEnvelope(receiver, spki, pkcs8, entropy)
      } catch (error) {
        throw no.keyNotAllowed({}, error)
      } finally {
        pkcs8.fill(0)
      }
    })
    if (delivery) return delivery
    // The pool has run dry: the one who waits makes the next.
    await addKeyPair(deps, algorithm)
  }
}

export const confirmKey =
  ({ store }: Deps): Authority['confirmKey'] =>
  async ({ requestKey }) => {
    await store.keyPool.confirm(requestKey)
    return {}
  }
