// Which lists a terminal takes over. Seed 3 (2) 別紙; ours: docs/profile.md#allow-list.

import { afterAll, beforeEach, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, seededEntropy } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { type AllowList, zAllowList } from '../verifier/contract.ts'
import { loadAllowList } from './load-allow-list.ts'
import { presentList } from './present-list.ts'
import { type TerminalTables, terminalMigrations, terminalStore } from './store.ts'

const NOW = new Date('2026-06-01T03:00:00Z')
const hours = (n: number) => new Date(NOW.getTime() + n * 3600_000)
const keys = volatileKeyStore(seededEntropy(utf8('lists')))
const signer = await keys.signer('list', 'ECDSA-P256-SHA256')
const database = await testDatabase()
const store = terminalStore(await database.schema<TerminalTables>('terminal', terminalMigrations))
const present = presentList(store)
const load = loadAllowList({ store, clock: () => NOW }, present)
afterAll(() => database.close())

const { publicKey } = generateKeyPair('RSA-2048')
const entry = (serial: bigint, ticket: string) => ({ serial, publicKey, notAfter: hours(9000), ticket })
const list = (changed: Partial<AllowList> = {}): Bytes => {
  const whole = {
    title: 'Concert',
    issuedAt: NOW,
    validUntil: hours(12),
    entries: [entry(7n, 'A-1'), entry(8n, 'B-2')],
  }
  return utf8(JSON.stringify(zAllowList.encode({ ...whole, ...changed })))
}
const signed = async (content: Bytes) => ({ list: content, signature: await signer.sign(content) })
const refused = (code: string) => ({ code: `terminal/${code}` })

/** A terminal that knows only whose lists it takes. */
const preparedBy = ({ publicKey: list_key }: Pick<Signer, 'publicKey'>) => ({
  key_id: NO_BYTES,
  certificate: NO_BYTES,
  ca_certificate: NO_BYTES,
  revoked_terminals: NO_BYTES,
  list_key,
})

beforeEach(async () => {
  await store.prepare(preparedBy(signer))
  await load(await signed(list()))
})

test.each([
  ['unsigned', async () => ({ list: list(), signature: new Uint8Array(70) }), 'listForeign'],
  ['changed', async () => ({ ...(await signed(list())), list: list({ title: 'Other' }) }), 'listForeign'],
  ['of the time before', () => signed(list({ issuedAt: hours(-3), validUntil: hours(-1) })), 'listExpired'],
  ['of the time to come', () => signed(list({ issuedAt: hours(1) })), 'listNotYet'],
  ['older than the present one', () => signed(list({ issuedAt: hours(-1) })), 'listOlder'],
  ['older, of another title', () => signed(list({ title: 'Other', issuedAt: hours(-1) })), 'listOlder'],
  ['that ends before it begins', () => signed(list({ validUntil: hours(-2) })), 'listMalformed'],
  [
    'with two tickets for a certificate',
    () => signed(list({ entries: [entry(7n, 'A'), entry(7n, 'B')] })),
    'listMalformed',
  ],
  ['with one ticket twice', () => signed(list({ entries: [entry(7n, 'A'), entry(8n, 'A')] })), 'listMalformed'],
  ['that is no JSON', () => signed(utf8('[')), 'listMalformed'],
  ['that is another JSON', () => signed(utf8('{"title":"Concert"}')), 'listMalformed'],
  ['that is not UTF-8', () => signed(Uint8Array.of(0xff, 0xfe)), 'listMalformed'],
])('a list %s is refused, and the present one stays', async (_, make, code) => {
  await expect(load(await make())).rejects.toMatchObject(refused(code))
  expect(await present()).toMatchObject({ title: 'Concert', issuedAt: NOW })
  expect((await present())!.entries.size).toBe(2)
})

test('one signed by another key of the verifier’s kind is refused', async () => {
  const other = await keys.signer('other', 'ECDSA-P256-SHA256')
  const foreign = { list: list(), signature: await other.sign(list()) }
  await expect(load(foreign)).rejects.toMatchObject(refused('listForeign'))
})

test('the same again is no error, a newer one replaces it', async () => {
  expect(await load(await signed(list()))).toEqual({ entries: 2 })
  expect(await load(await signed(list({ entries: [entry(9n, 'C-3')] })))).toEqual({ entries: 1 })
  expect([...(await present())!.entries.keys()]).toEqual([9n])
})

test('a list is none any more when the key that signs lists is another', async () => {
  const other = await keys.signer('other', 'ECDSA-P256-SHA256')
  await store.prepare(preparedBy(other))
  expect(await present()).toBeUndefined()
})

test('a terminal that is not prepared takes none', async () => {
  const bare = await testDatabase()
  const empty = terminalStore(await bare.schema<TerminalTables>('terminal', terminalMigrations))
  const loading = loadAllowList({ store: empty, clock: () => NOW }, presentList(empty))(await signed(list()))
  await expect(loading).rejects.toMatchObject(refused('notPrepared'))
  await bare.close()
})
