// One life of an authority on a data folder: takes up what the life before left, counts, then revokes, follows the
// register and publishes, and is killed at its k-th point. Or, with CRASH_FAULT=full, issues, rolls over, revokes and
// publishes while from its k-th point on nothing can be written, is given room, and does it again.
// Started by roles/authority/status-crash.test.ts.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../adapters/clock.ts'
import { openDatabase } from '../../adapters/database/database.ts'
import { fileKeyStore } from '../../adapters/keys/index.ts'
import { publishFolder } from '../../adapters/publish.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { equal } from '../../base/bytes.ts'
import type { Publish } from '../../base/ports.ts'
import { decodeCrl, findRevoked } from '../../codec/crl.ts'
import { decodeOcspResponse } from '../../codec/ocsp.ts'
import { decodeFilter } from '../../codec/revocation-filter.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { askFilter } from '../../protocol/revocation-filter/index.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../../roles/authority/index.ts'
import { answerPath } from '../../roles/authority/ocsp/answers.ts'
import { openResidentRegister } from '../../roles/resident-register/index.ts'

/** What a life found after it had taken up the work. */
export interface StatusReport {
  readonly asked: number
  /** Asked for, by an event or by hand, and not revoked. */
  readonly lost: number
  readonly certificates: number
  /** Changes of one certificate beyond the first. */
  readonly doubled: number
  /** Files that say otherwise than the register, or are missing. */
  readonly wrongFiles: number
  /** Answers in files or given on request whose time is over. */
  readonly stale: number
  readonly crlNumber: number
  readonly filterNumber: number
  /** Points passed in all; absent when it was killed. */
  readonly points?: number
  /** What was refused while nothing could be written. */
  readonly refused?: string
}

const [folder = '', k = '0'] = process.argv.slice(2)
const faultAt = Number(k)
const full = process.env.CRASH_FAULT === 'full'
let armed = false
let points = 0
function point(): void {
  if (!armed || ++points !== faultAt) return
  if (full) writable('0')
  else process.kill(process.pid, 'SIGKILL')
}

