// CRLs and OCSP answers, looked into. RFC 5280 §5, RFC 6960. What openssl says of them: http.test.ts.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { publicKey, verify } from '../../base/crypto.ts'
import { decodeCrl, findRevoked } from '../../codec/crl.ts'
import { nameText } from '../../codec/name.ts'
import {
  type BasicOcspResponse,
  certId,
  decodeOcspResponse,
  encodeOcspRequest,
  type SingleResponse,
} from '../../codec/ocsp.ts'
import { oidName } from '../../codec/oid.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { validatePath } from '../../protocol/path-validation/index.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { createAuthority } from './index.ts'
import { CITY, phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
let ca: Certificate
let valid: { serial: bigint; certificate: Bytes }
let revoked: { serial: bigint; certificate: Bytes }
let signCa: Certificate

beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  await world.resident('valid')
  await world.resident('revoked')
  valid = await world.card('valid')
  revoked = await world.card('revoked')
  const anchors = await world.authority.caCertificates({})
  ca = decodeCertificate(anchors.auth)
  signCa = decodeCertificate(anchors.sign)
})
afterAll(() => world.close())

const NOW = new Date('2026-06-01T03:00:00Z')
const LIST = 'authority/crl/auth/13999.crl'
const PARTITION = { kind: 'auth', municipalityCode: CITY.code } as const
const crl = async () => decodeCrl((await world.authority.crl(PARTITION)).crl)
const later = (ms: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + ms)
}

describe('CRL', () => {
  test('of a municipality without certificates is refused', () =>
    expect(world.authority.crl({ kind: 'auth', municipalityCode: '00000' })).rejects.toMatchObject({
      code: 'authority/unknownPartition',
    }))

  test('is empty before the first revocation, signed, of this partition, for a day', async () => {
    const list = await crl()
    expect(list).toMatchObject({ version: 2, crlNumber: 1n, entryCount: 0 })
    expect(verify('RSA-SHA256', publicKey(ca.subjectPublicKeyInfo), list.tbs, list.signature)).toBe(true)
    expect(list.nextUpdate!.getTime() - list.thisUpdate.getTime()).toBe(24 * 3600_000)
    expect(list.extensions.map(({ oid, critical }) => `${oidName(oid)}${critical ? '!' : ''}`)).toEqual([
      'authorityKeyIdentifier',
      'cRLNumber',
      'issuingDistributionPoint!',
    ])
    const [point] = list.issuingDistributionPoint?.fullName ?? []
    expect(point?.kind === 'directoryName' && nameText(point.name)).toBe(
      'CN=Kazasu-shi CRLDP,OU=Tokyo-to,OU=CRL Distribution Points,OU=JPKI for user authentication,O=JPKI,C=JP',
    )
  })

  test('a revocation is on the next one at once, with a higher number, published', async () => {
    await world.authority.revoke({
      ...PARTITION,
      serial: revoked.serial,
      reason: 'keyCompromise',
      requestedBy: 'operator',
    })
    const published = world.published.get('authority/crl/auth/13999.crl')
    const list = decodeCrl(published!)
    expect(list.crlNumber).toBe(2n)
    expect(findRevoked(list, revoked.serial)).toMatchObject({ reason: 'keyCompromise' })
    expect(findRevoked(list, valid.serial)).toBeUndefined()
    expect((await world.authority.crl(PARTITION)).crl).toEqual(published)
    expect(world.published.get('authority/auth-ca.crt')).toEqual(ca.raw)
    expect(world.published.get('authority/sign-ca.crt')).toEqual(signCa.raw)
  })

  test('is made anew after half a day, not before', async () => {
    const before = await crl()
    later(11 * 3600_000)
    expect((await crl()).crlNumber).toBe(before.crlNumber)
    later(3600_000)
    expect((await crl()).crlNumber).toBe(before.crlNumber! + 1n)
    world.clock.now = NOW
  })

  test('numbers never go back, also when the clock does or many ask at once', async () => {
    const before = await crl()
    later(-48 * 3600_000)
    await world.resident('back')
    const { serial } = await world.card('back')
    const other = await createAuthority(world.deps)
    await Promise.all([
      world.authority.revoke({ ...PARTITION, serial, reason: 'superseded', requestedBy: 'operator' }),
      other.crl(PARTITION),
      other.followRegister({}),
    ])
    const after = await crl()
    expect(after.crlNumber!).toBeGreaterThan(before.crlNumber!)
    expect(after.thisUpdate).toEqual(new Date(NOW.getTime() - 48 * 3600_000))
    expect(findRevoked(after, serial)).toMatchObject({ reason: 'superseded' })
    world.clock.now = NOW
  })

  test('what cannot be put out is put out the next time', async () => {
    await world.resident('disk')
    const { serial } = await world.card('disk')
    let full = true
    const publish: typeof world.deps.publish = async (path, content) => {
      if (full && path.endsWith('.crl')) throw new Error('disk is full')
      await world.deps.publish(path, content)
    }
    const authority = await createAuthority({ ...world.deps, publish })
    await authority.revoke({ ...PARTITION, serial, reason: 'unspecified', requestedBy: 'operator' })
    const published = () => findRevoked(decodeCrl(world.published.get('authority/crl/auth/13999.crl')!), serial)
    expect(published()).toBeUndefined()
    full = false
    await authority.followRegister({})
    expect(published()).toMatchObject({ serialNumber: serial })
  })

  test('of two who put one out, the older never stays', async () => {
    const authorities: Awaited<ReturnType<typeof createAuthority>>[] = []
    let late: (() => void) | undefined
    const slow: typeof world.deps.publish = async (path, content) => {
      // The first list of the slow one lands after the faster one's next.
      if (path === LIST && !late) await new Promise<void>((resolve) => (late = resolve))
      await world.deps.publish(path, content)
    }
    authorities.push(await createAuthority(world.deps), await createAuthority({ ...world.deps, publish: slow }))
    const [fast, slowly] = authorities as [TestAuthority['authority'], TestAuthority['authority']]
    await world.resident('race-1')
    await world.resident('race-2')
    const [one, two] = [await world.card('race-1'), await world.card('race-2')]
    const revoking = slowly.revoke({ kind: 'auth', serial: one.serial, reason: 'superseded', requestedBy: 'operator' })
    while (!late) await new Promise((resolve) => setImmediate(resolve))
    await fast.revoke({ kind: 'auth', serial: two.serial, reason: 'superseded', requestedBy: 'operator' })
    late()
    await revoking
    const published = decodeCrl(world.published.get(LIST)!)
    expect(published.raw).toEqual((await world.authority.crl(PARTITION)).crl)
    for (const { serial } of [one, two]) expect(findRevoked(published, serial)).toBeDefined()
  })

  test('RFC 5280 §3.3: an entry leaves only after one CRL beyond the end of its certificate', async () => {
    later(6 * 365 * 24 * 3600_000)
    expect(findRevoked(await crl(), revoked.serial)).toBeDefined()
    later(13 * 3600_000)
    expect(findRevoked(await crl(), revoked.serial)).toBeUndefined()
    world.clock.now = NOW
  })
})

