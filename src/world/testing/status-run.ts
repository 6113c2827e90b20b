// One life of an authority on a data folder: takes up what the life before left, counts, then revokes, follows the
// register and publishes, and is killed at its k-th point. Started by roles/authority/status-crash.test.ts.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
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
import {
  createResidentRegister,
  residentRegisterMigrations,
  residentRegisterStore,
} from '../../roles/resident-register/index.ts'

/** What a life found after it had taken up the work. */
export interface StatusReport {
  readonly asked: number
  /** Asked for, by an event or by hand, and not revoked. */
  readonly lost: number
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
}

const [folder = '', killAt = '0'] = process.argv.slice(2)
let armed = false
let points = 0
function point(): void {
  if (armed && ++points === Number(killAt)) process.kill(process.pid, 'SIGKILL')
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
const residents = await database.schema('resident-register', residentRegisterMigrations)
const register = createResidentRegister({ store: residentRegisterStore(residents as never), clock: systemClock })
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

await upkeep()
process.stdout.write(`${JSON.stringify(await count())}\n`)
if (Number(killAt) > 0) {
  const [byEvent, byHand] = [await issue(), await issue()]
  await register.change({ residentId: byEvent.residentId, event: 'die' })
  armed = true
  await authority.followRegister({})
  await authority.revoke({ kind: 'auth', serial: byHand.serial, reason: 'keyCompromise', requestedBy: 'counter' })
  await tables
    .updateTable('revocation_filter')
    .set({ made_at: new Date(0) })
    .execute()
  await authority.refreshStatus({})
  armed = false
  process.stdout.write(`${JSON.stringify({ ...(await count()), points })}\n`)
}
await database.close()

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

/** Nobody has the private key of this modulus: nothing is signed with it. */
async function issue() {
  const residentId = randomBytes(8).toString('hex')
  await register.register({ residentId, fourInfo, municipality, status: 'resident' })
  const publicKey = Uint8Array.from(Buffer.from(ca.subjectPublicKeyInfo))
  publicKey.set(randomBytes(200), 40)
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
    lost,
    doubled: changes.length - new Set(changes.map(({ serial }) => serial)).size,
    wrongFiles,
    stale,
    crlNumber: list ? Number(decodeCrl(list).crlNumber) : 0,
    filterNumber: delta?.number ?? 0,
  }
}
