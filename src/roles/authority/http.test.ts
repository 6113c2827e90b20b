// What anyone may fetch, and openssl as judge over it. RFC 6960 App. A, RFC 5019, RFC 5280 §6.3.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../adapters/clock.ts'
import { type Served, serve } from '../../adapters/http/index.ts'
import { type Bytes, utf8 } from '../../base/bytes.ts'
import { decodeCrl } from '../../codec/crl.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../../codec/ocsp.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { client, publicSite, routes } from './http.ts'
import { CITY, phoneRequest, type TestAuthority, testAuthority } from './test-authority.ts'

let world: TestAuthority
let ca: Certificate
let valid: { serial: bigint; certificate: Bytes }
let revoked: { serial: bigint; certificate: Bytes }

beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  // openssl looks at the clock of the machine.
  world.clock.now = systemClock()
  await world.resident('valid')
  await world.resident('revoked')
  valid = await world.card('valid')
  revoked = await world.card('revoked')
  ca = decodeCertificate((await world.authority.caCertificates({})).auth)
  await world.authority.revoke({
    ...PARTITION,
    serial: revoked.serial,
    reason: 'keyCompromise',
    requestedBy: 'operator',
  })
})
afterAll(() => world.close())

const PARTITION = { kind: 'auth', municipalityCode: CITY.code } as const
const NONCE = utf8('0123456789abcdef0123456789abcdef')

let served: Served
let folder: string
beforeAll(async () => {
  served = await serve(publicSite(world.authority, world.deps.clock).listener, { port: 0 })
  folder = mkdtempSync(join(tmpdir(), 'kazasu-authority-'))
  const pem = (label: string, der: Bytes) =>
    `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`
  const get = async (path: string) => new Uint8Array(await (await fetch(served.url + path)).arrayBuffer())
  writeFileSync(join(folder, 'ca.pem'), pem('CERTIFICATE', await get('/ca/auth')))
  writeFileSync(join(folder, 'crl.pem'), pem('X509 CRL', await get(`/crl/auth/${CITY.code}`)))
  writeFileSync(join(folder, 'valid.pem'), pem('CERTIFICATE', valid.certificate))
  writeFileSync(join(folder, 'revoked.pem'), pem('CERTIFICATE', revoked.certificate))
})
afterAll(async () => {
  await served.close()
  rmSync(folder, { recursive: true })
})

/** Without blocking: while openssl runs, this process answers it. */
const openssl = async (...args: string[]): Promise<string> => {
  try {
    const { stdout, stderr } = await promisify(execFile)('openssl', args, { cwd: folder })
    return stdout + stderr
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return stdout + stderr
  }
}

test('openssl verify -crl_check: the valid one is OK, the revoked one is not', async () => {
  const check = ['verify', '-CAfile', 'ca.pem', '-crl_check', '-CRLfile', 'crl.pem']
  expect(await openssl(...check, 'valid.pem')).toBe('valid.pem: OK\n')
  expect(await openssl(...check, 'revoked.pem')).toContain('error 23 at 0 depth lookup: certificate revoked')
})
test('openssl ocsp: good, revoked and unknown, with the nonce, and without by GET', async () => {
  const url = `${served.url}/ocsp/auth`
  const one = ['ocsp', '-CAfile', 'ca.pem', '-issuer', 'ca.pem', '-url', url]
  const good = await openssl(...one, '-cert', 'valid.pem')
  expect(good).toContain('Response verify OK')
  expect(good).toContain('valid.pem: good')
  expect(good).not.toContain('WARNING')
  const bad = await openssl(...one, '-cert', 'revoked.pem')
  expect(bad).toContain('Response verify OK')
  expect(bad).toContain('revoked.pem: revoked')
  expect(bad).toContain('Reason: keyCompromise')
  expect(await openssl(...one, '-serial', '0x4d2')).toContain('0x4d2: unknown')
})
test('GET has the request in the path, also with a slash in its base64, and may be cached', async () => {
  for (let n = 0, slashes = 0; slashes < 3 && n < 200; n++) {
    const request = Buffer.from(encodeOcspRequest({ certIds: [certId(ca, BigInt(n))] })).toString('base64')
    if (!request.includes('/')) continue
    slashes++
    for (const path of [request, encodeURIComponent(request)]) {
      const response = await fetch(`${served.url}/ocsp/auth/${path}`)
      expect(response.headers.get('content-type')).toBe('application/ocsp-response')
      expect(response.headers.get('cache-control')).toBe('public,max-age=900,no-transform,must-revalidate')
      expect(response.headers.get('etag')).toMatch(/^"[0-9a-f]{64}"$/)
      expect(decodeOcspResponse(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
        status: 'successful',
        basic: { responses: [{ certId: { serialNumber: BigInt(n) } }] },
      })
    }
    expect(slashes).toBeGreaterThan(0)
  }
})
test('with a nonce, by POST, or when malformed nothing is cached', async () => {
  const request = encodeOcspRequest({ certIds: [certId(ca, valid.serial)], nonce: NONCE })
  const path = encodeURIComponent(Buffer.from(request).toString('base64'))
  const headers = { 'content-type': 'application/ocsp-request' }
  const answers = [
    await fetch(`${served.url}/ocsp/auth/${path}`),
    await fetch(`${served.url}/ocsp/auth`, { method: 'POST', headers, body: request as never }),
    await fetch(`${served.url}/ocsp/auth/%%%`),
    await fetch(`${served.url}/ocsp/auth/!!`),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})
test('what is no OCSP request, too large, of no authority or of no municipality is refused', async () => {
  const post = (path: string, type: string, size: number) =>
    fetch(served.url + path, { method: 'POST', headers: { 'content-type': type }, body: new Uint8Array(size) })
  expect((await post('/ocsp/auth', 'application/json', 2)).status).toBe(415)
  expect((await post('/ocsp/auth', 'application/ocsp-request', 20_000)).status).toBe(413)
  expect((await fetch(`${served.url}/ca/root`)).status).toBe(404)
  expect((await fetch(`${served.url}/crl/auth/00000`)).status).toBe(404)
})
test('CRL and CA certificate have their types', async () => {
  const list = await fetch(`${served.url}/crl/auth/${CITY.code}.crl`)
  expect(list.headers.get('content-type')).toBe('application/pkix-crl')
  const { crl } = await world.authority.crl(PARTITION)
  expect(list.headers.get('expires')).toBe(decodeCrl(crl).nextUpdate!.toUTCString())
  expect((await fetch(`${served.url}/ca/sign`)).headers.get('content-type')).toBe('application/pkix-cert')
})

test('the contract over HTTP says what the authority says', async () => {
  const app = routes(world.authority)
  const far = client('http://authority', { fetch: (request) => app.fetch(request) })
  const { serial } = valid
  expect(await far.certificate({ kind: 'auth', serial })).toEqual({ certificate: valid.certificate })
  for (const asked of [serial, revoked.serial, 3n])
    expect(await far.status({ kind: 'auth', serial: asked })).toEqual(
      await world.authority.status({ kind: 'auth', serial: asked }),
    )
  const link = { kind: 'auth', serial, want: 'phone-auth', asker: 'sp-tsm' } as const
  expect(await far.link(link)).toEqual({ serial: null })
  expect(await far.terminalCa({})).toEqual(await world.authority.terminalCa({}))
  const phone = phoneRequest('ef'.repeat(16), serial)
  expect(await far.issueForPhone(phone)).toEqual(await world.authority.issueForPhone(phone))
  const asked = far.link({ ...link, asker: 'verifier' })
  await expect(asked).rejects.toMatchObject({ code: 'authority/notYoursToAsk', status: 403 })
})
