// The revocation filters for terminals without network, one for each authority: a whole one each day, a delta upon it
// each hour, signed by the generation that issues. ours: docs/profile.md#revocation-filter.

import type { Bytes } from '../../../base/bytes.ts'
import { assembleFilter, encodeTbsFilter, type FilterBase, saltOf } from '../../../codec/revocation-filter.ts'
import { keyIdentifier, wholeSecond } from '../../../protocol/jpki-profile/index.ts'
import { filterBuilder } from '../../../protocol/revocation-filter/index.ts'
import type { CertificateKind } from '../contract.ts'
import type { AuthorityDeps } from '../deps.ts'
import { type Generations, KINDS } from '../generations.ts'
import { CLOCK_SKEW_MS, FILTER_DELTA_MS, FILTER_LIFE_MS, FILTER_WHOLE_MS } from '../model.ts'
import type { FilterRow, NewFilter } from './store.ts'

export interface FilterPair {
  readonly filter: Bytes
  readonly delta: Bytes
}

export interface Filters {
  /** The present ones, made when there are none or they are too old. */
  current(kind: CertificateKind): Promise<FilterPair>
  /** Makes and puts out what is due. What fails is logged and due the next time. */
  refresh(): Promise<void>
}

type Deps = Pick<AuthorityDeps, 'store' | 'clock' | 'entropy' | 'publish' | 'log'> & {
  readonly generations: Generations
}

const filterPath = (kind: CertificateKind, delta = ''): string => `authority/filter/${kind}${delta}.krf`

export function createFilters(deps: Deps): Filters {
  const { store, clock, publish, log } = deps
  const current = async (kind: CertificateKind): Promise<FilterPair> => {
    for (let again = false; ; ) {
      const row = await store.filters.find(kind)
      if (!row || !isYoung(row.made_at, clock(), FILTER_DELTA_MS)) await makeNext(deps, kind, row)
      else if (again || row.published < row.number) {
        await publish(filterPath(kind), row.filter)
        await publish(filterPath(kind, '-delta'), row.delta)
        again = !(await store.filters.markPublished(row))
      } else return { filter: row.filter, delta: row.delta }
    }
  }
  const refresh = async () => {
    for (const kind of KINDS) {
      try {
        await current(kind)
      } catch (error) {
        log('authority.filter.failed', { path: filterPath(kind), reason: (error as Error).name })
      }
    }
  }
  return { current, refresh }
}

/** One from the time to come was made while the clock was wrong. */
const isYoung = (madeAt: Date, now: Date, age: number): boolean =>
  now.getTime() - madeAt.getTime() < age && madeAt.getTime() - now.getTime() <= CLOCK_SKEW_MS

async function makeNext(deps: Deps, kind: CertificateKind, row: FilterRow | undefined): Promise<void> {
  const { store } = deps
  const now = wholeSecond(deps.clock())
  // The number of the last change is read first: what is read afterwards has at least the changes up to it.
  const { last } = await store.statusChanges(0, 0)
  const keepsBase = row !== undefined && isYoung(row.base_at, now, FILTER_WHOLE_MS)
  const number = row?.number ?? 0
  const base = keepsBase ? wholeOf(row) : await makeWhole(deps, kind, number + 1, now, last)
  const delta = await makeDelta(deps, base, number + (keepsBase ? 1 : 2), now)
  await store.filters.succeed(number, {
    ...base,
    delta,
    number: number + (keepsBase ? 1 : 2),
    included: last,
    made_at: now,
  })
}

type Whole = Pick<NewFilter, 'kind' | 'filter' | 'base_number' | 'base_change' | 'base_at' | 'base_until'>

const wholeOf = ({ kind, filter, base_number, base_change, base_at, base_until }: FilterRow): Whole => ({
  kind,
  filter,
  base_number,
  base_change,
  base_at,
  base_until,
})

async function makeWhole(deps: Deps, kind: CertificateKind, number: number, now: Date, last: number): Promise<Whole> {
  const until = coveredUntil(now)
  const revoked = await deps.store.filters.revoked(kind, until, now)
  const filter = await signed(deps, kind, { number, now, until, revoked })
  return { kind, filter, base_number: number, base_change: last, base_at: now, base_until: until }
}

async function makeDelta(deps: Deps, base: Whole, number: number, now: Date): Promise<Bytes> {
  const changed = await deps.store.filters.changedSince(base.kind, base.base_change)
  const of = (revoked: boolean) => changed.filter((one) => one.revoked === revoked).map(({ serial }) => serial)
  return signed(deps, base.kind, {
    number,
    now,
    until: coveredUntil(now),
    revoked: of(true),
    base: { number: base.base_number, coveredUntil: base.base_until, released: of(false) },
  })
}

/** A certificate is in the register soon after its notBefore was chosen, but not at once. */
const coveredUntil = (now: Date): Date => new Date(now.getTime() - CLOCK_SKEW_MS)

interface Contents {
  readonly number: number
  readonly now: Date
  readonly until: Date
  readonly revoked: readonly bigint[]
  readonly base?: FilterBase
}

async function signed(deps: Deps, kind: CertificateKind, contents: Contents): Promise<Bytes> {
  const { number, now, until, base } = contents
  const { signer } = deps.generations.current(kind)
  const builder = await tablesOf(deps, kind, contents)
  const tbs = encodeTbsFilter({
    signatureAlgorithm: signer.algorithm,
    keyIdentifier: keyIdentifier(signer.publicKey),
    number,
    thisUpdate: now,
    nextUpdate: new Date(now.getTime() + FILTER_LIFE_MS),
    coveredUntil: until,
    ...(base && { base }),
    ...builder.tables(),
  })
  return assembleFilter(tbs, signer.algorithm, await signer.sign(tbs))
}

/** A certificate that is revoked while they are read counts as it was: the next delta has it. */
async function tablesOf({ store, entropy }: Deps, kind: CertificateKind, { now, until, revoked }: Contents) {
  const isRevoked = new Set(revoked)
  const valid = Math.max(0, (await store.filters.count(kind)) - revoked.length)
  const builder = filterBuilder([...isRevoked], valid, saltOf(entropy(16)))
  for await (const page of store.filters.issued(kind, until, now))
    for (const { serial } of page) if (!isRevoked.has(serial)) builder.addValid(serial)
  return builder
}
