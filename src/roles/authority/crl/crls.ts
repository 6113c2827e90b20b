// The CRLs of both authorities, one per issuing municipality: made when something was revoked and at least daily,
// numbered without gaps, put out for anyone to fetch. RFC 5280 §5; JPKI CPS §4.9.9.

import type { Bytes } from '../../../base/bytes.ts'
import { assembleCrl, encodeTbsCertList } from '../../../codec/crl.ts'
import { directoryName } from '../../../codec/name-general.ts'
import { authorityKeyIdentifier, crlDistributionPoint } from '../../../protocol/jpki-profile/index.ts'
import { wholeSecond } from '../anchor.ts'
import type { AuthorityDeps } from '../deps.ts'
import type { Generations } from '../generations.ts'
import { CLOCK_SKEW_MS, CRL_LIFE_MS, CRL_RENEW_AFTER_MS } from '../model.ts'
import { no } from '../refusals.ts'
import type { PartitionKey, PartitionRow } from './store.ts'

export interface Crls {
  /** A CRL that contains every revocation so far and is not older than half a day. */
  current(key: PartitionKey): Promise<Bytes>
  /** Makes and puts out what is due. What fails is logged and due the next time. */
  refresh(): Promise<void>
}

type Deps = Pick<AuthorityDeps, 'store' | 'clock' | 'publish' | 'log'> & {
  readonly hierarchy: NonNullable<AuthorityDeps['hierarchy']>
  readonly generations: Generations
}

/** The first generation has the plain name. */
export const crlPath = ({ kind, generation, municipalityCode }: PartitionKey): string =>
  `authority/crl/${kind}-${generation === 1 ? '' : `${generation}-`}${municipalityCode}.crl`

export function createCrls(deps: Deps): Crls {
  const { store, clock, publish, log } = deps
  const freshTimes = () => ({
    after: new Date(clock().getTime() - CRL_RENEW_AFTER_MS),
    until: new Date(clock().getTime() + CLOCK_SKEW_MS),
  })

  const current = async (key: PartitionKey): Promise<Bytes> => {
    for (;;) {
      const row = await store.crl.partition(key)
      if (!row) throw no.unknownPartition({ kind: key.kind, municipalityCode: key.municipalityCode })
      if (!isFresh(row, freshTimes())) {
        await makeNext(deps, key, row)
        continue
      }
      if (row.published < row.number) {
        await publish(crlPath(key), row.crl!)
        await store.crl.markPublished(key, row.number)
        continue
      }
      return row.crl!
    }
  }

  const refresh = async () => {
    for (const key of await store.crl.due(freshTimes())) {
      try {
        await current(key)
      } catch (error) {
        log('authority.crl.failed', { path: crlPath(key), reason: (error as Error).name })
      }
    }
  }
  return { current, refresh }
}

/** One from the time to come was made while the clock was wrong: it is replaced, its number is not used again. */
const isFresh = (
  { crl, included, revocations, this_update: made }: PartitionRow,
  times: { after: Date; until: Date },
) => crl !== null && included >= revocations && made !== null && made > times.after && made <= times.until

/** The counter was read before the entries: the CRL has at least the revocations that it counts. */
async function makeNext(deps: Deps, key: PartitionKey, row: PartitionRow): Promise<void> {
  const { store, clock } = deps
  const { signer } = await deps.generations.of(key.kind, key.generation)
  const thisUpdate = wholeSecond(clock())
  const previous = new Date(Math.min(row.this_update?.getTime() ?? 0, thisUpdate.getTime()))
  const tbs = await tbsOf(deps, key, row, thisUpdate, previous)
  const crl = assembleCrl(tbs, signer.algorithm, await signer.sign(tbs))
  await store.crl.succeed(key, row.number, { crl, thisUpdate, included: row.revocations })
}

async function tbsOf(deps: Deps, key: PartitionKey, row: PartitionRow, thisUpdate: Date, previous: Date) {
  const { certificate, signer } = await deps.generations.of(key.kind, key.generation)
  const partition = {
    code: row.municipality_code,
    prefectureRomaji: row.prefecture_romaji,
    municipalityRomaji: row.municipality_romaji,
  }
  const revoked = await deps.store.crl.revoked(key, previous)
  return encodeTbsCertList({
    signatureAlgorithm: signer.algorithm,
    issuer: certificate.subject,
    thisUpdate,
    nextUpdate: new Date(thisUpdate.getTime() + CRL_LIFE_MS),
    revoked: revoked.map(({ serial, revokedAt, reason }) => ({ serialNumber: serial, revokedAt, reason })),
    crlNumber: BigInt(row.number + 1),
    authorityKeyIdentifier: authorityKeyIdentifier(certificate),
    issuingDistributionPoint: {
      fullName: [directoryName(crlDistributionPoint(key.kind, partition, deps.hierarchy))],
    },
  })
}
