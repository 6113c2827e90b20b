import { afterAll, beforeAll, expect, test } from 'vitest'
import { hex } from '../../base/bytes.ts'
import { generateKeyPair, publicKey, verify } from '../../base/crypto.ts'
import { decodeCvc, modulusOfSpki } from '../../codec/cvc.ts'
import {
  createResidentRegister,
  residentRegisterMigrations,
  residentRegisterStore,
} from '../resident-register/index.ts'
import { terminalKeyId } from './terminal-ca.ts'
import { type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(async (database, clock) => {
    const db = await database.schema('resident-register', residentRegisterMigrations)
    return createResidentRegister({ store: residentRegisterStore(db as never), clock })
  })
})
afterAll(() => world.close())

test('a CVC for a terminal: sizes as observed, signed by the terminal CA, idempotent', async () => {
  const { publicKey: key } = generateKeyPair('RSA-2048')
  const issued = await world.authority.issueTerminalCertificate({ requestKey: 'gate', publicKey: key })
  const terminalCa = await world.authority.terminalCa({})
  const cvc = decodeCvc(issued.certificate)
  expect(hex(issued.certificate).slice(0, 18)).toBe('7f218202335f4e8201')
  expect(cvc.body.length).toBe(297)
  expect(cvc.modulus).toEqual(modulusOfSpki(key))
  expect(cvc.issuerKeyId).toEqual(terminalCa.keyId)
  expect(cvc.subjectKeyId).toEqual(issued.keyId)
  expect(verify('RSA-SHA256', publicKey(terminalCa.publicKey), cvc.body, cvc.signature)).toBe(true)
  expect(await world.authority.issueTerminalCertificate({ requestKey: 'gate', publicKey: key })).toEqual(issued)
})

test('another key under the same request key, and an EC key, are refused', async () => {
  const other = { requestKey: 'gate', publicKey: generateKeyPair('RSA-2048').publicKey }
  await expect(world.authority.issueTerminalCertificate(other)).rejects.toMatchObject({
    code: 'authority/requestReused',
  })
  const ec = { requestKey: 'ec', publicKey: generateKeyPair('P-256').publicKey }
  await expect(world.authority.issueTerminalCertificate(ec)).rejects.toMatchObject({ code: 'authority/keyNotAllowed' })
})

test('terminals that ask at once get different identifiers', async () => {
  const key = generateKeyPair('RSA-2048').publicKey
  const keys = await Promise.all(
    [1, 2, 3].map((n) => world.authority.issueTerminalCertificate({ requestKey: `many ${n}`, publicKey: key })),
  )
  expect(new Set(keys.map(({ keyId }) => hex(keyId))).size).toBe(3)
})

test('identifiers: 5 in production, 6 in the test hierarchy; they end at a million', () => {
  expect(hex(terminalKeyId('production', 23))).toBe('35303030303233080530303100000000')
  expect(hex(terminalKeyId('test', 0))).toBe('36303030303030080530303100000000')
  expect(() => terminalKeyId('test', 1_000_000)).toThrow(RangeError)
})
