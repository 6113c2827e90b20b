// Where the key of a phone's certificate is made: by the authority, ahead, then brought into the SIM and erased; or by
// the SIM on the curve of the next card. From the request to a verdict over what the SIM signs. Seed 4 別紙3.

import { afterEach, expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../base/bytes.ts'
import { generateKeyPair, p256Point, publicKey, seededEntropy, verify } from '../base/crypto.ts'
import type { SignatureAlgorithm } from '../base/ports.ts'
import { command } from '../codec/apdu.ts'
import { decodeCrl } from '../codec/crl.ts'
import { decodeCertificate } from '../codec/x509.ts'
import { privateScalar } from '../protocol/hpke/hpke.ts'
import { ask, type Dialogue, run } from '../protocol/iso7816/index.ts'
import * as jpki from '../protocol/jpki-ap/index.ts'
import { PROFILES } from '../protocol/jpki-profile/index.ts'
import { validatePath } from '../protocol/path-validation/index.ts'
import * as card from '../protocol/personalisation/index.ts'
import { CITY, type TestAuthority, testAuthority } from '../roles/authority/test-authority.ts'
import { openResidentRegister } from '../roles/resident-register/index.ts'
import { asIssuerOfKeys, content, enrolledMemory, inApplication } from '../roles/secure-element/enrolled.ts'
import { createSecureElement } from '../roles/secure-element/index.ts'
import { SpecimenMemory } from '../roles/secure-element/specimen.ts'
import { KEYS_AHEAD, keysAhead } from './maintenance.ts'

const PIN = '1234'
const REQUEST = 'ab'.repeat(16)
const CHALLENGE = utf8('a challenge of a bank')
let world: TestAuthority
afterEach(() => world.close())

/** An authority with this algorithm, a resident with a card, and a SIM that makes keys of its kind. */
async function begin(algorithm: SignatureAlgorithm, kind: 'RSA-2048' | 'P-384') {
  const logged: string[] = []
  world = await testAuthority(openResidentRegister, {
    algorithm,
    log: (event, fields) => void logged.push(JSON.stringify([event, fields])),
  })
  await world.resident('holder')
  const ofCard = { requestKey: 'card', residentId: 'holder', kind: 'auth' } as const
  const { serial } = await world.authority.issueForCard({ ...ofCard, publicKey: generateKeyPair(kind).publicKey })
  const memory = new SpecimenMemory((await enrolledMemory(PIN)).records)
  const entropy = seededEntropy(utf8(algorithm))
  const sim = createSecureElement({ memory, entropy, keyPairs: () => generateKeyPair(kind) })
  const issuer = <T>(inner: Dialogue<T>) => run(sim.link(), asIssuerOfKeys(inner))
  return { cardAuthSerial: serial, sim, issuer, logged }
}

/** The certificate against the authority's CRL, for authentication. */
async function failures(certificate: Uint8Array): Promise<unknown[]> {
  const ca = decodeCertificate((await world.authority.caCertificates({})).auth)
  const { crl } = await world.authority.crl({ kind: 'auth', municipalityCode: CITY.code })
  const { keyUsage, extendedKeyUsage, policy } = PROFILES.phoneAuth
  const { checks } = validatePath({
    certificate: decodeCertificate(certificate),
    trustAnchors: [ca],
    time: world.clock.now,
    purpose: { keyUsage, extendedKeyUsage, policies: [policy.production] },
    revocation: { required: true, crls: [decodeCrl(crl)] },
  })
  return checks.filter(({ outcome }) => outcome !== 'passed')
}

/** All that the authority has stored, published or written down, bytes in hex. */
async function everything(logged: readonly string[]): Promise<string> {
  const tables = ['certificate', 'key_pool', 'key_delivery', 'log_entry', 'ocsp_answer'] as const
  const rows = await Promise.all(tables.map((table) => world.tables.selectFrom(table).selectAll().execute()))
  const values: unknown[] = rows.flatMap((all) => all.flatMap((row) => Object.values(row)))
  return [...values, ...world.published.values(), ...logged]
    .map((value) => (value instanceof Uint8Array ? hex(value) : String(value)))
    .join()
}

test('a key that the authority made ahead is on the SIM in the end, and nowhere else', async () => {
  const { cardAuthSerial, sim, issuer, logged } = await begin('RSA-SHA256', 'RSA-2048')
  const scalar = privateScalar(seededEntropy(utf8('receiver')))
  await world.authority.fillKeyPool({ upTo: 1 })
  const request = { requestKey: REQUEST, receiver: p256Point(scalar) }
  const { publicKey: spki, envelope } = await world.authority.deliverKey(request)
  // On its way it is in the envelope alone.
  expect(await world.tables.selectFrom('key_pool').selectAll().execute()).toEqual([])
  const pkcs8 = card.openKeyEnvelope(scalar, spki, envelope)
  const made = await issuer(card.importKeyPair(content, fromHex(REQUEST), pkcs8))
  expect(made.publicKey).toEqual(spki)
  const { certificate } = await world.authority.issueForPhone({ requestKey: REQUEST, cardAuthSerial, ...made })
  await issuer(card.writeCertificate(content, certificate))
  await world.authority.confirmKey({ requestKey: REQUEST })

  const signature = await run(sim.link(), inApplication(jpki.signMessage('auth', PIN, CHALLENGE)))
  const { subjectPublicKeyInfo } = decodeCertificate(certificate)
  expect(verify('RSA-SHA256', publicKey(subjectPublicKeyInfo), CHALLENGE, signature)).toBe(true)
  expect(await failures(certificate)).toEqual([])
  const left = await everything(logged)
  // The exponents and primes of RSA-2048 fill the second half of its PKCS#8.
  for (const secret of [envelope.slice(0, 64), pkcs8.slice(-64), pkcs8.slice(400, 464)])
    expect(left).not.toContain(hex(secret))
  await expect(world.authority.deliverKey(request)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
})

test('the pool is filled up to its mark ahead', async () => {
  await begin('ECDSA-P384-SHA384', 'P-384')
  await keysAhead(world.authority)()
  expect(await world.tables.selectFrom('key_pool').select('algorithm').execute()).toHaveLength(KEYS_AHEAD)
  expect(await keysAhead(world.authority)()).toEqual({ made: 0 })
})

test('a key that the SIM made on P-384 is certified, logs in and is found good', async () => {
  const { cardAuthSerial, sim, issuer } = await begin('ECDSA-P384-SHA384', 'P-384')
  const made = await issuer(card.generateKeyPair(content, fromHex(REQUEST), { algorithm: 'P-384' }))
  const { certificate } = await world.authority.issueForPhone({ requestKey: REQUEST, cardAuthSerial, ...made })
  await issuer(card.writeCertificate(content, certificate))
  function* login() {
    yield* jpki.verifyPin('auth', PIN)
    const read = yield* jpki.readCertificate('auth')
    return [read, yield* ask(command(0x80, 0x2a, jpki.SIGN_SCHEME.ecdsaOfMessage, 0x97, CHALLENGE, 256), 'SIGN')]
  }
  const [read, signature] = (await run(sim.link(), inApplication(login()))) as [Uint8Array, Uint8Array]
  expect(read).toEqual(certificate)
  const { subjectPublicKeyInfo } = decodeCertificate(read)
  expect(verify('ECDSA-P384-SHA384', publicKey(subjectPublicKeyInfo), CHALLENGE, signature)).toBe(true)
  expect(await failures(read)).toEqual([])
})
