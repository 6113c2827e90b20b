// Keys that the authority made: delivered encrypted, once, and gone afterwards.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { hex } from '../../../base/bytes.ts'
import { generateKeyPair, privateKey, publicKeyOf } from '../../../base/crypto.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { openKeyEnvelope } from '../../../protocol/personalisation/key-envelope.ts'
import {
  createResidentRegister,
  residentRegisterMigrations,
  residentRegisterStore,
} from '../../resident-register/index.ts'
import { type TestAuthority, testAuthority } from '../test-authority.ts'

let world: TestAuthority
const receiver = generateKeyPair('RSA-2048')
const other = generateKeyPair('RSA-2048')
beforeAll(async () => {
  world = await testAuthority(async (database, clock) => {
    const db = await database.schema('resident-register', residentRegisterMigrations)
    return createResidentRegister({ store: residentRegisterStore(db as never), clock })
  })
  for (const name of ['a', 'b', 'c']) await world.resident(name)
})
afterAll(() => world.close())

const pooled = async () => (await world.tables.selectFrom('key_pool').selectAll().execute()).length
/** Every row of every table that this may be in, bytes in hex. */
async function everything(): Promise<string> {
  const tables = ['certificate', 'key_pool', 'key_delivery', 'log_entry'] as const
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

test('delivered to its receiver, certified, repeated alike, and erased when confirmed', async () => {
  const card = await world.card('a')
  const request = { requestKey: 'ab'.repeat(16), cardAuthSerial: card.serial, receiver: receiver.publicKey }
  const delivered = await world.authority.issueWithKey(request)
  expect(await world.authority.issueWithKey(request)).toEqual(delivered)
  expect(await pooled()).toBe(1)
  const pkcs8 = openKeyEnvelope(privateKey(receiver.privateKey), delivered.publicKey, delivered.envelope)
  expect(publicKeyOf(privateKey(pkcs8))).toEqual(decodeCertificate(delivered.certificate).subjectPublicKeyInfo)
  expect(() => openKeyEnvelope(privateKey(other.privateKey), delivered.publicKey, delivered.envelope)).toThrow(
    'key-envelope',
  )
  expect(await everything()).toContain(hex(delivered.envelope))
  await world.authority.confirmKey({ requestKey: request.requestKey })
  const left = await everything()
  for (const secret of [delivered.envelope, pkcs8]) expect(left).not.toContain(hex(secret.slice(0, 64)))
  await expect(world.authority.issueWithKey(request)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
})

test('another receiver gets nothing, before and after', async () => {
  const card = await world.card('b')
  const request = { requestKey: 'cd'.repeat(16), cardAuthSerial: card.serial, receiver: receiver.publicKey }
  await world.authority.issueWithKey(request)
  const thief = { ...request, receiver: other.publicKey }
  await expect(world.authority.issueWithKey(thief)).rejects.toMatchObject({ code: 'authority/requestReused' })
  await world.authority.confirmKey({ requestKey: request.requestKey })
  await expect(world.authority.issueWithKey(thief)).rejects.toMatchObject({ code: 'authority/requestReused' })
})

test('an empty pool makes the key while one waits; many at once get one each, and the same request one', async () => {
  expect(await pooled()).toBe(0)
  const card = await world.card('c')
  const request = { requestKey: 'ef'.repeat(16), cardAuthSerial: card.serial, receiver: receiver.publicKey }
  const answers = await Promise.all([1, 2, 3].map(() => world.authority.issueWithKey(request)))
  expect(new Set(answers.map(({ serial }) => serial)).size).toBe(1)
  expect(new Set(answers.map(({ envelope }) => hex(envelope))).size).toBe(1)
})

test('what is asked for wrongly is refused', async () => {
  const request = { requestKey: '99'.repeat(16), cardAuthSerial: 1n, receiver: receiver.publicKey }
  await expect(world.authority.issueWithKey(request)).rejects.toMatchObject({ code: 'authority/cardNotValid' })
  await expect(world.authority.confirmKey({ requestKey: 'nobody' })).rejects.toMatchObject({
    code: 'authority/unknownRequest',
  })
})
