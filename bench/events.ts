// One revocation told to everybody who watches: from the authority's change to the acknowledgement of the last receiver. The
// receivers listen on a port each, in a process of their own. Floor: as many signatures of a SET and bare posts of it.

import { type ChildProcess, spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import type { Kysely } from 'kysely'
import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { hex } from '../src/base/bytes.ts'
import { EVENT_TYPES } from '../src/protocol/security-event/event-types.ts'
import { encodeSet } from '../src/protocol/security-event/set.ts'
import { outsidePush } from '../src/roles/verifier/events/http.ts'
import { createVerifier, type VerifierTables, verifierMigrations, verifierStore } from '../src/roles/verifier/index.ts'
import { benchDatabase } from './database.ts'
import { type Bench, must } from './harness.ts'

const SERVICES = 1000
const MOST = 10 * SERVICES
const ISSUER = 'https://platform.example/verifier'
const ALGORITHM = 'ECDSA-P256-SHA256'

export const events: Bench = {
  name: 'events',
  unit: `one of ${SERVICES} services told of one revocation: change taken, event recorded, signed, pushed, acknowledged`,
  floorIs: 'one signature (ES256) of a SET and one bare HTTP post of it to the same receivers, 256 at once',
  batch: SERVICES,
  prepare: async () => {
    const { opened, end } = await benchDatabase()
    const { ports, counted, stop } = await receivers()
    const keys = volatileKeyStore(systemEntropy)
    const db = await opened.schema<VerifierTables>('verifier', verifierMigrations)
    const changes: Change[] = []
    const push = outsidePush({ loopback: true })
    const verifier = await createVerifier({
      ...{ keys, push, issuer: ISSUER, clock: () => new Date(), entropy: systemEntropy, log: () => undefined },
      store: verifierStore(db as never),
      ...authorityOf(changes),
    } as never)
    await addServices(db, ports)
    const took: number[] = []
    const work = async (count: number) => {
      const serial = await addConsents(db, count)
      const before = await counted()
      changes.push({ sequence: changes.length + 1, serial, at: new Date(), ...REVOKED })
      const started = performance.now()
      must((await verifier.followChanges({})).told === 2 * count, 'news for everybody')
      must((await verifier.deliverEvents({})).delivered === count, 'all delivered')
      const spent = performance.now() - started
      if (count === SERVICES) took.push(spent)
      must((await counted()) - before === count, 'all received, none twice')
      return spent
    }
    const signer = await keys.signer('bench', ALGORITHM)
    const agent = new Agent({ keepAlive: true, maxSockets: 256 })
    const floor = async (count: number) => {
      const one = async (i: number) => post(agent, ports[i % ports.length]!, await encodeSet(eventOf(), signer, 'k'))
      const started = performance.now()
      for (let at = 0; at < count; at += 256)
        await Promise.all(Array.from({ length: Math.min(256, count - at) }, (_, i) => one(at + i)))
      return performance.now() - started
    }
    return {
      work,
      floor,
      notes: () => [
        `${SERVICES} services told in ${(median(took) / 1000).toFixed(2)} s (database: ${opened.kind}); the bar is 10 s`,
      ],
      end: async () => {
        agent.destroy()
        push.close()
        stop()
        await end()
      },
    }
  },
}

const REVOKED = { kind: 'sign', status: 'revoked', reason: 'affiliationChanged' } as const
type Change = typeof REVOKED & { sequence: number; serial: bigint; at: Date }

/** The authority is not what is measured: it tells of one change, and all consents stand. */
const authorityOf = (changes: readonly Change[]) => ({
  authority: { chain: async ({ serial }: { serial: bigint }) => ({ serials: [serial] }) },
  party: {
    name: 'kazasu-platform',
    authority: {
      statusChanges: async ({ after }: { after: number }) => ({ changes: changes.slice(after), last: changes.length }),
      standingConsents: async ({ consentIds }: { consentIds: string[] }) => ({ consentIds }),
    },
  },
})

const AT_ONCE = 1000

async function addServices(db: Kysely<VerifierTables>, ports: readonly number[]): Promise<void> {
  const rows = Array.from({ length: MOST }, (_, i) => ({
    ...{ stream_id: `stream ${i}`, client_id: `service-${i}`, method: 'push' as const, authorization: null },
    endpoint: `http://127.0.0.1:${ports[i % ports.length]}/events`,
    ...{
      types: JSON.stringify([EVENT_TYPES.factsChanged]),
      description: null,
      status: 'enabled' as const,
      reason: null,
    },
    ...{ failures: 0, try_at: new Date(0), verified_at: null },
  }))
  for (let at = 0; at < MOST; at += AT_ONCE)
    await db
      .insertInto('event_stream')
      .values(rows.slice(at, at + AT_ONCE))
      .execute()
}

let serials = 0n

/** Of a new person, to so many services. */
async function addConsents(db: Kysely<VerifierTables>, count: number): Promise<bigint> {
  const serial = ++serials
  const [now, later] = [new Date(), new Date(Date.now() + 86_400_000)]
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ consent_id: `${serial} ${i}`, client_id: `service-${i}`, person_id: `${serial}`, subject: `${serial}-${i}` },
    ...{ items: '["address"]', given_by: serial, serial, state: 'watching' as const, look_at: later, begins_at: now },
    ...{
      ends_at: later,
      given_at: now,
      evidence: new Uint8Array(1),
      told_at: null,
      withdrawn_at: null,
      given_up: false,
    },
  }))
  for (let at = 0; at < count; at += AT_ONCE)
    await db
      .insertInto('watched_consent')
      .values(rows.slice(at, at + AT_ONCE))
      .execute()
  return serial
}

const eventOf = () => ({
  ...{ iss: ISSUER, aud: 'service', jti: hex(systemEntropy(16)), iat: new Date(), toe: new Date() },
  subject: { format: 'iss_sub', iss: ISSUER, sub: 'x'.repeat(43) } as const,
  type: EVENT_TYPES.factsChanged,
  claims: { event_timestamp: 0 },
})

function post(agent: Agent, port: number, set: string): Promise<void> {
  const headers = { 'content-type': 'application/secevent+jwt', 'content-length': String(set.length) }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/floor', method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => (answer.statusCode === 202 ? resolve() : reject(new Error('not taken'))))
    })
    sent.on('error', reject).end(set)
  })
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** Counts events by their jti, each once; posts to `/floor` are not counted. */
async function receivers() {
  const child: ChildProcess = spawn(
    process.execPath,
    [new URL('events-receivers.ts', import.meta.url).pathname, `${SERVICES}`],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const next = <T>() => new Promise<T>((resolve) => child.once('message', (message) => resolve(message as T)))
  const ports = await next<number[]>()
  const counted = () => {
    const answer = next<number>()
    child.send('count')
    return answer
  }
  return { ports, counted, stop: () => child.kill() }
}
