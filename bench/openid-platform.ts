// What benches of the verification platform run on: a PostgreSQL, the platform and the authority, each a process of its own with
// its own clock; one hundred services, and people of whom all have logged in before, each at one of the services.

import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../src/adapters/database/database.ts'
import { type Bytes, fromBase64url } from '../src/base/bytes.ts'
import * as crypto from '../src/base/crypto.ts'
import { comparisonKey } from '../src/codec/name.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { type VerifierTables, verifierMigrations, verifierStore } from '../src/roles/verifier/index.ts'
import type { Client } from '../src/roles/verifier/openid/contract.ts'
import { benchDatabase } from './database.ts'
import type { BareService } from './openid-bare.ts'
import type { BenchService } from './openid-load.ts'
import { ofOwn, processorOf, processorOfProcess } from './processor.ts'

export const SERVICES = 100
/** People who come, drawn from among all. */
export const HOLDERS = 64
export const IN_FLIGHT = 32

/** What the authority's process says when it is ready. */
export interface StartedAuthority {
  readonly url: string
  /** PKCS #8, in base64url: the same for all, because theirs is not what is measured. */
  readonly privateKey: string
  readonly certificates: readonly string[]
}

export interface Platform {
  readonly address: string
  /** Of the processes of the provider. */
  readonly ports: readonly number[]
  readonly services: readonly BenchService[]
  readonly db: Kysely<VerifierTables>
  readonly holders: readonly Bytes[]
  readonly key: crypto.PrivateKey
  readonly spent: Meter
  /** After the warm-up: figures from nought, and of what the tables hold now what autovacuum would know within a minute. */
  settle(): Promise<void>
  end(): Promise<void>
}

export interface PlatformOptions {
  /** Of each service. */
  readonly client?: Partial<Client>
  /** Processes of the provider, for one issuer; default one. */
  readonly providers?: number
}

export async function openIdPlatform(
  customers: number,
  { client = {}, providers: many = 1 }: PlatformOptions = {},
): Promise<Platform> {
  const { opened, url, end } = await benchDatabase()
  const keys = mkdtempSync(join(tmpdir(), 'kazasu-bench-keys-'))
  const authority = await started<StartedAuthority>('openid-authority.ts', `${HOLDERS}`)
  const { certificates, privateKey } = authority.said
  const holders = certificates.map(fromBase64url)
  const db = await opened.schema<VerifierTables>('verifier', verifierMigrations)
  const services = await addServices(db, client)
  await addPeople(opened, db, customers, holders[0]!)
  const provider = (...issuer: string[]) =>
    started<string>('openid-provider.ts', url!, authority.said.url, keys, ...issuer)
  const first = await provider()
  const providers = [first]
  while (providers.length < many) providers.push(await provider(first.said))
  const spent = meter({
    provider: () => providers.reduce((sum, { processor }) => sum + processor(), 0),
    PostgreSQL: (await processorOf(opened.pool)) ?? (() => Number.NaN),
    authority: authority.processor,
    load: ofOwn,
  })
  return {
    ...{ address: first.said, services, db, holders },
    ports: providers.map(({ said }) => Number(new URL(said).port)),
    key: crypto.privateKey(fromBase64url(privateKey)),
    spent,
    settle: async () => {
      await opened.pool.query('analyze')
      spent.reset()
    },
    end: async () => {
      for (const one of providers) one.stop()
      authority.stop()
      await end()
      rmSync(keys, { recursive: true })
    },
  }
}

type Part = 'provider' | 'PostgreSQL' | 'authority' | 'load'
type Meter = ReturnType<typeof meter>

/** Milliseconds of processor by process, while `run` runs; and by the clock. */
function meter(clocks: Readonly<Record<Part, () => number>>) {
  const parts = Object.keys(clocks) as Part[]
  const spent: Record<Part, number> = { provider: 0, PostgreSQL: 0, authority: 0, load: 0 }
  let [units, wall] = [0, 0]
  return {
    reset: () => {
      units = wall = 0
      for (const part of parts) spent[part] = 0
    },
    async during(count: number, run: () => Promise<number>): Promise<number> {
      const before = parts.map((part) => clocks[part]())
      const took = await run()
      for (const [i, part] of parts.entries()) spent[part] += clocks[part]() - before[i]!
      units += count
      wall += took
      return took
    },
    notes: (bar?: number): string[] => {
      const one = (part: Part) => spent[part] / units
      const counted = one('provider') + one('PostgreSQL')
      return [
        `processor of one: ${parts.map((part) => `${part} ${one(part).toFixed(2)} ms`).join(', ')}`,
        `provider and PostgreSQL on two cores: ${(2000 / counted).toFixed(0)} a second, with the authority ${(2000 / (counted + one('authority'))).toFixed(0)}${bar ? `; the bar is ${bar}` : ''}`,
        `over all rounds ${((1000 * units) / wall).toFixed(0)} a second by the clock, ${IN_FLIGHT} in flight, all processes on the same cores`,
      ]
    },
  }
}

/** Milliseconds by the clock. */
export async function lanes(count: number, one: (at: number) => Promise<void>): Promise<number> {
  const started = performance.now()
  let next = 0
  const lane = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, lane))
  return performance.now() - started
}

/** With keys of their own. */
async function addServices(db: Kysely<VerifierTables>, options: Partial<Client>): Promise<BenchService[]> {
  const store = verifierStore(db)
  const services: BenchService[] = []
  for (let i = 0; i < SERVICES; i++) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as Record<string, string>
    const jwk = { kty: kty!, crv: crv!, x: x!, y: y! }
    const [clientId, redirectUri] = [`service-${i}`, `https://service-${i}.example/callback`]
    const client: Client = { clientId, name: clientId, redirectUris: [redirectUri], publicJwk: jwk, profile: 'fapi2' }
    await store.saveClient({ ...client, ...options })
    services.push({ clientId, redirectUri, key: privateKey, jwk })
  }
  return services
}

async function addPeople(
  opened: Database,
  db: Kysely<VerifierTables>,
  customers: number,
  certificate: Bytes,
): Promise<void> {
  const issuer = comparisonKey(decodeCertificate(certificate).issuer)
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
}

/** The library that the provider is made of, for the same services; nothing else of the platform. */
export async function bareProvider(services: readonly BareService[], profile: 'openid' | 'fapi2') {
  const known = services.map(({ clientId, redirectUri, jwk }) => ({ clientId, redirectUri, jwk }))
  return started<string>('openid-bare.ts', JSON.stringify(known), profile)
}

async function started<T>(script: string, ...values: string[]) {
  const path = new URL(script, import.meta.url).pathname
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, path, ...values], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const said = await new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('exit', () => reject(new Error(`${script} did not start`)))
  })
  return { said, processor: processorOfProcess(child.pid!), stop: () => child.disconnect() }
}
