import { afterAll, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { base64url, fromUtf8 } from '../../base/bytes.ts'
import * as crypto from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { type Verifier, zAllowList } from './contract.ts'
import { createVerifier, verifierMigrations, verifierStore } from './index.ts'
import type { Deps } from './model.ts'
import { testAuthority } from './testing/authority.ts'

let database: TestDatabase
let deps: Deps
let verifier: Verifier
const now = new Date('2026-11-20T00:00:00Z')
const authority = testAuthority(() => now, systemEntropy)

beforeAll(async () => {
  database = await testDatabase()
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const keys = volatileKeyStore(systemEntropy)
  deps = { store, clock: () => now, entropy: systemEntropy, keys, authority, log: () => undefined }
  verifier = await createVerifier(deps)
})
afterAll(() => database.close())

test('seed 3 (2): the list is signed, and leaves out who is revoked or unknown', async () => {
  const [guest, lost] = [authority.issue('phoneAuth'), authority.issue('phoneAuth')]
  authority.revoke(lost.serial)
  const holders = [guest.serial, lost.serial, 404n].map((serial, i) => ({ serial, ticket: `A-${i}` }))
  const { list, signature } = await verifier.allowList({ title: 'Concert', validHours: 12, holders })
  const { publicKey } = await verifier.listKey({})
  expect(crypto.verify('ECDSA-P256-SHA256', crypto.publicKey(publicKey), list, signature)).toBe(true)
  const { subjectPublicKeyInfo, validity } = decodeCertificate(guest.certificate)
  expect(zAllowList.decode(JSON.parse(fromUtf8(list)))).toEqual({
    title: 'Concert',
    issuedAt: now,
    validUntil: new Date('2026-11-20T12:00:00Z'),
    entries: [{ serial: guest.serial, publicKey: subjectPublicKeyInfo, ...validity, ticket: 'A-0' }],
  })
  list[0]! ^= 1
  expect(crypto.verify('ECDSA-P256-SHA256', crypto.publicKey(publicKey), list, signature)).toBe(false)
})

test('a certificate on hold is left out too', async () => {
  const status = async () => ({ status: 'onHold' }) as const
  const holding = await createVerifier({ ...deps, authority: { ...authority, status } })
  const holders = [{ serial: authority.issue('phoneAuth').serial, ticket: 'A-1' }]
  const { list } = await holding.allowList({ title: 'Concert', validHours: 1, holders })
  expect(zAllowList.decode(JSON.parse(fromUtf8(list))).entries).toEqual([])
})

test('an authority that cannot be reached makes no short list but an error', async () => {
  const certificate = () => Promise.reject(new Error('no route'))
  const cut = await createVerifier({ ...deps, authority: { ...authority, certificate } })
  const holders = [{ serial: authority.issue('phoneAuth').serial, ticket: 'A-1' }]
  await expect(cut.allowList({ title: 'Concert', validHours: 1, holders })).rejects.toThrow('no route')
})

/** RFC 7517 §A.1. */
const JWK = {
  ...{ kty: 'EC', crv: 'P-256' },
  ...{ x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM' },
}
const register = (redirectUris: string[], publicJwk: Record<string, string> = JWK) =>
  verifier.registerClient({ clientId: 'c', name: 'C', redirectUris, publicJwk })

test('a client may have https, or http on this machine, and one host', async () => {
  await register(['https://a.example/1', 'https://a.example/2'])
  await register(['http://localhost:8080/bank/callback'])
  await register(['http://127.0.0.1:8080/callback'])
  for (const uris of [
    [],
    ['http://a.example/'],
    ['https://a.example/', 'https://b.example/'],
    ['https://a.example/#x'],
    ['http://localhost.evil.example/'],
    ['javascript:alert(1)'],
  ])
    await expect(register(uris)).rejects.toMatchObject({ code: 'verifier/redirectUris' })
})

test('a client gives a public key of a kind that is strong enough', async () => {
  const modulus = (octets: number) => ({ kty: 'RSA', e: 'AQAB', n: base64url(new Uint8Array(octets).fill(255)) })
  await register(['https://a.example/'], modulus(256))
  for (const jwk of [
    { ...JWK, d: 'secret' },
    { ...JWK, crv: 'P-384' },
    modulus(128),
    modulus(1024),
    { ...modulus(256), e: 'AQ' },
    { ...JWK, y: JWK.x },
    { kty: 'oct', k: 'secret' },
    {},
  ] as Record<string, string>[])
    await expect(register(['https://a.example/'], jwk)).rejects.toMatchObject({ code: 'verifier/clientKey' })
})