/** Octets that any file may have: with 0, every write to a file fails as on a full disk. */
function writable(size: '0' | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${size}:unlimited`])
}

/** A point before and after each of these calls. */
function watched<T extends object>(calls: T): T {
  const entries = Object.entries(calls).map(([name, call]) => {
    if (typeof call !== 'function' || /^(revoked|issued)$/.test(name)) return [name, call]
    return [
      name,
      async (...given: unknown[]) => {
        point()
        const result: unknown = await call(...given)
        point()
        return result
      },
    ]
  })
  return Object.fromEntries(entries) as T
}

const url = process.env.DATABASE_URL
const where = url ? { url } : { folder: join(folder, 'database') }
const database = (await openDatabase(where)).withPrefix(process.env.CRASH_PREFIX ?? 'status')
const tables = await database.schema<AuthorityTables>('authority', authorityMigrations)
const register = await openResidentRegister(database, systemClock)
const plain = authorityStore(tables)
const store = {
  ...watched(plain),
  crl: watched(plain.crl),
  answers: watched(plain.answers),
  filters: watched(plain.filters),
}
const keys = fileKeyStore(join(folder, 'keys'))
const put: { publish: Publish } = watched({ publish: publishFolder(join(folder, 'public')) })
const authority = await createAuthority({
  store,
  register,
  clock: systemClock,
  entropy: systemEntropy,
  keys: { ...keys, signer: async (...named) => watched(await keys.signer(...named)) },
  publish: put.publish,
  publishAnswer: put.publish,
  log: () => undefined,
})
const ca = decodeCertificate((await authority.caCertificates({})).auth)
const municipality = { code: '13999', name: 'かざす市', prefectureRomaji: 'Tokyo-to', municipalityRomaji: 'Kazasu-shi' }
const fourInfo = { name: '試験　花子', address: '東京都かざす市１番', birthDate: '1990-02-03', gender: '2' } as const

const orders = join(folder, 'orders.json')
if (existsSync(orders)) await whole(JSON.parse(readFileSync(orders, 'utf8')) as Order)
await upkeep()
process.stdout.write(`${JSON.stringify(await count())}\n`)
if (faultAt > 0 && !full) {
  const [byEvent, byHand] = [await issue(holder()), await issue(holder())]
  await register.change({ residentId: byEvent.residentId, event: 'die' })
  armed = true
  await end(byHand.serial)
  armed = false
  process.stdout.write(`${JSON.stringify({ ...(await count()), points })}\n`)
}
if (faultAt > 0 && full) {
  const { living } = await authority.generations({ kind: 'sign' })
  const order: Order = { byEvent: holder(), byHand: holder(), generation: living.length + 1 }
  // Who asked asks again, also of the next process.
  writeFileSync(orders, JSON.stringify(order))
  armed = true
  const refused = await whole(order).then(
    () => 'nothing',
    (error: Error) => error.message,
  )
  armed = false
  writable('unlimited')
  await whole(order)
  await upkeep()
  process.stdout.write(`${JSON.stringify({ ...(await count()), points, refused })}\n`)
}
await database.close()

interface Order {
  readonly byEvent: Holder
  readonly byHand: Holder
  readonly generation: number
}

/** What may be broken off anywhere and asked again. */
async function whole({ byEvent, byHand, generation }: Order): Promise<void> {
  await issue(byEvent)
  const { serial } = await issue(byHand)
  await authority.rollOver({ kind: 'sign', generation })
  const { status } = await register.find({ residentId: byEvent.residentId })
  if (status === 'resident') await register.change({ residentId: byEvent.residentId, event: 'die' })
  await end(serial)
}

async function end(serial: bigint): Promise<void> {
  await authority.followRegister({})
  await authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'counter' })
  await tables
    .updateTable('revocation_filter')
    .set({ made_at: new Date(0) })
    .execute()
  await authority.refreshStatus({})
}

/** As if a quarter of an hour had passed for some answers, and an hour for the filter. */
async function upkeep(): Promise<void> {
  await tables
    .updateTable('ocsp_answer')
    .set({ due_at: new Date(0) })
    .execute()
  await tables
    .updateTable('revocation_filter')
    .set({ made_at: new Date(0) })
    .execute()
  await authority.followRegister({})
  await authority.refreshStatus({})
}

interface Holder {
  readonly residentId: string
  /** Octets of its modulus. */
  readonly random: string
}

function holder(): Holder {
  return { residentId: randomBytes(8).toString('hex'), random: randomBytes(200).toString('hex') }
}

/** Nobody has the private key of this modulus: nothing is signed with it. */
async function issue({ residentId, random }: Holder) {
  const publicKey = Uint8Array.from(ca.subjectPublicKeyInfo)
  publicKey.set(Buffer.from(random, 'hex'), 40)
  await register.register({ residentId, fourInfo, municipality, status: 'resident' })
  const { serial } = await authority.issueForCard({ requestKey: residentId, residentId, kind: 'auth', publicKey })
  return { residentId, serial }
}

function fileAt(path: string): Uint8Array | undefined {
  const file = join(folder, 'public', path)
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined
}

async function count(): Promise<StatusReport> {
  const rows = await tables.selectFrom('certificate').selectAll().where('medium', '=', 'card').execute()
  const changes = await tables.selectFrom('status_change').selectAll().execute()
  const events = (await register.changesSince({ sequence: 0, limit: 1000 })).changes.map(({ residentId }) => residentId)
  const lost = rows.filter((row) => events.includes(row.resident_id!) && row.status !== 'revoked').length
  const list = fileAt('authority/crl/auth/13999.crl')
  const stored = rows.length > 0 ? (await authority.crl({ kind: 'auth', municipalityCode: '13999' })).crl : undefined
  const [filter, delta] = [fileAt('authority/filter/auth.krf'), fileAt('authority/filter/auth-delta.krf')].map(
    (bytes) => bytes && decodeFilter(bytes),
  )
  let [wrongFiles, stale] = [list && stored && !equal(list, stored) ? 1 : 0, 0]
  const now = systemClock()
  for (const { serial, revoked_at, certificate, not_before } of rows) {
    if (!certificate) continue
    const file = fileAt(answerPath('auth', ca, serial))
    const answer = file && decodeOcspResponse(file)
    const single = answer?.status === 'successful' ? answer.basic.responses[0]! : undefined
    if (single && single.nextUpdate! <= now) stale++
    const isRevoked = revoked_at !== null
    const asFile = single?.status.kind === (isRevoked ? 'revoked' : 'good')
    const asListed = list !== undefined && (findRevoked(decodeCrl(list), serial) !== undefined) === isRevoked
    const asked = filter && askFilter(filter, delta, { serialNumber: serial, notBefore: not_before })
    // What is newer than the filter is not covered, and nobody says that it is good.
    const asFiltered = asked === 'notCovered' || asked === (isRevoked ? 'revoked' : 'good')
    if (!asFile || !asListed || !asFiltered) wrongFiles++
  }
  return {
    asked: events.length,
    lost: full ? rows.filter(({ status }) => status !== 'revoked').length : lost,
    certificates: rows.length,
    doubled: changes.length - new Set(changes.map(({ serial }) => serial)).size,
    wrongFiles,
    stale,
    crlNumber: list ? Number(decodeCrl(list).crlNumber) : 0,
    filterNumber: delta?.number ?? 0,
  }
}
