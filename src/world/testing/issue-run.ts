// One life of a process of the certification authorities: finishes what the lives before it had begun, then issues one
// certificate (or rolls over), and is killed at its k-th point: before or after a question to the database, a signature,
// a publication. Started by crash.test.ts and race.test.ts of roles/authority.

import { join } from 'node:path'
import { systemClock } from '../../adapters/clock.ts'
import { openDatabase } from '../../adapters/database/database.ts'
import { fileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { fromHex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import type { KeyStore, Publish } from '../../base/ports.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../../roles/authority/index.ts'
import { openResidentRegister } from '../../roles/resident-register/index.ts'
import { CITIZENS, KAZASU_CITY } from '../people.ts'

export interface LifeReport {
  readonly points: number
  readonly requests: number
  readonly certificates: number
  readonly pending: number
  readonly serials: number
  readonly generations: number
  readonly findings: number
}

interface Order {
  readonly url: string
  readonly prefix: string
  readonly folder: string
  readonly killAt: number
  /** Request key and public key in hex: those that must be there in the end, and those at which it may be killed. */
  readonly before: readonly (readonly [string, string])[]
  readonly now: readonly (readonly [string, string])[]
  readonly rollOverTo?: number
  /** Predictable serial numbers, so that two processes want the same. */
  readonly sameEntropy?: boolean
}

const order = JSON.parse(process.argv[2]!) as Order
let armed = false
let points = 0
const point = () => {
  if (armed && ++points === order.killAt) process.kill(process.pid, 'SIGKILL')
}

/** Everything that is asked of it is a point before and a point after. */
function watched<T extends object>(part: T): T {
  return new Proxy(part, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown
      if (value instanceof Uint8Array) return value
      if (typeof value === 'object' && value !== null) return watched(value)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        point()
        const asked: unknown = Reflect.apply(value, target, given)
        return asked instanceof Promise ? asked.finally(point) : asked
      }
    },
  })
}

const database = (
  await openDatabase(order.url ? { url: order.url } : { folder: join(order.folder, 'database') })
).withPrefix(order.prefix)
const files = fileKeyStore(join(order.folder, 'keys'))
const keys: KeyStore = { ...files, signer: async (name, algorithm) => watched(await files.signer(name, algorithm)) }
const publish: Publish = async () => point()
const register = await openResidentRegister(database, systemClock)
const tables = await database.schema<AuthorityTables>('authority', authorityMigrations)
const entropy = order.sameEntropy ? seededEntropy(utf8('same')) : systemEntropy
const authority = await createAuthority({
  store: watched(authorityStore(tables)),
  clock: systemClock,
  entropy,
  keys,
  register,
  publish,
  log: () => undefined,
})

const issue = async ([requestKey, publicKey]: readonly [string, string]) => {
  const resident = {
    residentId: requestKey,
    fourInfo: CITIZENS.adult.fourInfo,
    municipality: KAZASU_CITY,
    status: 'resident',
  } as const
  await register.register(resident)
  return authority.issueForCard({ requestKey, residentId: requestKey, kind: 'auth', publicKey: fromHex(publicKey) })
}
for (const one of order.before) await issue(one)
armed = true
if (order.rollOverTo) await authority.rollOver({ kind: 'auth', generation: order.rollOverTo })
await Promise.all(order.now.map(issue))
armed = false
const { findings } = await authority.audit({})
const rows = await tables
  .selectFrom('certificate')
  .select(['request_key', 'serial', 'status', 'certificate', 'medium', 'generation'])
  .where('kind', '=', 'auth')
  .execute()
const holders = rows.filter(({ medium }) => medium === 'card')
const report: LifeReport = {
  points,
  requests: new Set(holders.map(({ request_key }) => request_key)).size,
  certificates: holders.filter(({ certificate }) => certificate !== null).length,
  pending: holders.filter(({ status }) => status === 'pending').length,
  serials: new Set(rows.map(({ serial }) => serial)).size - rows.length,
  generations: rows.filter(({ medium }) => medium === 'ca').length,
  findings: findings.length,
}
process.stdout.write(JSON.stringify(report))
await database.close()
