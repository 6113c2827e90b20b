// Complete logins by OpenID (FAPI 2.0) against a platform with PostgreSQL, whose people and services are many: everything but
// the person's own signature, which is made while the clock stands. Floor: the signature of the ID token, and nothing else.

import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../src/adapters/database/database.ts'
import { serve } from '../src/adapters/http/index.ts'
import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { postgresBinaries } from '../src/adapters/testing/postgres-server.ts'
import * as crypto from '../src/base/crypto.ts'
import { comparisonKey } from '../src/codec/name.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { loginMessage } from '../src/protocol/login/login-message.ts'
import type { Authority } from '../src/roles/authority/contract.ts'
import { routes as authorityRoutes } from '../src/roles/authority/http.ts'
import { type VerifierTables, verifierMigrations, verifierStore } from '../src/roles/verifier/index.ts'
import { type Holder, testAuthority } from '../src/roles/verifier/testing/authority.ts'
import { benchDatabase } from './database.ts'
import { type Bench, must, type Prepared } from './harness.ts'
import { type BegunLogin, type BenchService, openIdLoad } from './openid-load.ts'
import { processorOf, processorOfProcess } from './processor.ts'

const SERVICES = 100
/** People who log in, drawn from among all. */
const HOLDERS = 64
const IN_FLIGHT = 32
const BATCH = HOLDERS / 2
/** Until compilers have done their work. */
const WARM_UP = 256
const BAR = 300

const ofCustomers = (name: string, customers: number): Bench => ({
  name,
  unit: `one login of ${customers.toLocaleString('en')} people at ${SERVICES} services: pushed request to userinfo, without the person's signature`,
  floorIs: 'one signature (ES256) of an ID token, as many in flight',
  batch: BATCH,
  missing: () => (postgresBinaries() ? undefined : 'no PostgreSQL server'),
  prepare: () => prepare(customers),
})

export const openIdBenches: readonly Bench[] = [
  ofCustomers('openid-1k', 1_000),
  ofCustomers('openid-10k', 10_000),
  ofCustomers('openid-100k', 100_000),
  ofCustomers('openid-1m', 1_000_000),
]

async function prepare(customers: number): Promise<Prepared> {
  const { opened, url, end } = await benchDatabase()
  const authority = testAuthority(() => new Date(), systemEntropy)
  const pair = crypto.generateKeyPair('RSA-2048')
  const holders = Array.from({ length: HOLDERS }, () => authority.issue('phoneAuth', { pair }))
  const services = await register(opened, customers, holders[0]!)
  const asked = await serve(authorityRoutes(authority as unknown as Authority) as never, { port: 0 })
  const provider = await started(url!, asked.url)
  const load = openIdLoad(provider.address, IN_FLIGHT, systemEntropy)
  const server = (await processorOf(opened.pool)) ?? (() => Number.NaN)
  const spent = { logins: 0, wall: 0, provider: 0, server: 0 }
  let number = 0
  const work = async (count: number) => {
    const clocks = { provider: provider.processor(), server: server() }
    const begun: BegunLogin[] = new Array(count)
    const first = await lanes(count, async (at) => {
      begun[at] = await load.begin(services[number++ % SERVICES]!)
    })
    const answers = begun.map(({ shown }, at) => answerOf(holders[at % HOLDERS]!, shown))
    const subjects = new Set<string>()
    const second = await lanes(count, async (at) => {
      subjects.add(await load.finish(begun[at]!, ...answers[at]!))
    })
    must(subjects.size >= Math.min(count, HOLDERS), 'a subject of its own for each person')
    spent.provider += provider.processor() - clocks.provider
    spent.server += server() - clocks.server
    spent.logins += count
    spent.wall += first + second
    return first + second
  }
  await work(WARM_UP)
  spent.logins = spent.wall = spent.provider = spent.server = 0
  const signer = await volatileKeyStore(systemEntropy).signer('bench', 'ECDSA-P256-SHA256')
  const token = systemEntropy(400)
  const floor = (count: number) =>
    lanes(count, async () => must((await signer.sign(token)).length > 64, 'the signature'))
  return {
    work,
    floor,
    notes: () => notes(spent),
    end: async () => {
      load.close()
      provider.stop()
      await asked.close()
      await end()
    },
  }
}

function notes({ logins, wall, provider, server }: Record<'logins' | 'wall' | 'provider' | 'server', number>) {
  const [ours, theirs] = [provider / logins, server / logins]
  return [
    `over all rounds ${((1000 * logins) / wall).toFixed(0)} a second by the clock, ${IN_FLIGHT} in flight, beside the load's own work on the same cores; the bar is ${BAR}`,
    `processor of one: provider ${ours.toFixed(2)} ms, PostgreSQL ${theirs.toFixed(2)} ms: ${(2000 / (ours + theirs)).toFixed(0)} a second on two cores`,
  ]
}

/** Milliseconds. */
async function lanes(count: number, one: (at: number) => Promise<void>): Promise<number> {
  const started = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, lane))
  return performance.now() - started
}

function answerOf({ key, certificate }: Holder, shown: BegunLogin['shown']): [string, string] {
  const message = loginMessage({ ...shown, nonce: Buffer.from(shown.nonce, 'base64url') })
  const signature = crypto.sign('RSA-SHA256', key, message)
  return [Buffer.from(certificate).toString('base64url'), Buffer.from(signature).toString('base64url')]
}

/** Services with keys of their own, and people who have all logged in before, each at one of them. */
async function register(opened: Database, customers: number, holder: Holder): Promise<BenchService[]> {
  const db = await opened.schema<VerifierTables>('verifier', verifierMigrations)
  const store = verifierStore(db)
  const services: BenchService[] = []
  for (let i = 0; i < SERVICES; i++) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as Record<string, string>
    const jwk = { kty: kty!, crv: crv!, x: x!, y: y! }
    const [clientId, redirectUri] = [`service-${i}`, `https://service-${i}.example/callback`]
    await store.saveClient({ clientId, name: clientId, redirectUris: [redirectUri], publicJwk: jwk, profile: 'fapi2' })
    services.push({ clientId, redirectUri, key: privateKey, jwk })
  }
  const issuer = comparisonKey(decodeCertificate(holder.certificate).issuer)
  const schema = sql.id(opened.schemaName('verifier'))
  for (const insert of [
    sql`insert into ${schema}.person select 'person ' || i, now() from generate_series(1, ${customers}::int) i`,
    sql`insert into ${schema}.person_certificate
      select ${issuer}, 100000000 + i, 'person ' || i from generate_series(1, ${customers}::int) i`,
    sql`insert into ${schema}.pairwise_subject (client_id, person_id, subject)
      select 'service-' || i % ${SERVICES}::int, 'person ' || i, md5(i::text) from generate_series(1, ${customers}::int) i`,
    sql`insert into ${schema}.login_note (client_id, person_id, at, acr)
      select 'service-' || i % ${SERVICES}::int, 'person ' || i, now() - interval '1 hour', 'x'
      from generate_series(1, ${customers}::int) i`,
  ])
    await insert.execute(db)
  await opened.pool.query('vacuum analyze')
  return services
}

async function started(url: string, authority: string) {
  const child: ChildProcess = spawn(
    process.execPath,
    [...process.execArgv, new URL('openid-provider.ts', import.meta.url).pathname, url, authority],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const address = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(message as string))
    child.once('exit', () => reject(new Error('the provider did not start')))
  })
  return { address, processor: processorOfProcess(child.pid!), stop: () => child.disconnect() }
}