describe('delta CRL', () => {
  const delta = async () => decodeCrl((await world.authority.crl(PARTITION)).delta)
  const next = () => later(25 * 3600_000)

  test('has the number and times of the complete one, a base of a day ago, and what changed since', async () => {
    await crl()
    next()
    await crl()
    next()
    const before = await crl()
    await world.resident('delta')
    const { serial } = await world.card('delta')
    await world.authority.revoke({ ...PARTITION, serial, reason: 'superseded', requestedBy: 'counter' })
    const [complete, changes] = [await crl(), await delta()]
    expect(changes).toMatchObject({ crlNumber: complete.crlNumber, thisUpdate: complete.thisUpdate, entryCount: 1 })
    expect(changes.baseCrlNumber).toBe(before.crlNumber! - 1n)
    expect(findRevoked(changes, serial)).toMatchObject({ reason: 'superseded' })
    expect(changes.issuingDistributionPoint).toEqual(complete.issuingDistributionPoint)
    expect(changes.extensions.filter(({ critical }) => critical).map(({ oid }) => oidName(oid))).toEqual([
      'issuingDistributionPoint',
      'deltaCRLIndicator',
    ])
    expect(world.published.get('authority/crl/auth/13999-delta.crl')).toEqual(changes.raw)
    expect(verify('RSA-SHA256', publicKey(ca.subjectPublicKeyInfo), changes.tbs, changes.signature)).toBe(true)
  })

  test('path validation of base and delta says what the complete one says, also of a stop that was ended', async () => {
    await world.resident('found-again')
    const card = await world.card('found-again')
    const request = { kind: 'auth', requestedBy: 'holder' } as const
    const phone = await world.authority.issueForPhone(phoneRequest('ad'.repeat(16), card.serial))
    const statusBy = (...crls: Bytes[]) =>
      validatePath({
        certificate: phone.certificate,
        trustAnchors: [ca],
        time: world.clock.now,
        purpose: { keyUsage: ['digitalSignature'] },
        revocation: { required: true, crls },
      }).outcome
    await world.authority.revoke({ ...request, serial: phone.serial, reason: 'certificateHold' })
    const held = await world.authority.crl(PARTITION)
    expect(statusBy(held.crl)).toBe('failed')
    await world.authority.resume({ ...request, serial: phone.serial })
    const after = await world.authority.crl(PARTITION)
    expect(findRevoked(decodeCrl(after.delta), phone.serial)).toMatchObject({ reason: 'removeFromCRL' })
    expect([statusBy(after.crl), statusBy(held.crl, after.delta)]).toEqual(['passed', 'passed'])
    world.clock.now = NOW
  })
})

