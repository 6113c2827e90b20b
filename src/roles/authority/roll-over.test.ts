// Several generations of an authority at once, in issuing, CRL, OCSP, validation and publication.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publicKey, verify } from '../../base/crypto.ts'
import { decodeCrl, findRevoked } from '../../codec/crl.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../../codec/ocsp.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { PROFILES } from '../../protocol/jpki-profile/index.ts'
import { validatePath } from '../../protocol/path-validation/index.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import type { Authority } from './contract.ts'
import { createAuthority } from './index.ts'
import { CITY, phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
let before: Certificate
let after: Certificate
const cas: Certificate[] = []

const { keyUsage, extendedKeyUsage, policy } = PROFILES.auth
const purpose = { keyUsage, extendedKeyUsage, policies: [policy.production] }

beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  await world.resident('before')
  await world.resident('after')
  before = decodeCertificate((await world.card('before')).certificate)
  await world.authority.rollOver({ kind: 'auth', generation: 2 })
  after = decodeCertificate((await world.card('after')).certificate)
  const { auth, earlier } = await world.authority.caCertificates({})
  cas.push(...earlier.auth.map(decodeCertificate), decodeCertificate(auth))
})
afterAll(() => world.close())

const crlOf = async (generation: number, authority: Authority = world.authority) =>
  (await authority.crl({ kind: 'auth', municipalityCode: CITY.code, generation })).crl
const ocspOf = async (certificate: Certificate, ca: Certificate, authority = world.authority) => {
  const request = encodeOcspRequest({ certIds: [certId(ca, certificate.serialNumber)] })
  return (await authority.ocsp({ kind: 'auth', request })).response
}

test('one name, two keys; who was issued before has the old one, who comes after the new one', () => {
  expect(cas).toHaveLength(2)
  expect(cas[0]!.subject).toEqual(cas[1]!.subject)
  expect(cas[0]!.subjectPublicKeyInfo).not.toEqual(cas[1]!.subjectPublicKeyInfo)
  const signedBy = (certificate: Certificate) =>
    cas.findIndex((ca) =>
      verify('RSA-SHA256', publicKey(ca.subjectPublicKeyInfo), certificate.tbs, certificate.signature),
    )
  expect([signedBy(before), signedBy(after)]).toEqual([0, 1])
})

test('the other authority stays as it was', async () => {
  expect((await world.authority.caCertificates({})).earlier.sign).toEqual([])
})

test('asked again for the same generation it makes no other; a leap is refused', async () => {
  const again = await world.authority.rollOver({ kind: 'auth', generation: 2 })
  expect(again.certificate).toEqual(cas[1]!.raw)
  await expect(world.authority.rollOver({ kind: 'auth', generation: 4 })).rejects.toMatchObject({
    code: 'authority/generationOutOfTurn',
  })
})

describe.each([
  ['before', 0],
  ['after', 1],
] as const)('a certificate of %s', (which, at) => {
  const certificate = () => (which === 'before' ? before : after)

  test('validates against both anchors with the CRL and with the OCSP answer of its own generation', async () => {
    for (const revocation of [
      { required: true, crls: [decodeCrl(await crlOf(1)), decodeCrl(await crlOf(2))] },
      { required: true, ocspResponses: [await ocspOf(certificate(), cas[at]!)] },
    ]) {
      const verdict = validatePath({
        certificate: certificate(),
        trustAnchors: cas,
        time: world.clock.now,
        purpose,
        revocation,
      })
      expect(verdict.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
    }
  })

  test('is unknown to the responder of the other generation', async () => {
    const response = decodeOcspResponse(await ocspOf(certificate(), cas[1 - at]!))
    expect(response.status === 'successful' && response.basic.responses[0]!.status.kind).toBe('unknown')
  })
})

test('revoked, each is on the list of its own generation', async () => {
  for (const certificate of [before, after])
    await world.authority.revoke({
      kind: 'auth',
      serial: certificate.serialNumber,
      reason: 'keyCompromise',
      requestedBy: 'operator',
    })
  const lists = [decodeCrl(await crlOf(1)), decodeCrl(await crlOf(2))]
  const found = lists.map((list) => [before, after].map((one) => findRevoked(list, one.serialNumber) !== undefined))
  expect(found).toEqual([
    [true, false],
    [false, true],
  ])
})

test('a phone of a card of before gets its certificate of the new generation', async () => {
  await world.resident('renewing')
  const card = await world.card('renewing')
  await world.authority.rollOver({ kind: 'auth', generation: 3 })
  const phone = await world.authority.issueForPhone(phoneRequest('cd'.repeat(16), card.serial))
  const rows = world.tables.selectFrom('certificate').select(['medium', 'generation']).where('kind', '=', 'auth')
  const generations = await rows.where('serial', 'in', [card.serial, phone.serial]).orderBy('generation').execute()
  expect(generations).toEqual([
    { medium: 'card', generation: 2 },
    { medium: 'phone', generation: 3 },
  ])
})

test('the three are published, and a process that was started before notices', async () => {
  const other = await createAuthority(world.deps)
  await world.authority.rollOver({ kind: 'auth', generation: 4 })
  world.clock.now = new Date(world.clock.now.getTime() + 2000)
  await world.resident('last')
  const last = await world.card('last')
  const newest = decodeCertificate((await world.authority.caCertificates({})).auth)
  const response = decodeOcspResponse(await ocspOf(decodeCertificate(last.certificate), newest, other))
  expect(response.status === 'successful' && response.basic.responses[0]!.status.kind).toBe('good')
  expect(world.published.get('authority/auth-ca.crt')).toEqual(newest.raw)
  for (const generation of [1, 2, 3, 4]) expect(world.published.has(`authority/auth-ca-${generation}.crt`)).toBe(true)
})

test('a generation that has ended is no longer shown', async () => {
  world.clock.now = new Date('2036-06-02T00:00:00Z')
  await expect(crlOf(1)).rejects.toMatchObject({ code: 'authority/unknownGeneration' })
  await expect(world.authority.caCertificates({})).rejects.toMatchObject({ code: 'authority/unknownGeneration' })
})
