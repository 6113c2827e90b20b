import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bytes, hex } from '../../base/bytes.ts'
import { generateKeyPair, publicKey, verify } from '../../base/crypto.ts'
import { decodeCvc, modulusOfSpki, spkiOfModulus } from '../../codec/cvc.ts'
import { decodeRevoked, REVOKED_MAX } from '../../protocol/pinless/index.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { terminalKeyId } from './terminal-ca.ts'
import { type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
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
  const ca = decodeCvc(issued.caCertificate)
  expect([ca.issuerKeyId, cvc.issuerKeyId]).toEqual([terminalCa.keyId, ca.subjectKeyId])
  expect(cvc.subjectKeyId).toEqual(issued.keyId)
  expect(verify('RSA-SHA256', publicKey(terminalCa.publicKey), ca.body, ca.signature)).toBe(true)
  expect(verify('RSA-SHA256', publicKey(spkiOfModulus(ca.modulus)), cvc.body, cvc.signature)).toBe(true)
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

test('revoked terminals are listed, signed by the root, and get no certificate again', async () => {
  const key = generateKeyPair('RSA-2048').publicKey
  const { keyId } = await world.authority.issueTerminalCertificate({ requestKey: 'lost', publicKey: key })
  const { revokedTerminals } = await world.authority.revokeTerminal({ keyId })
  const { publicKey: root, keyId: rootId } = await world.authority.terminalCa({})
  const list = decodeRevoked(revokedTerminals)
  expect(list).toMatchObject({ issuerKeyId: rootId, number: 1, keyIds: [keyId] })
  expect(verify('RSA-SHA256', publicKey(root), list.body, list.signature)).toBe(true)
  expect(await world.authority.revokeTerminal({ keyId })).toEqual({ revokedTerminals })
  const again = world.authority.issueTerminalCertificate({ requestKey: 'lost', publicKey: key })
  await expect(again).rejects.toMatchObject({ code: 'authority/terminalRevoked' })
  const other = await world.authority.issueTerminalCertificate({ requestKey: 'gate 2', publicKey: key })
  expect(other.revokedTerminals).toEqual(revokedTerminals)
  await expect(world.authority.revokeTerminal({ keyId: rootId })).rejects.toMatchObject({
    code: 'authority/unknownTerminal',
  })
})

test('eight revoked at the same moment do not share the last place, nor make a list that no card takes', async () => {
  const { publicKey: key } = generateKeyPair('RSA-2048')
  const issue = (n: number) => world.authority.issueTerminalCertificate({ requestKey: `of 40: ${n}`, publicKey: key })
  const keyIds: Bytes[] = []
  for (let n = 0; n < 40; n++) keyIds.push((await issue(n)).keyId)
  const { revokedTerminals: before } = await issue(0)
  const free = REVOKED_MAX - decodeRevoked(before).keyIds.length
  for (const keyId of keyIds.slice(0, free - 1)) await world.authority.revokeTerminal({ keyId })
  const last = keyIds.slice(free - 1, free + 7)
  const eight = await Promise.allSettled(last.map((keyId) => world.authority.revokeTerminal({ keyId })))
  const refusals = eight.filter(({ status }) => status === 'rejected')
  expect(refusals).toMatchObject(Array(7).fill({ reason: { code: 'authority/terminalListFull' } }))
  const again = keyIds[0]!
  const list = decodeRevoked((await world.authority.revokeTerminal({ keyId: again })).revokedTerminals)
  expect([list.number, new Set(list.keyIds.map(hex)).size]).toEqual([REVOKED_MAX, REVOKED_MAX])
})

test('identifiers: 5 in production, 6 in the test hierarchy; they end at a million', () => {
  expect(hex(terminalKeyId('production', { number: 23, generation: 1, ca: false }))).toBe(
    '35303030303233080530303100000000',
  )
  expect(hex(terminalKeyId('test', { number: 0, generation: 1, ca: true }))).toBe('36303030303030080530303101000000')
  expect(() => terminalKeyId('test', { number: 1_000_000, generation: 1, ca: false })).toThrow(RangeError)
})
