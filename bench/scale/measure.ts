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

/**
 * Two figures of one thing: the median of what who asks waits, which a busy machine lengthens, and the processor time of
 * both, this process and the whole server, which it hardly does.
 */
async function each(
  { spent }: Scene,
  name: string,
  times: number,
  work: (i: number) => Promise<unknown>,
): Promise<Figures> {
  const waited: number[] = []
  const [ours, servers] = [process.cpuUsage(), spent()]
  for (let i = 0; i < times; i++) waited.push(await timed(() => work(i)))
  const { user, system } = process.cpuUsage(ours)
  return {
    [`${name} ms`]: median(waited),
    [`${name}, processor ms`]: ((user + system) / 1000 + spent() - servers) / times,
  }
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

async function statusFigures(scene: Scene, ca: Certificate): Promise<Figures> {
  const { authority, pool } = scene
  const serials = await someSerials(scene, LOOK_UPS)
  const at = (i: number) => serials[i % serials.length]!
  const known = async (i: number) => must((await ocspStatus(scene, ca, at(i))) !== 'unknown', 'OCSP')
  const lookUp = async (i: number) =>
    must((await authority.status({ kind: 'auth', serial: at(i) })).status !== 'unknown', 'the look-up')
  return {
    ...(await each(scene, 'an empty question', LOOK_UPS, () => pool.query('select 1'))),
    ...(await each(scene, 'look-up', LOOK_UPS, lookUp)),
    ...(await each(scene, 'OCSP, signed now', 200, known)),
    ...(await each(scene, 'OCSP, ready', LOOK_UPS, (i) => known(i % 200))),
    ...(await each(scene, 'changes, a page', 500, () => authority.statusChanges({ after: 100, limit: 100 }))),
  }
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
    'each, processor of PostgreSQL ms': (scene.spent() - before) / MANY,
  }
}

async function eventFigures(scene: Scene, ca: Certificate): Promise<Figures> {
  const { authority, register } = scene
  const holders: Awaited<ReturnType<typeof issue>>[] = []
  const seen = async (i: number) => {
    const { residentId, serial } = holders[i]!
    await register.change({ residentId, event: 'die' })
    await authority.followRegister({})
    must((await ocspStatus(scene, ca, serial)) === 'revoked', 'the event')
  }
  return {
    ...(await each(scene, 'one issued', 100, async () => holders.push(await issue(scene)))),
    ...(await each(scene, 'event to status', 50, seen)),
  }
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