const NONCE = utf8('0123456789abcdef0123456789abcdef')
async function ask(serials: bigint[], issuer = ca, nonce?: Bytes, hash?: 'sha256'): Promise<BasicOcspResponse> {
  const certIds = serials.map((serial) => certId(issuer, serial, hash))
  const request = encodeOcspRequest({ certIds, ...(nonce && { nonce }) })
  const answer = decodeOcspResponse((await world.authority.ocsp({ kind: 'auth', request })).response)
  if (answer.status !== 'successful') throw new Error(answer.status)
  return answer.basic
}
const kinds = ({ responses }: { responses: readonly SingleResponse[] }) => responses.map(({ status }) => status.kind)

describe('OCSP', () => {
  test('good, revoked with reason and time, unknown; SHA-1 and SHA-256 CertIDs', async () => {
    for (const hash of [undefined, 'sha256'] as const) {
      const answer = await ask([valid.serial, revoked.serial, 77n], ca, undefined, hash)
      expect(kinds(answer)).toEqual(['good', 'revoked', 'unknown'])
      expect(answer.responses[1]!.status).toMatchObject({ reason: 'keyCompromise' })
      expect(answer.nonce).toBeUndefined()
    }
  })
  test('a certificate of another issuer is unknown', async () =>
    expect(kinds(await ask([valid.serial], signCa))).toEqual(['unknown']))

  test('is signed by a responder that the CA delegated, for two quarters of an hour, with the nonce', async () => {
    const answer = await ask([valid.serial], ca, NONCE)
    expect(answer.nonce).toEqual(NONCE)
    const [responder] = answer.certificates
    expect(verify('RSA-SHA256', publicKey(ca.subjectPublicKeyInfo), responder!.tbs, responder!.signature)).toBe(true)
    expect(verify('RSA-SHA256', publicKey(responder!.subjectPublicKeyInfo), answer.tbs, answer.signature)).toBe(true)
    const outline = responder!.extensions.map(({ oid, critical }) => `${oidName(oid)}${critical ? '!' : ''}`)
    expect(outline).toEqual([
      'keyUsage!',
      'extendedKeyUsage',
      'ocspNoCheck',
      'authorityKeyIdentifier',
      'subjectKeyIdentifier',
    ])
    const [single] = answer.responses
    expect(single!.nextUpdate!.getTime() - single!.thisUpdate.getTime()).toBe(30 * 60_000)
  })
  test('a malformed request, one without end and one with a nonce of 129 octets get `malformedRequest`', async () => {
    const endless = encodeOcspRequest({ certIds: Array.from({ length: 21 }, () => certId(ca, 1n)) })
    const nonce = encodeOcspRequest({ certIds: [certId(ca, 1n)], nonce: new Uint8Array(129) })
    for (const request of [new Uint8Array(), utf8('hello'), endless, nonce]) {
      const { response } = await world.authority.ocsp({ kind: 'auth', request })
      expect(hex(response)).toBe('30030a0101')
    }
  })
  test('the responder gets a new certificate a week before the old one ends', async () => {
    const responder = async () => (await ask([valid.serial])).certificates[0]!
    const first = await responder()
    const week = 7 * 24 * 3600_000
    world.clock.now = new Date(first.validity.notAfter.getTime() - week - 3600_000)
    expect((await responder()).serialNumber).toBe(first.serialNumber)
    later(2 * 3600_000)
    expect((await responder()).serialNumber).not.toBe(first.serialNumber)
    world.clock.now = NOW
  })
})

test('a phone’s certificate is answered by the same responder', async () => {
  const phone = await world.authority.issueForPhone(phoneRequest('cd'.repeat(16), valid.serial))
  expect(kinds(await ask([phone.serial]))).toEqual(['good'])
})
