// Another authority over HTTP: a real server on this machine that stamps with a key of its own, and one that does not answer.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { utf8 } from '../base/bytes.ts'
import { localSigner, sha256 } from '../base/crypto.ts'
import { OID } from '../codec/oid.ts'
import { encodeTimeStampRequest } from '../codec/tsp.ts'
import { lists, stamper, stampRoot } from '../protocol/ades/testing/signing.ts'
import { makeTimeStamp, verifyTimeStamp } from '../protocol/time-stamp/index.ts'
import { stampOf } from '../roles/verifier/signatures/time-stamps.ts'
import { systemEntropy } from './random.ts'
import { timeStampSettings, timeStampsOf } from './time-stamps.ts'

const now = new Date('2026-11-20T12:00:00Z')
const tsa = stamper()
const authority = {
  signer: localSigner('ECDSA-P256-SHA256', tsa.key.privateKey),
  certificate: tsa.certificate,
  policy: '1.2.3',
}
const types: (string | undefined)[] = []
const server = createServer(async (request, response) => {
  if (request.method === 'GET') return response.end(lists(now).crls[1])
  types.push(request.headers['content-type'])
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const other = encodeTimeStampRequest({
    messageImprint: { hashAlgorithm: { algorithm: OID.sha256 }, hashedMessage: sha256(utf8('other')) },
    certReq: true,
  })
  if (request.url === '/other') return response.end(await makeTimeStamp(authority, other, 6n, now))
  if (request.url === '/broken') return response.writeHead(500).end()
  response.end(await makeTimeStamp(authority, new Uint8Array(Buffer.concat(parts)), 5n, now))
})
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

test('stamps and lists are fetched, and hold', async () => {
  const stamps = timeStampsOf({ url, anchors: [stampRoot.certificate.raw], crlUrls: [`${url}/crl`] })
  const timeStamp = await stampOf(stamps, utf8('document'), { entropy: systemEntropy, clock: () => now })
  const judged = verifyTimeStamp({
    timeStamp,
    stamped: [utf8('document')],
    trustAnchors: stamps.anchors,
    revocation: { required: true, crls: await stamps.crls() },
    time: now,
  })
  expect([judged.outcome, types]).toEqual(['passed', ['application/timestamp-query']])
})

test('one that fails or is not there is a refusal, not a stamp', async () => {
  for (const where of [`${url}/broken`, 'http://127.0.0.1:1'])
    await expect(timeStampsOf({ url: where, anchors: [] }).ask(utf8('x'))).rejects.toMatchObject({
      code: 'time-stamps/unreachable',
    })
})

test('a stamp of something else does not come into a document', async () => {
  const ports = { entropy: systemEntropy, clock: () => now }
  const stamps = timeStampsOf({ url: `${url}/other`, anchors: [] })
  const refusal = { code: 'verifier/timeStampUnusable', detail: { reason: 'the stamp is of this' } }
  await expect(stampOf(stamps, utf8('x'), ports)).rejects.toMatchObject(refusal)
})

test('named by the environment, with its anchors; half a setting is none', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kazasu-tsa-')), 'tsa.crt')
  writeFileSync(file, stampRoot.certificate.raw)
  expect(timeStampSettings({})).toBeUndefined()
  const env = { KAZASU_TSA_URL: url, KAZASU_TSA_CA: file, KAZASU_TSA_CRL: `${url}/a ${url}/b` }
  const { anchors, crlUrls } = timeStampSettings(env)!
  expect([anchors, crlUrls]).toEqual([[stampRoot.certificate.raw], [`${url}/a`, `${url}/b`]])
  const bad = { code: 'time-stamps/bad-settings' }
  for (const wrong of [{ KAZASU_TSA_CA: '' }, { KAZASU_TSA_URL: 'tsa.example' }, { KAZASU_TSA_CRL: 'ftp://x/' }])
    expect(() => timeStampSettings({ ...env, ...wrong })).toThrow(expect.objectContaining(bad))
})
