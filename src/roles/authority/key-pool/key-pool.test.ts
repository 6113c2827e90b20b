// Keys that the authority made: delivered encrypted, once, and gone afterwards.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import { p256Point, privateKey, publicKeyOf, seededEntropy } from '../../../base/crypto.ts'
import { privateScalar } from '../../../protocol/hpke/hpke.ts'
import { openKeyEnvelope } from '../../../protocol/personalisation/key-envelope.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { type TestAuthority, testAuthority } from '../test-authority.ts'

let world: TestAuthority
const [receiver, other] = ['receiver', 'other'].map((name) => privateScalar(seededEntropy(utf8(name)))) as [
  Bytes,
  Bytes,
]
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
})
afterAll(() => world.close())

const pooled = async () => (await world.tables.selectFrom('key_pool').selectAll().execute()).length
/** Every row of every table that this may be in, bytes in hex. */
async function everything(): Promise<string> {
  const tables = ['key_pool', 'key_delivery'] as const
  const rows = await Promise.all(tables.map((table) => world.tables.selectFrom(table).selectAll().execute()))
  return rows
    .flatMap((all) => all.flatMap((row) => Object.values(row)))
    .map((value) => (value instanceof Uint8Array ? hex(value) : String(value)))
    .join()
}

test('filled up to the mark and no further; wrapped at rest', async () => {
  expect(await world.authority.fillKeyPool({ upTo: 2 })).toEqual({ made: 2 })
  expect(await world.authority.fillKeyPool({ upTo: 2 })).toEqual({ made: 0 })
  const rows = await world.tables.selectFrom('key_pool').selectAll().execute()
  // A PrivateKeyInfo begins with its version and algorithm; a wrapped one does not.
  for (const { sealed } of rows) expect(hex(sealed)).not.toContain('020100300d06092a864886f7')
})

test('delivered to its receiver, repeated alike, and erased when confirmed', async () => {
  const request = { requestKey: 'ab'.repeat(16), receiver: p256Point(receiver) }
  const delivered = await world.authority.deliverKey(request)
  expect(await world.authority.deliverKey(request)).toEqual(delivered)
  expect(await pooled()).toBe(1)
  const pkcs8 = openKeyEnvelope(receiver, delivered.publicKey, delivered.envelope)
  expect(publicKeyOf(privateKey(pkcs8))).toEqual(delivered.publicKey)
  expect(() => openKeyEnvelope(other, delivered.publicKey, delivered.envelope)).toThrow('key-envelope')
  expect(await everything()).toContain(hex(delivered.envelope))
  const { requestKey } = request
  for (let i = 0; i < 2; i++) expect(await world.authority.confirmKey({ requestKey })).toEqual({})
  const left = await everything()
  for (const secret of [delivered.envelope, pkcs8]) expect(left).not.toContain(hex(secret.slice(0, 64)))
  await expect(world.authority.deliverKey(request)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
})

test('another receiver gets nothing, before and after', async () => {
  const request = { requestKey: 'cd'.repeat(16), receiver: p256Point(receiver) }
  await world.authority.deliverKey(request)
  const thief = { ...request, receiver: p256Point(other) }
  await expect(world.authority.deliverKey(thief)).rejects.toMatchObject({ code: 'authority/requestReused' })
  await world.authority.confirmKey({ requestKey: request.requestKey })
  await expect(world.authority.deliverKey(thief)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
})

test('an empty pool makes the key while one waits; many at once get the same for one request', async () => {
  expect(await pooled()).toBe(0)
  const request = { requestKey: 'ef'.repeat(16), receiver: p256Point(receiver) }
  const answers = await Promise.all([1, 2, 3].map(() => world.authority.deliverKey(request)))
  expect(new Set(answers.map(({ envelope }) => hex(envelope))).size).toBe(1)
})

test('a request that was given up is never served, and no key is sealed for what is no key', async () => {
  const requestKey = '99'.repeat(16)
  await world.authority.confirmKey({ requestKey })
  const late = { requestKey, receiver: p256Point(receiver) }
  await expect(world.authority.deliverKey(late)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
  await world.authority.fillKeyPool({ upTo: 1 })
  const before = await pooled()
  const nobody = { requestKey: '88'.repeat(16), receiver: new Uint8Array(65) }
  await expect(world.authority.deliverKey(nobody)).rejects.toMatchObject({ code: 'authority/keyNotAllowed' })
  expect(await pooled()).toBe(before)
})
