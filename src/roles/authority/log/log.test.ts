// The log of signatures over HTTP, as a stranger checks it; what an audit finds when somebody meddled with the database.

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fromHex, hex, u32, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { certId, encodeOcspRequest } from '../../../codec/ocsp.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { leafHash, verifyConsistency, verifyHead, verifyInclusion } from '../../../protocol/merkle-log/index.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { type TestAuthority, testAuthority } from '../test-authority.ts'
import { logRoutes } from './http.ts'
import { appendEntries, logStore, retile } from './store.ts'

let world: TestAuthority
let issued: Awaited<ReturnType<TestAuthority['card']>>
const open = () => testAuthority(openResidentRegister)
beforeAll(async () => {
  world = await open()
  await world.resident('r', { name: '試験　花子' })
  issued = await world.card('r', 'auth')
  await world.card('r', 'sign')
})
afterAll(() => world.close())

const statement = () => createHash('sha256').update(decodeCertificate(issued.certificate).tbs).digest('hex')
const get = async (path: string) => {
  const response = await logRoutes(world.authority).request(path)
  return { status: response.status, body: (await response.json()) as Record<string, never> }
}
const hashes = (proof: readonly string[]) => proof.map((text) => fromHex(text))

describe('a stranger with a certificate', () => {
  test('finds it in the log under a signed head', async () => {
    const { body: head } = await get('/head')
    expect(
      verifyHead(
        { ...head, at: new Date(head.at!), root: fromHex(head.root!), signature: fromHex(head.signature!) } as never,
        fromHex(head.publicKey!),
      ),
    ).toBe(true)
    const { body: found } = await get(`/inclusion/${statement()}?size=${head.size}`)
    const leaf = leafHash(utf8(found.entry!))
    const { position = 0, size = 0, proof } = found as { position?: number; size?: number; proof?: string[] }
    expect(verifyInclusion(leaf, position, size, hashes(proof!), fromHex(head.root!))).toBe(true)
    expect(JSON.parse(found.entry!)).toMatchObject({ what: 'certificate', count: 1, statement: statement() })
  })

  test('sees that a later head goes on from the one that he kept', async () => {
    const before = (await get('/head')).body as { size?: number; root?: string }
    await world.resident('later')
    await world.card('later')
    const after = (await get('/head')).body as { size?: number; root?: string }
    const { body } = await get(`/consistency/${before.size}?size=${after.size}`)
    const [first, second] = [before, after].map(({ size = 0, root = '' }) => ({ size, root: fromHex(root) }))
    expect(first!.size).toBeLessThan(second!.size)
    expect(verifyConsistency(first!, second!, hashes(body.proof!))).toBe(true)
    expect(verifyConsistency({ ...first!, root: sha256() }, second!, hashes(body.proof!))).toBe(false)
  })

  test('reads all entries, and nothing of a person', async () => {
    const { body } = await get('/entries/0')
    const text = (body.entries as unknown as string[]).join('\n')
    expect(
      text
        .split('\n')
        .every((line) =>
          /^\{"at":"[^"]+","key":"[0-9a-f]{64}","what":"[a-z]+","count":\d+,"statement":"[0-9a-f]{64}"\}$/.test(line),
        ),
    ).toBe(true)
  })

  test.each([
    '/inclusion/00',
    `/inclusion/${'0'.repeat(64)}`,
    '/consistency/x',
    '/consistency/999',
    '/inclusion/00?size=-1',
    '/entries/x',
  ])('who asks for nonsense (%s) is told so', async (path) => expect((await get(path)).status).toBe(404))
})

test('everything that is signed is logged: certificates, responders, lists, answers, terminals', async () => {
  const ca = decodeCertificate((await world.authority.caCertificates({})).auth)
  const asked = encodeOcspRequest({ certIds: [certId(ca, issued.serial)] })
  await Promise.all([1, 2, 3].map(() => world.authority.ocsp({ kind: 'auth', request: asked })))
  await world.authority.crl({ kind: 'auth', municipalityCode: '13999' })
  const { entries } = await world.authority.logEntries({ from: 0, most: 1000 })
  const whats = entries.map((entry) => JSON.parse(new TextDecoder().decode(entry)).what)
  expect(new Set(whats)).toEqual(new Set(['certificate', 'crl', 'ocsp']))
  const { findings, certificates } = await world.authority.audit({})
  expect(findings).toEqual([])
  expect(whats.filter((what) => what === 'certificate')).toHaveLength(certificates)
})

