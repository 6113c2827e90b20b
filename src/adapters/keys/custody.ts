// A secret among custodians: any `needed` of them open it, fewer learn nothing. Each has a share under a passphrase; the
// secret is sealed once for each set of custodians that is enough. AES-256-GCM and scrypt only; up to nine custodians.

import { type Bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { scrypt, seal, sha256, unseal } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'

/** What a custodian keeps, besides the passphrase. */
export interface Share {
  readonly custodian: string
  readonly number: number
  readonly salt: string
  readonly sealed: string
}

/** What is kept with the backups; it opens nothing by itself. */
export interface Custody {
  readonly needed: number
  readonly custodians: readonly string[]
  readonly sets: readonly { readonly members: readonly number[]; readonly sealed: string }[]
}

export interface Custodian {
  readonly name: string
  readonly passphrase: string
}

const MOST = 9
const SHARE = utf8('kazasu custody share 1')
const SET = utf8('kazasu custody set 1')

/** Throws `RangeError` unless 1 ≤ needed ≤ custodians ≤ 9. */
export async function entrust(
  secret: Bytes,
  custodians: readonly Custodian[],
  needed: number,
  entropy: Entropy,
): Promise<{ readonly custody: Custody; readonly shares: Share[] }> {
  if (!(needed >= 1 && needed <= custodians.length && custodians.length <= MOST))
    throw new RangeError('of at most nine custodians, one or more are needed')
  const secrets = custodians.map(() => entropy(32))
  const shares = await Promise.all(
    custodians.map(async ({ name, passphrase }, number) => {
      const salt = entropy(16)
      const sealed = seal(await scrypt(utf8(passphrase), salt), secrets[number]!, SHARE, entropy)
      return { custodian: name, number, salt: hex(salt), sealed: hex(sealed) }
    }),
  )
  const sets = choices(custodians.length, needed).map((members) => ({
    members,
    sealed: hex(seal(setKey(members.map((number) => secrets[number]!)), secret, SET, entropy)),
  }))
  return { custody: { needed, custodians: custodians.map(({ name }) => name), sets }, shares }
}

/** Refuses with `custody/too-few`, `custody/wrong-passphrase` or `custody/of-another`. */
export async function recover(
  custody: Custody,
  given: readonly { readonly share: Share; readonly passphrase: string }[],
): Promise<Bytes> {
  const chosen = [...new Map(given.map((one) => [one.share.number, one])).values()]
    .toSorted((a, b) => a.share.number - b.share.number)
    .slice(0, custody.needed)
  if (chosen.length < custody.needed)
    throw new Refusal('custody/too-few', 403, 'more custodians are needed', { needed: custody.needed })
  const secrets = await Promise.all(chosen.map(opened))
  const members = chosen.map(({ share }) => share.number)
  const set = custody.sets.find((one) => one.members.join() === members.join())
  try {
    return unseal(setKey(secrets), fromHex(set!.sealed), SET)
  } catch (cause) {
    throw new Refusal('custody/of-another', 403, 'these shares are of another custody', {}, cause)
  }
}

async function opened({ share, passphrase }: { readonly share: Share; readonly passphrase: string }): Promise<Bytes> {
  try {
    return unseal(await scrypt(utf8(passphrase), fromHex(share.salt)), fromHex(share.sealed), SHARE)
  } catch (cause) {
    throw new Refusal(
      'custody/wrong-passphrase',
      403,
      'the passphrase does not open this share',
      { custodian: share.custodian },
      cause,
    )
  }
}

const setKey = (secrets: readonly Bytes[]): Bytes => sha256(concat(SET, ...secrets))

/** All sets of `size` numbers below `count`, each in order. */
function choices(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]]
  return Array.from({ length: count - from }, (_, i) => from + i).flatMap((first) =>
    choices(count, size - 1, first + 1).map((rest) => [first, ...rest]),
  )
}
