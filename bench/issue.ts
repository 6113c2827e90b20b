// Issuing by the certification authority on PostgreSQL: built, a twin linted, stored and logged, signed, verified, stored.
// Not in it: making the holder's key, and the resident register, which is another role.

import { systemClock } from '../src/adapters/clock.ts'
import { type Database, openDatabase } from '../src/adapters/database/database.ts'
import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { postgresBinaries, startPostgres } from '../src/adapters/testing/postgres-server.ts'
import { spkiOfModulus } from '../src/codec/cvc.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../src/roles/authority/index.ts'
import type { ResidentRegister } from '../src/roles/resident-register/contract.ts'
import { CITIZENS, KAZASU_CITY } from '../src/world/people.ts'
import { type Bench, must } from './harness.ts'
import { processorOf } from './processor.ts'

const IN_FLIGHT = 256

/** A modulus that nobody has the primes of: whoever only certifies a key does not need them. */
function publicKey() {
  const modulus = systemEntropy(256)
  modulus[0]! |= 0x80
  modulus[255]! |= 1
  return spkiOfModulus(modulus)
}

async function inFlight(count: number, one: () => Promise<void>): Promise<undefined> {
  let left = count
  const lane = async () => {
    while (left-- > 0) await one()
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, lane))
  return undefined
}

const register = {
  find: async ({ residentId }: { residentId: string }) => ({
    residentId,
    fourInfo: CITIZENS.adult.fourInfo,
    municipality: KAZASU_CITY,
    status: 'resident' as const,
    sequence: 0,
  }),
  changesSince: async () => ({ changes: [] }),
} as unknown as ResidentRegister

async function database(): Promise<{ opened: Database; end: () => Promise<void> }> {
  const binaries = postgresBinaries()
  if (!binaries) {
    const opened = await openDatabase({ memory: true })
    return { opened, end: opened.close }
  }
  const server = await startPostgres(binaries)
  const opened = await openDatabase({ url: server.url })
  return {
    opened,
    end: async () => {
      await opened.close()
      server.stop()
    },
  }
}

const ms = (value: number) => `${value.toFixed(2)} ms`
const percent = (share: number) => `${Math.round(100 * share)} %`

export const issue: Bench = {
  name: 'issue',
  unit: `one certificate issued, ${IN_FLIGHT} in flight, RSA-2048`,
  floorIs: 'the raw signature, as many in flight on the same threads',
  batch: 384,
  prepare: async () => {
    const { opened, end } = await database()
    const tables = await opened.schema<AuthorityTables>('authority', authorityMigrations)
    const keys = volatileKeyStore(systemEntropy)
    const authority = await createAuthority({
      store: authorityStore(tables),
      clock: systemClock,
      entropy: systemEntropy,
      keys,
      register,
      publish: async () => undefined,
      log: () => undefined,
    })
    let number = 0
    const one = async () => {
      const residentId = `resident-${number++}`
      const request = { requestKey: `request-${residentId}`, residentId, kind: 'auth', publicKey: publicKey() } as const
      must((await authority.issueForCard(request)).certificate.length > 1000, 'the certificate')
    }
    const processor = { issue: 0, issued: 0, server: 0, sign: 0, signatures: 0 }
    const serverSpent = (opened.kind === 'postgres' && (await processorOf(opened.pool))) || (() => Number.NaN)
    const spent = async (of: 'issue' | 'sign', work: Promise<undefined>) => {
      const before = process.cpuUsage()
      await work
      const { user, system } = process.cpuUsage(before)
      processor[of] += (user + system) / 1000
      return undefined
    }
    // As in a register that has been at work for a minute: the database knows how large its tables are.
    await inFlight(1024, one)
    if (opened.kind === 'postgres') await opened.pool.query('analyze')
    const key = await keys.signer('authority-auth-ca', 'RSA-SHA256')
    const message = systemEntropy(1300)
    return {
      work: async (count) => {
        const before = serverSpent()
        processor.issued += count
        await spent('issue', inFlight(count, one))
        processor.server += serverSpent() - before
        return undefined
      },
      floor: (count) => {
        processor.signatures += count
        const sign = async () => must((await key.sign(message)).length === 256, 'the signature')
        return spent('sign', inFlight(count, sign))
      },
      notes: () => {
        const [ours, servers] = [processor.issue / processor.issued, processor.server / processor.issued]
        const raw = processor.sign / processor.signatures
        return [
          `on ${opened.kind === 'postgres' ? 'a PostgreSQL server of its own' : 'PGlite'}; ${number} issued`,
          `processor time of a certificate: ${ms(raw)} its signature, ${ms(ours - raw)} the rest of this process, ${ms(servers)} PostgreSQL`,
          `at most ${percent(raw / (ours + servers))} of raw signing where both share these cores, ${percent(raw / ours)} where PostgreSQL has its own`,
        ]
      },
      end,
    }
  },
}