test('several processes append, in turn and at once, also in transactions that come to nothing: all is there once', async () => {
  const stores = Array.from({ length: 3 }, () => logStore(world.tables))
  const entry = (n: number) => ({
    at: world.clock.now,
    key: sha256(),
    what: 'ocsp' as const,
    count: 1,
    statement: sha256(u32(n)),
  })
  const batch = (from: number, count: number) => Array.from({ length: count }, (_, i) => entry(from + i))
  const before = await stores[0]!.size()
  let next = 0
  for (const count of [1, 1, 90, 2, 200, 1]) {
    await Promise.all(stores.map((store, i) => store.append(batch(next + i * count, count))))
    next += 3 * count
    const broken = world.tables.transaction().execute(async (tx) => {
      await appendEntries(tx, batch(1e6, count))
      throw new Error('power is gone')
    })
    await expect(broken).rejects.toThrow('power is gone')
    await stores[next % 3]!.append(batch(next++, 1))
  }
  expect(await stores[0]!.size()).toBe(before + next)
  const found = (await stores[0]!.page(before, next)).map(({ statement }) => hex(statement))
  expect(found.toSorted()).toEqual(Array.from({ length: next }, (_, n) => hex(sha256(u32(n)))).toSorted())
  expect((await world.authority.audit({})).findings).toEqual([])
})

test('tiles that hold something else are made anew from the entries', async () => {
  await world.tables.updateTable('log_tile').set({ level: sql`level + 40`, hashes: sha256() }).execute()
  expect((await world.authority.audit({})).findings.map(({ what }) => what)).toContain('tiles do not fit the entries')
  await world.tables.transaction().execute((tx) => retile(tx as never))
  expect((await world.authority.audit({})).findings).toEqual([])
})

describe('an audit finds', () => {
  let meddled: TestAuthority
  beforeEach(async () => {
    meddled = await open()
    await meddled.resident('m')
    await meddled.card('m')
    await meddled.authority.logHead({})
    return () => meddled.close()
  })
  const found = async () => [...new Set((await meddled.authority.audit({})).findings.map(({ what }) => what))]

  test('nothing where nobody meddled', async () => expect(await found()).toEqual([]))
  test('a certificate that was signed past the log', async () => {
    await meddled.tables
      .updateTable('certificate')
      .set({ certificate: sql<Uint8Array>`overlay(certificate placing 'x' from 100)` })
      .where('medium', '=', 'card')
      .execute()
    expect(await found()).toEqual(['certificate is not in the log', 'logged certificate is not in the register'])
  })
  test('a certificate that was taken out of the register', async () => {
    await meddled.tables.deleteFrom('certificate').where('medium', '=', 'card').execute()
    expect(await found()).toEqual(['logged certificate is not in the register'])
  })
  test('an entry that was altered, also with its statement', async () => {
    const changed = sql<Uint8Array>`overlay(entry placing '9' from 8)`
    await meddled.tables.updateTable('log_entry').set({ entry: changed }).where('position', '=', 1n).execute()
    expect(await found()).toContain('head does not fit the entries')
  })
  test('an entry that was taken out', async () => {
    await meddled.tables.deleteFrom('log_entry').where('position', '=', 1n).execute()
    expect(await found()).toContain('entry is missing or altered')
  })
  test('a head that nobody signed, and one whose time runs back', async () => {
    const at = new Date('2020-01-01T00:00:00Z')
    await meddled.tables.updateTable('log_head').set({ at }).execute()
    expect(await found()).toEqual(['head is not signed'])
  })
  test('a tile that was altered', async () => {
    await meddled.tables.updateTable('log_tile').set({ hashes: sql`sha256('x') || substr(hashes, 33)` }).execute()
    expect(await found()).toEqual(['tiles do not fit the entries'])
  })
  test('a list that is in force but not in the log', async () => {
    await meddled.authority.crl({ kind: 'auth', municipalityCode: '13999' })
    await meddled.tables
      .deleteFrom('log_entry')
      .where(sql<string>`convert_from(entry, 'UTF8')::json->>'what'`, '=', 'crl')
      .execute()
    expect(await found()).toContain('list is not in the log')
  })
})

test('a clock that jumps back does not turn the heads back', async () => {
  const day = 86_400_000
  world.clock.now = new Date(world.clock.now.getTime() + 2 * day)
  await world.resident('ahead')
  await world.card('ahead')
  const before = await world.authority.logHead({})
  world.clock.now = new Date(world.clock.now.getTime() - day)
  await world.resident('jump')
  await world.card('jump')
  const after = await world.authority.logHead({})
  expect(after.size).toBeGreaterThan(before.size)
  expect(after.at).toEqual(before.at)
  expect(hex(after.root)).not.toBe(hex(before.root))
})
