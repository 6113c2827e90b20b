// A forest of chains by seed: shape, algorithms and mutation of each follow from its number.

import { type Bytes, fromUint, u32 } from '../../src/base/bytes.ts'
import { sha256 } from '../../src/base/crypto.ts'
import { type Issued, issue, issueList, KEYS, type Key, type ListShape, type Shape } from './issue.ts'
import { CA_EXTENSIONS, LEAF_EXTENSIONS, MUTATIONS, type Plan } from './mutations.ts'

export interface Chain {
  readonly id: number
  readonly mutation: string
  readonly good: boolean
  readonly leaf: Bytes
  readonly between: readonly Bytes[]
  readonly crls: readonly Bytes[]
  readonly policy?: string
  /** With their keys: what else they sign is made from them. */
  readonly issued: { readonly leaf: Issued; readonly issuer: Issued }
}

export interface Forest {
  readonly roots: readonly Bytes[]
  /** Of the roots: one each, with all that they revoked. */
  readonly rootLists: readonly Bytes[]
  readonly chains: readonly Chain[]
}

const DAY = 86_400_000

export function buildForest(seed: number, count: number, now: Date): Forest {
  const pick = (id: number, what: number, among: number): number =>
    fromUint(sha256(u32(seed), u32(id), u32(what)).subarray(0, 4)) % among
  const times = { notBefore: new Date(now.getTime() - 30 * DAY), notAfter: new Date(now.getTime() + 30 * DAY) }
  const root = (cn: string, key: Key, serial: bigint): Issued =>
    issue({ cn, key, serial, ...times, extensions: CA_EXTENSIONS })
  const roots = [KEYS.rsa, KEYS.others[1]!, KEYS.p384].map((key, i) => root(`root ${i}`, key, BigInt(1000 + i)))
  const stranger = root('stranger', KEYS.others[2]!, 2000n)
  const names = Object.keys(MUTATIONS)
  const revokedByRoot = new Map<Issued, bigint[]>([...roots, stranger].map((one) => [one, []]))
  const fresh: ListShape = {
    revoked: [],
    thisUpdate: new Date(now.getTime() - DAY / 2),
    nextUpdate: new Date(now.getTime() + DAY),
  }

  const chain = (id: number): Chain => {
    const mutation = names[id % names.length]!
    const { good, change } = MUTATIONS[mutation]!
    const plan: Plan = {
      leaf: { serial: BigInt(10_000 + 10 * id) },
      between: Array.from({ length: 1 + pick(id, 0, 3) }, (_, n) => ({ serial: BigInt(10_001 + 10 * id + n) })),
      lists: {},
    }
    change(plan, now)
    // SHA-1 needs a key that signs with it.
    const anchor = plan.root ? stranger : roots[mutation === 'signed with SHA-1' ? 0 : pick(id, 1, roots.length)]!
    const shape = (cn: string, given: Partial<Shape>, what: number, extensions: Shape['extensions']): Shape => ({
      cn,
      key: KEYS.others[3 + pick(id, what, 21)]!,
      serial: BigInt(500_000 + 10 * id + what),
      ...times,
      extensions,
      ...given,
    })
    const issuers = [anchor]
    for (const [n, given] of plan.between.entries())
      issuers.push(issue(shape(`CA ${id}.${n}`, given, 10 + n, CA_EXTENSIONS), issuers.at(-1)))
    const leaf = issue(shape(`leaf ${id}`, plan.leaf, 20, LEAF_EXTENSIONS), issuers.at(-1))
    revokedByRoot.get(anchor)!.push(...(plan.lists[0]?.revoked ?? []))
    const crls = issuers.flatMap((issuer, n) =>
      n === 0 || (n in plan.lists && !plan.lists[n]) ? [] : [issueList(issuer, { ...fresh, ...plan.lists[n] })],
    )
    const between = issuers.slice(1).map((one) => one.der)
    return {
      id,
      mutation,
      good,
      leaf: leaf.der,
      between: plan.missing ? between.slice(0, -1) : between,
      crls,
      ...(plan.policy && { policy: plan.policy }),
      issued: { leaf, issuer: issuers.at(-1)! },
    }
  }
  const chains = Array.from({ length: count }, (_, id) => chain(id))
  const rootLists = [...revokedByRoot].map(([issuer, revoked]) => issueList(issuer, { ...fresh, revoked }))
  return { roots: roots.map((one) => one.der), rootLists, chains }
}
