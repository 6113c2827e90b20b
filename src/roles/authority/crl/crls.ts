// The CRLs of both authorities, one per generation of the CA and issuing municipality, each with its delta: made when a
// status changed and at least daily, numbered without gaps, put out for anyone to fetch. RFC 5280 §5; JPKI CPS §4.9.9.

import type { Bytes } from '../../../base/bytes.ts'
import { assembleCrl, encodeTbsCertList, entryWriter, type TbsCertList } from '../../../codec/crl.ts'
import { directoryName } from '../../../codec/name-general.ts'
import { authorityKeyIdentifier, crlDistributionPoint, wholeSecond } from '../../../protocol/jpki-profile/index.ts'
import type { Anchor } from '../anchor.ts'
import type { AuthorityDeps } from '../deps.ts'
import type { Generations } from '../generations.ts'
import { CLOCK_SKEW_MS, CRL_LIFE_MS, CRL_RENEW_AFTER_MS, DELTA_BASE_MS } from '../model.ts'
import { no } from '../refusals.ts'
import type { NewCrl, PartitionKey, PartitionRow } from './store.ts'

export interface CrlPair {
  readonly crl: Bytes
  readonly delta: Bytes
}

export interface Crls {
  /** A CRL and its delta that contain every change so far and are not older than half a day. */
  current(key: PartitionKey): Promise<CrlPair>
  /** Makes and puts out what is due. What fails is logged and due the next time. */
  refresh(): Promise<void>
}

type Deps = Pick<AuthorityDeps, 'store' | 'clock' | 'publish' | 'log'> & {
  readonly hierarchy: NonNullable<AuthorityDeps['hierarchy']>
  readonly generations: Generations
}

const LANES = 8

/** The first generation has the plain name; the same addresses as over HTTP. */
const crlPath = ({ kind, generation, municipalityCode }: PartitionKey, delta = ''): string =>
  `authority/crl/${kind}/${generation === 1 ? '' : `${generation}-`}${municipalityCode}${delta}.crl`

export function createCrls(deps: Deps): Crls {
  const { store, clock, log } = deps
  const freshTimes = () => ({
    after: new Date(clock().getTime() - CRL_RENEW_AFTER_MS),
    until: new Date(clock().getTime() + CLOCK_SKEW_MS),
  })

  const current = async (key: PartitionKey): Promise<CrlPair> => {
    for (let again = false; ; ) {
      const row = await store.crl.partition(key)
      if (!row) throw no.unknownPartition({ kind: key.kind, municipalityCode: key.municipalityCode })
      if (!isFresh(row, freshTimes())) await makeNext(deps, key, row)
      else if (again || row.published < row.number) again = !(await putOut(deps, key, row))
      else return { crl: row.crl!, delta: row.delta! }
    }
  }

  const refresh = async () => {
    const due = (await store.crl.due(freshTimes())).values()
    // A partition mostly waits for the database: several at once, each by one.
    const lane = async () => {
      for (const key of due) {
        try {
          await current(key)
        } catch (error) {
          log('authority.crl.failed', { path: crlPath(key), reason: (error as Error).name })
        }
      }
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }
  return { current, refresh }
}

/** One from the time to come was made while the clock was wrong: it is replaced, its number is not used again. */
const isFresh = (
  { crl, delta, included, last_change, this_update: made }: PartitionRow,
  times: { after: Date; until: Date },
) =>
  crl !== null &&
  delta !== null &&
  included >= last_change &&
  made !== null &&
  made > times.after &&
  made <= times.until

/** False when another process may have written over it: then it is to be put out once more. */
async function putOut({ store, publish }: Deps, key: PartitionKey, row: PartitionRow): Promise<boolean> {
  await publish(crlPath(key), row.crl!)
  await publish(crlPath(key, '-delta'), row.delta!)
  return store.crl.markPublished(key, row)
}

/** The number of the last change was read before the entries: the CRL has at least the changes up to it. */
async function makeNext(deps: Deps, key: PartitionKey, row: PartitionRow): Promise<void> {
  const anchor = await deps.generations.of(key.kind, key.generation)
  const thisUpdate = wholeSecond(deps.clock())
  const base = baseOf(row, thisUpdate)
  const common = commonFields(deps, anchor, row, thisUpdate)
  const crl = await signed(anchor, { ...common, revoked: await entries(deps, key, row, thisUpdate) })
  const changed = await deps.store.crl.changedSince(key, base.base_change)
  const delta = await signed(anchor, {
    ...common,
    baseCrlNumber: BigInt(base.base_number),
    revoked: changed.map(({ serial, at, reason }) => ({
      serialNumber: serial,
      revokedAt: at,
      reason: reason ?? ('removeFromCRL' as const),
    })),
  })
  await deps.store.crl.succeed(key, row.number, {
    crl,
    delta,
    this_update: thisUpdate,
    included: row.last_change,
    ...base,
  })
}

/** The base is a complete CRL of a day ago at least, so that whoever fetched one within the day can use the delta. */
function baseOf(row: PartitionRow, thisUpdate: Date): Omit<NewCrl, 'crl' | 'delta' | 'this_update' | 'included'> {
  const own = { next_base_number: row.number + 1, next_base_change: row.last_change, next_base_at: thisUpdate }
  if (!row.next_base_at) return { base_number: row.number + 1, base_change: row.last_change, ...own }
  const { base_number, base_change, next_base_number, next_base_change, next_base_at } = row
  const age = thisUpdate.getTime() - next_base_at.getTime()
  // One of a time to come was made while the clock was wrong.
  if (age >= 0 && age < DELTA_BASE_MS)
    return { base_number, base_change, next_base_number, next_base_change, next_base_at }
  return { base_number: next_base_number, base_change: next_base_change, ...own }
}

const signed = async ({ signer }: Anchor, fields: TbsCertList): Promise<Bytes> => {
  const tbs = encodeTbsCertList(fields)
  return assembleCrl(tbs, signer.algorithm, await signer.sign(tbs))
}

/** RFC 5280 §3.3: an entry stays until one CRL beyond the end of its certificate. */
async function entries(deps: Deps, key: PartitionKey, row: PartitionRow, thisUpdate: Date): Promise<Bytes> {
  const previous = new Date(Math.min(row.this_update?.getTime() ?? 0, thisUpdate.getTime()))
  const writer = entryWriter()
  for await (const page of deps.store.crl.revoked(key, previous))
    for (const { serial, revokedAt, reason } of page) writer.add({ serialNumber: serial, revokedAt, reason })
  return writer.bytes()
}

function commonFields({ hierarchy }: Deps, { kind, certificate, signer }: Anchor, row: PartitionRow, thisUpdate: Date) {
  const partition = {
    code: row.municipality_code,
    prefectureRomaji: row.prefecture_romaji,
    municipalityRomaji: row.municipality_romaji,
  }
  return {
    signatureAlgorithm: signer.algorithm,
    issuer: certificate.subject,
    thisUpdate,
    nextUpdate: new Date(thisUpdate.getTime() + CRL_LIFE_MS),
    crlNumber: BigInt(row.number + 1),
    authorityKeyIdentifier: authorityKeyIdentifier(certificate),
    issuingDistributionPoint: { fullName: [directoryName(crlDistributionPoint(kind, partition, hierarchy))] },
  }
}
