// Key pairs made by the authority: a pool filled ahead, wrapped at rest, each delivered once, encrypted to its receiver,
// and erased. Seed 4 別紙3; ours: docs/profile.md#key-pool. Keys that the card makes never come here.

import { type Bytes, concat, equal, u16, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, type KeyPair, publicKey, rsaOaepEncrypt, seal, sha256, unseal } from '../../../base/crypto.ts'
import type { SignatureAlgorithm } from '../../../base/ports.ts'
import type { Authority } from '../contract.ts'
import type { Deps } from '../deps.ts'
import { issue } from '../issuing/issue.ts'
import { no } from '../refusals.ts'

const WRAPPING_KEY = 'authority-key-pool'
const KIND = {
  'RSA-SHA256': 'RSA-2048',
  'ECDSA-P256-SHA256': 'P-256',
  'ECDSA-P384-SHA384': 'P-384',
} as const satisfies Record<SignatureAlgorithm, string>

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
  const pair: KeyPair = await (keyPair ?? (async (kind) => generateKeyPair(kind)))(KIND[algorithm])
  const wrapping = await keys.secret(WRAPPING_KEY, 32)
  const sealed = seal(wrapping, pair.privateKey, label(pair.publicKey), entropy)
  pair.privateKey.fill(0)
  await store.keyPool.add({ public_key: pair.publicKey, algorithm, sealed })
}

/** The same request gives the same envelope until it is confirmed; then, and to another receiver, nothing. */
export const issueWithKey =
  (deps: Deps): Authority['issueWithKey'] =>
  async ({ requestKey, cardAuthSerial, receiver }) => {
    const card = await deps.store.find('auth', cardAuthSerial)
    if (card?.medium !== 'card' || card.resident_id === null) throw no.cardNotValid()
    const delivery = await delivered(deps, requestKey, receiver)
    if (!equal(delivery.receiver, sha256(receiver))) throw no.requestReused()
    if (!delivery.envelope) throw no.keyDelivered()
    const { residentId, publicKey: spki } = { residentId: card.resident_id, publicKey: delivery.public_key }
    const place = { place: 'phone-auth', requestKey, residentId, publicKey: spki, cardAuthSerial } as const
    return { ...(await issue(deps, place, () => undefined)), publicKey: spki, envelope: delivery.envelope }
  }

async function delivered(deps: Deps, requestKey: string, receiver: Bytes) {
  const { store, keys, entropy, generations } = deps
  const { algorithm } = generations.current('auth').signer
  const wrapping = await keys.secret(WRAPPING_KEY, 32)
  const to = receiverKey(receiver)
  const request = { request_key: requestKey, receiver: sha256(receiver) }
  for (;;) {
    const delivery = await store.keyPool.deliver(request, algorithm, ({ sealed, public_key: spki }) => {
      const pkcs8 = unseal(wrapping, sealed, label(spki))
      const contentKey = entropy(32)
      const wrapped = rsaOaepEncrypt(to, contentKey)
      const envelope = concat(u16(wrapped.length), wrapped, seal(contentKey, pkcs8, label(spki), entropy))
      for (const secret of [pkcs8, contentKey]) secret.fill(0)
      return envelope
    })
    if (delivery) return delivery
    // The pool has run dry: the one who waits makes the next.
    await addKeyPair(deps, algorithm)
  }
}

function receiverKey(spki: Bytes) {
  try {
    const key = publicKey(spki)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch (error) {
    throw no.keyNotAllowed({}, error)
  }
  throw no.keyNotAllowed()
}

export const confirmKey =
  ({ store }: Deps): Authority['confirmKey'] =>
  async ({ requestKey }) => {
    if (!(await store.keyPool.confirm(requestKey))) throw no.unknownRequest()
    return {}
  }
