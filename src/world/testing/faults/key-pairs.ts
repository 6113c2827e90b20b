// Key pairs made ahead, so that no case waits for prime numbers; and where the private halves are at the end. Whoever made a
// key knows what to look for: one of its primes, in every card's memory and in every record of every role.

import { createPrivateKey } from 'node:crypto'
import { hex } from '../../../base/bytes.ts'
import { generateKeyPair, type KeyKind, type KeyPair } from '../../../base/crypto.ts'

export interface Made {
  readonly publicKey: string
  /** In hex. */
  readonly prime: string
}

const copy = ({ publicKey, privateKey }: KeyPair): KeyPair => ({
  publicKey: publicKey.slice(),
  privateKey: privateKey.slice(),
})

function primeOf(pkcs8: Uint8Array): string {
  const { p, d } = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
  return Buffer.from((p ?? d)!, 'base64url').toString('hex')
}

const ahead = new Map<KeyKind, { pair: KeyPair; made: Made }[]>()

/** Key pairs of one case: none is given twice. */
export function keyPairs() {
  const given: Made[] = []
  const counts = new Map<KeyKind, number>()
  const make = (kind: KeyKind): KeyPair => {
    const pool = ahead.get(kind) ?? []
    ahead.set(kind, pool)
    const number = counts.get(kind) ?? 0
    counts.set(kind, number + 1)
    if (pool.length === number) {
      const pair = generateKeyPair(kind)
      pool.push({ pair, made: { publicKey: hex(pair.publicKey), prime: primeOf(pair.privateKey) } })
    }
    const { pair, made } = pool[number]!
    given.push(made)
    return copy(pair)
  }
  return { make, given: given as readonly Made[] }
}

export interface Places {
  readonly cards: readonly ReadonlyMap<string, Uint8Array>[]
  /** Every record of every role, bytes in hex. */
  readonly records: string
  /** Public keys whose private halves the authority has, wrapped or in an envelope. */
  readonly atAuthority: readonly string[]
}

/** In how many places each private key is: a card, a record where it lies open, the authority's keeping. */
export function placesOf(given: readonly Made[], { cards, records, atAuthority }: Places): number[] {
  const memories = cards.map((card) => [...card.values()].map(hex).join(' '))
  return given.map(
    ({ publicKey, prime }) =>
      [...memories, records].filter((place) => place.includes(prime)).length +
      atAuthority.filter((one) => one === publicKey).length,
  )
}
