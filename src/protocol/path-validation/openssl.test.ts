// What we write, openssl reads and verifies; what openssl writes, we read and verify.

import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, concat, utf8 } from '../../base/bytes.ts'
import { privateKey, publicKey, sha256, sign, verify } from '../../base/crypto.ts'
import { assembleSignedData, decodeSignedData, signedAttributes } from '../../codec/cms.ts'
import {
  certId,
  decodeOcspRequest,
  decodeOcspResponse,
  encodeOcspRequest,
  ocspErrorResponse,
} from '../../codec/ocsp.ts'
import {
  FOUR_INFO,
  KIYOSE,
  NAKA_KU,
  testCa,
  testCertificate,
  testCrl,
  testOcspResponse,
} from '../jpki-profile/test-authority.ts'
import { validatePath } from './index.ts'

const present = spawnSync('openssl', ['version']).status === 0
const NOW = new Date('2026-11-20T12:00:00Z')
const AT = ['-attime', String(NOW.getTime() / 1000)]

/** `openssl ...` in the folder; all that it said, and whether it was content. */
function openssl(folder: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

/** The same without blocking: while it runs, this process answers it. */
const asked = async (folder: string, ...args: string[]): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)('openssl', args, { cwd: folder })
  return stdout + stderr
}

/** An OCSP responder on a free port for as long as `use` takes. */
async function withResponder<T>(answer: (request: Bytes) => Bytes, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(async (request, response) => {
    const body = concat(...(await request.toArray()))
    response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(answer(body))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.close()
  }
}

describe.skipIf(!present)('openssl (absent: openssl is not installed)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-openssl-'))
  const run = (...args: string[]) => openssl(folder, ...args)
  const put = (file: string, content: Bytes) => writeFileSync(join(folder, file), content)
  const get = (file: string): Bytes => new Uint8Array(readFileSync(join(folder, file)))
  const pem = (name: string, kind: string, content: Bytes) => {
    const base64 = btoa(String.fromCharCode(...content)).replace(/.{64}/g, '$&\n')
    writeFileSync(join(folder, name), `-----BEGIN ${kind}-----\n${base64}\n-----END ${kind}-----\n`)
  }

  const ca = testCa('auth', 'RSA-2048')
  const signCa = testCa('sign', 'RSA-2048')
  const holder = testCertificate(ca, 'auth', {
    serialNumber: 0x06d18007n,
    municipality: KIYOSE,
    identifier: '997794E9AGCIEG',
  })
  const signer = testCertificate(
    signCa,
    'sign',
    {
      serialNumber: 0x067c6a22n,
      municipality: NAKA_KU,
      identifier: '2026040100000012345678901234',
      fourInfo: FOUR_INFO,
    },
    'RSA-2048',
  )
  const responder = testCertificate(ca, 'authResponder', { serialNumber: 3n }, 'RSA-2048')
  const { serialNumber } = holder.certificate

  beforeAll(() => {
    const all = { ca, signca: signCa, holder, signer, responder }
    for (const [name, { certificate, pkcs8 }] of Object.entries(all)) {
      pem(`${name}.pem`, 'CERTIFICATE', certificate.raw)
      pem(`${name}.key`, 'PRIVATE KEY', pkcs8)
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('x509 -text prints the extensions of both kinds', () => {
    const auth = run('x509', '-in', 'holder.pem', '-noout', '-text', '-nameopt', 'utf8').said
    for (const text of [
      'Serial Number: 114393095 (0x6d18007)',
      'CN=997794E9AGCIEG13221003A',
      'TLS Web Client Authentication',
      'Policy: 1.2.392.200149.8.5.1.3.30',
      'CPS: http://www.jpki.go.jp/cps.html',
      'OCSP - URI:http://ocspauthnorm.jpki.go.jp',
      'CN = Kiyose-shi CRLDP',
    ])
      expect(auth).toContain(text)
    const sign = run('x509', '-in', 'signer.pem', '-noout', '-text').said
    expect(sign).toContain('Digital Signature, Non Repudiation')
    expect(sign.match(/othername/g)).toHaveLength(6)
  })

  test('verify -crl_check accepts a good certificate and refuses a revoked one', () => {
    const verified = (...revoked: bigint[]) => {
      pem(
        'crl.pem',
        'X509 CRL',
        testCrl(
          ca,
          'auth',
          KIYOSE,
          revoked.map((n) => ({ serialNumber: n, revokedAt: NOW, reason: 'superseded' })),
        ),
      )
      return run('verify', ...AT, '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'crl.pem', 'holder.pem')
    }
    expect(verified(1n)).toMatchObject({ status: 0, said: 'holder.pem: OK\n' })
    const refused = verified(1n, serialNumber)
    expect(refused.status).not.toBe(0)
    expect(refused.said).toContain('certificate revoked')
  })

  test('crl -text prints number, distribution point and reason', () => {
    put('crl.der', testCrl(ca, 'auth', KIYOSE, [{ serialNumber, revokedAt: NOW, reason: 'certificateHold' }]))
    const { said } = run('crl', '-inform', 'DER', '-in', 'crl.der', '-noout', '-text', '-CAfile', 'ca.pem')
    for (const text of [
      'verify OK',
      'Certificate Hold',
      'Only User Certificates',
      'CN = Kiyose-shi CRLDP',
      'X509v3 CRL Number',
    ])
      expect(said).toContain(text)
  })

  const id = certId(ca.certificate, serialNumber)
  const times = { thisUpdate: NOW, nextUpdate: new Date('2026-11-20T12:15:00Z') }

  test.each(['good', 'revoked', 'unknown'] as const)('ocsp asks us and reads our answer: %s', async (kind) => {
    const status = kind === 'revoked' ? ({ kind, revokedAt: NOW, reason: 'keyCompromise' } as const) : { kind }
    const answer = (request: Bytes): Bytes => {
      const { certIds, nonce } = decodeOcspRequest(request)
      expect(certIds).toEqual([id])
      const responses = certIds.map((certId) => ({ certId, status, ...times }))
      const data = { responderId: { name: responder.certificate.subject }, producedAt: NOW, responses, nonce: nonce! }
      return testOcspResponse(responder, data, [responder.certificate.raw])
    }
    const said = await withResponder(answer, (url) => {
      // Its clock cannot be set, so its tolerance is.
      const clock = [...AT, '-validity_period', '2000000000']
      return asked(
        folder,
        'ocsp',
        ...clock,
        '-issuer',
        'ca.pem',
        '-cert',
        'holder.pem',
        '-CAfile',
        'ca.pem',
        '-url',
        url,
      )
    })
    expect(said).toContain('Response verify OK')
    expect(said).toContain(`holder.pem: ${kind}`)
    expect(said).not.toMatch(/nonce/i)
  })

  test('ocsp reads our refusal', () => {
    put('response.der', ocspErrorResponse('unauthorized'))
    const { said } = run('ocsp', '-issuer', 'ca.pem', '-cert', 'holder.pem', '-respin', 'response.der')
    expect(said).toContain('Responder Error: unauthorized (6)')
  })

  test.each(['V', 'R'])('ocsp answers our request, and we judge the answer: %s', (flag) => {
    const row = [flag, '310217145959Z', flag === 'R' ? '261119230000Z,superseded' : '', '06D18007', 'unknown', '/CN=x']
    writeFileSync(join(folder, 'index.txt'), `${row.join('\t')}\n`)
    const nonce = sha256(utf8('nonce'))
    put('request.der', encodeOcspRequest({ certIds: [id], nonce }))
    const signWith = ['-rsigner', 'responder.pem', '-rkey', 'responder.key']
    const files = ['-reqin', 'request.der', '-respout', 'response.der', '-ndays', '1']
    run('ocsp', '-index', 'index.txt', '-CA', 'ca.pem', ...signWith, ...files)
    const response = decodeOcspResponse(get('response.der'))
    if (response.status !== 'successful') throw new Error(response.status)
    const result = validatePath({
      certificate: holder.certificate,
      trustAnchors: [ca.certificate],
      time: response.basic.producedAt,
      purpose: {},
      revocation: { required: true, ocspResponses: [get('response.der')], nonce },
    })
    expect(result).toMatchObject(
      flag === 'V' ? { outcome: 'passed', status: 'good' } : { outcome: 'failed', status: 'revoked' },
    )
  })

  const content = utf8('申請書')
  test.each([true, false])('cms -verify accepts our SignedData, content inside: %s', (inside) => {
    const attributes = signedAttributes({
      messageDigest: sha256(content),
      signingTime: NOW,
      signingCertificate: signer.certificate.raw,
    })
    const cms = assembleSignedData({
      ...(inside && { content }),
      signedAttributes: attributes,
      algorithm: signer.algorithm,
      signature: sign(signer.algorithm, privateKey(signer.pkcs8), attributes),
      signer: signer.certificate,
      otherCertificates: [signCa.certificate.raw],
    })
    put('signed.der', cms)
    put('content', content)
    const detached = inside ? [] : ['-content', 'content']
    const how = ['-inform', 'DER', '-in', 'signed.der', '-binary', '-cades', '-CAfile', 'signca.pem', '-out', 'out']
    expect(run('cms', '-verify', ...AT, ...how, ...detached).said).toContain('successful')
    expect(get('out')).toEqual(content)
    put('content', utf8('別の申請書'))
    if (!inside) expect(run('cms', '-verify', ...AT, ...how, ...detached).status).not.toBe(0)
  })

  test('we read what cms -sign writes', () => {
    put('content', content)
    const how = ['-binary', '-nodetach', '-cades', '-outform', 'DER', '-in', 'content', '-out', 'signed.der']
    run('cms', '-sign', ...how, '-signer', 'signer.pem', '-inkey', 'signer.key', '-md', 'sha256')
    const signed = decodeSignedData(get('signed.der'))
    const [info] = signed.signers
    expect(signed.content).toEqual(content)
    expect(info).toMatchObject({
      algorithm: 'RSA-SHA256',
      messageDigest: sha256(content),
      signingCertificate: { hash: 'sha256', digest: sha256(signer.certificate.raw) },
      sid: { serialNumber: signer.certificate.serialNumber },
    })
    const key = publicKey(signed.certificates[0]!.subjectPublicKeyInfo)
    expect(verify(info!.algorithm!, key, info!.signedAttributes, info!.signature)).toBe(true)
  })
})
