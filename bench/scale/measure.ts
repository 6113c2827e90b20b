// What is measured at each size of the register, on an authority as it runs: every figure a median or a whole run.

import { createHash } from 'node:crypto'
import { loadavg } from 'node:os'
import type pg from 'pg'
import { generateKeyPair } from '../../src/base/crypto.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../../src/codec/ocsp.ts'
import { decodeFilter } from '../../src/codec/revocation-filter.ts'
import { type Certificate, decodeCertificate } from '../../src/codec/x509.ts'
import { entropyBound } from '../../src/protocol/revocation-filter/index.ts'
import type { Authority } from '../../src/roles/authority/contract.ts'
import type { ResidentRegister } from '../../src/roles/resident-register/contract.ts'
import { must } from '../harness.ts'

export interface Scene {
  readonly authority: Authority
  readonly register: ResidentRegister
  readonly pool: pg.Pool
  readonly schema: string
  /** Milliseconds of processor time that the server has spent so far. */
  readonly spent: () => number
}

/** Name → value; those in ms are flat when the register grows without them. */
export type Figures = Readonly<Record<string, number>>

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

async function each(times: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const spent: number[] = []
  for (let i = 0; i < times; i++) {
    const started = performance.now()
    await work(i)
    spent.push(performance.now() - started)
  }
  return median(spent)
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now()
  await work()
  return performance.now() - started
}

const fourInfo = { name: '規模　太郎', address: '東京都かざす市１番', birthDate: '1990-02-03', gender: '1' } as const
const municipality = { code: '10007', name: '７町', prefectureRomaji: 'Tokyo-to', municipalityRomaji: 'Machi-7' }
/** One pair of ours; each certificate gets another modulus of its size, for which nobody has the private key. */
const spki = generateKeyPair('RSA-2048').publicKey
function counterfeitKey(name: string): Uint8Array {
  const key = spki.slice()
  for (let i = 0; i < 6; i++) key.set(createHash('sha256').update(`${name} ${i}`).digest(), 50 + 32 * i)
  return key
}

let people = 0
async function issue({ authority, register }: Scene): Promise<{ residentId: string; serial: bigint }> {
  const residentId = `scale-${process.pid}-${++people}`
  await register.register({ residentId, fourInfo, municipality, status: 'resident' })
  const publicKey = counterfeitKey(residentId)
  const { serial } = await authority.issueForCard({ requestKey: residentId, residentId, kind: 'auth', publicKey })
  return { residentId, serial }
}

/** From all over the register: pages that nobody has read lately. */
async function someSerials({ pool, schema }: Scene, count: number): Promise<bigint[]> {
  const { rows } = await pool.query<{ serial: bigint }>(
    `with one as (select (random() * 2147483647)::bigint::numeric as start from generate_series(1, ${count}))
     select (select serial from ${schema}.certificate where kind = 'auth' and medium = 'card' and serial >= start order by serial limit 1) from one`,
  )
  return rows.flatMap(({ serial }) => serial ?? [])
}

const askedFor = (ca: Certificate, serial: bigint) => encodeOcspRequest({ certIds: [certId(ca, serial)] })

async function ocspStatus({ authority }: Scene, ca: Certificate, serial: bigint): Promise<string> {
  const { response } = await authority.ocsp({ kind: 'auth', request: askedFor(ca, serial) })
  const answer = decodeOcspResponse(response)
  return answer.status === 'successful' ? answer.basic.responses[0]!.status.kind : answer.status
}

const LOOK_UPS = 2000

/** The median says what who asks waits, on a machine that others share; the processor time does not depend on them. */
async function lookUpFigures({ authority, spent }: Scene, serials: readonly bigint[]): Promise<Figures> {
  const before = spent()
  const median = await each(LOOK_UPS, async (i) => {
    const { status } = await authority.status({ kind: 'auth', serial: serials[i % serials.length]! })
    must(status !== 'unknown', 'the look-up')
  })
  return { 'look-up ms': median, 'look-up, processor of PostgreSQL ms': (spent() - before) / LOOK_UPS }
}

