// A 利用者証明用 certificate for a key pair that a SIM made: linked to the card's, and never living longer. Seed 4 (4)②.

import { type Bytes, fromHex } from '../../base/bytes.ts'
import { publicKey as parsePublicKey, verify } from '../../base/crypto.ts'
import { possessionMessage } from '../../protocol/personalisation/layout.ts'
import { algorithmOf } from './anchor.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { issue } from './issuing/issue.ts'
import { no } from './refusals.ts'

export const issueForPhone =
  (deps: Deps): Authority['issueForPhone'] =>
  async ({ requestKey, cardAuthSerial, publicKey, proofOfPossession, replaces }) => {
    if (!proves(requestKey, publicKey, proofOfPossession)) throw no.proofWrong()
    const card = await deps.store.find('auth', cardAuthSerial)
    if (card?.medium !== 'card' || card.resident_id === null) throw no.cardNotValid()
    const request = {
      place: 'phone-auth',
      requestKey,
      residentId: card.resident_id,
      publicKey,
      cardAuthSerial,
      ...(replaces !== undefined && { replaces }),
    } as const
    return issue(deps, request, () => undefined)
  }

/** The card signed request id and key; the request key is the request id in hex. Ours: docs/profile.md#personalisation. */
function proves(requestKey: string, publicKey: Bytes, proof: Bytes): boolean {
  if (!/^[0-9a-f]{32}$/.test(requestKey)) return false
  try {
    return verify(
      algorithmOf(publicKey),
      parsePublicKey(publicKey),
      possessionMessage(fromHex(requestKey), publicKey),
      proof,
    )
  } catch {
    return false // not a SubjectPublicKeyInfo
  }
}
