// The algorithm of the next card is a parameter: P-384 with SHA-384 from the authority through the card to the verdict.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex } from '../../base/bytes.ts'
import { generateKeyPair, privateKey, publicKey, sign, verify } from '../../base/crypto.ts'
import { decodeCrl } from '../../codec/crl.ts'
import { certId, encodeOcspRequest } from '../../codec/ocsp.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { PROFILES } from '../../protocol/jpki-profile/index.ts'
import { validatePath } from '../../protocol/path-validation/index.ts'
import { possessionMessage } from '../../protocol/personalisation/layout.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { CITY, type TestAuthority, testAuthority } from './test-authority.ts'

const ALGORITHM = 'ECDSA-P384-SHA384'
let world: TestAuthority
const pair = generateKeyPair('P-384')
const issueFor = (publicKey: Uint8Array) =>
  world.authority.issueForCard({ requestKey: 'next', residentId: 'next', kind: 'auth', publicKey })

beforeAll(async () => {
  world = await testAuthority(openResidentRegister, { algorithm: ALGORITHM })
  await world.resident('next')
})
afterAll(() => world.close())

test('an RSA key is not for it', async () => {
  await expect(issueFor(generateKeyPair('RSA-2048').publicKey)).rejects.toMatchObject({
    code: 'authority/keyNotAllowed',
  })
})

test('issued, used, validated with list and answer, linked to a phone', async () => {
  const issued = await issueFor(pair.publicKey)
  const certificate = decodeCertificate(issued.certificate)
  const ca = decodeCertificate((await world.authority.caCertificates({})).auth)
  const signature = sign(ALGORITHM, privateKey(pair.privateKey), certificate.tbs)
  expect(verify(ALGORITHM, publicKey(certificate.subjectPublicKeyInfo), certificate.tbs, signature)).toBe(true)
  const { crl } = await world.authority.crl({ kind: 'auth', municipalityCode: CITY.code })
  const request = encodeOcspRequest({ certIds: [certId(ca, certificate.serialNumber)] })
  const { response } = await world.authority.ocsp({ kind: 'auth', request })
  const { keyUsage, extendedKeyUsage, policy } = PROFILES.auth
  for (const revocation of [
    { required: true, crls: [decodeCrl(crl)] },
    { required: true, ocspResponses: [response] },
  ]) {
    const verdict = validatePath({
      certificate,
      trustAnchors: [ca],
      time: world.clock.now,
      purpose: { keyUsage, extendedKeyUsage, policies: [policy.production] },
      revocation,
    })
    expect(verdict.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([])
  }
  const phone = generateKeyPair('P-384')
  const requestKey = 'ab'.repeat(16)
  const proofOfPossession = sign(
    ALGORITHM,
    privateKey(phone.privateKey),
    possessionMessage(fromHex(requestKey), phone.publicKey),
  )
  const request2 = { requestKey, cardAuthSerial: issued.serial, publicKey: phone.publicKey, proofOfPossession }
  expect((await world.authority.issueForPhone(request2)).notAfter).toEqual(issued.notAfter)
})

test('a pool fills with keys of its kind', async () => {
  expect(await world.authority.fillKeyPool({ upTo: 2 })).toEqual({ made: 2 })
})