async function statusFigures(scene: Scene, ca: Certificate): Promise<Figures> {
  const { authority } = scene
  const serials = await someSerials(scene, LOOK_UPS)
  const at = (i: number) => serials[i % serials.length]!
  const lookUps = await lookUpFigures(scene, serials)
  const first = await each(100, async (i) => must((await ocspStatus(scene, ca, at(i))) !== 'unknown', 'OCSP'))
  const ready = await each(200, async (i) => must((await ocspStatus(scene, ca, at(i % 100))) !== 'unknown', 'OCSP'))
  const changes = await each(50, () => authority.statusChanges({ after: 100, limit: 100 }))
  return { ...lookUps, 'OCSP, signed now ms': first, 'OCSP, ready ms': ready, 'changes, a page ms': changes }
}

async function aheadRate({ authority, pool, schema }: Scene): Promise<number> {
  const { rowCount } = await pool.query(`update ${schema}.ocsp_answer set due_at = to_timestamp(1), tbs = null
    where (kind, serial) in (select kind, serial from ${schema}.ocsp_answer where tbs is null limit 5000)`)
  const ms = await timed(() => authority.refreshStatus({}))
  return (rowCount! / ms) * 1000
}

async function filterFigures(scene: Scene): Promise<Figures> {
  const { authority, pool, schema } = scene
  await pool.query(`update ${schema}.revocation_filter set made_at = 'epoch', base_at = 'epoch'`)
  const ms = await timed(() => authority.filter({ kind: 'auth' }))
  const { filter } = await authority.filter({ kind: 'auth' })
  const { issued, revoked } = decodeFilter(filter)
  return {
    'filter and delta, made ms': ms,
    'filter, octets': filter.length,
    'filter, times the bound': filter.length / entropyBound(issued, revoked),
  }
}

const AT_ONCE = 64
const MANY = 1000

/** As many at once as wait for their cards on a busy day. */
async function issuingRate(scene: Scene): Promise<Figures> {
  const before = scene.spent()
  let left = MANY
  const lane = async () => {
    while (left-- > 0) await issue(scene)
  }
  const ms = await timed(() => Promise.all(Array.from({ length: AT_ONCE }, lane)))
  return {
    'registered and issued a second': (MANY / ms) * 1000,
    'of it, processor of PostgreSQL ms': (scene.spent() - before) / MANY,
  }
}

async function eventFigures(scene: Scene, ca: Certificate): Promise<Figures> {
  const { authority, register } = scene
  const holders: Awaited<ReturnType<typeof issue>>[] = []
  const issued = await each(100, async () => holders.push(await issue(scene)))
  const seen = await each(30, async (i) => {
    const { residentId, serial } = holders[i]!
    await register.change({ residentId, event: 'die' })
    await authority.followRegister({})
    must((await ocspStatus(scene, ca, serial)) === 'revoked', 'the event')
  })
  return { 'issue ms': issued, 'event to status ms': seen }
}

async function listFigures({ authority }: Scene): Promise<Figures> {
  const ms = await timed(() => authority.followRegister({}))
  const { crl } = await authority.crl({ kind: 'auth', municipalityCode: '10007' })
  return { 'CRLs and deltas of 3,400 partitions ms': ms, 'CRL of one, octets': crl.length }
}

/** All of it at the present size; `progress` hears of each part before it begins. */
export async function measureAll(scene: Scene, progress: (what: string) => void): Promise<Figures> {
  const ca = decodeCertificate((await scene.authority.caCertificates({})).auth)
  const parts: [string, () => Promise<Figures>][] = [
    ['lists', () => listFigures(scene)],
    ['filter', () => filterFigures(scene)],
    ['look-ups', () => statusFigures(scene, ca)],
    ['answers ahead', async () => ({ 'answers ahead, a second': await aheadRate(scene) })],
    ['issuing', () => issuingRate(scene)],
    ['events', () => eventFigures(scene, ca)],
  ]
  const figures: Record<string, number> = {}
  for (const [what, work] of parts) {
    progress(what)
    Object.assign(figures, await work())
  }
  return { ...figures, 'load of the machine, by the minute': loadavg()[0]! }
}
