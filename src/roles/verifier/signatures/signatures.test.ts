// Seed 2, patterns 1-1 and 1-2: a service has a document signed with the card, and documents verified one by one or at once.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type Bytes, fromUtf8, NO_BYTES, utf8 } from '../../../base/bytes.ts'
import * as crypto from '../../../base/crypto.ts'
import { OID } from '../../../codec/oid.ts'
import { encodeTimeStampRequest } from '../../../codec/tsp.ts'
import { pdf } from '../../../protocol/ades/testing/pdf.ts'
import { readTimeStamp } from '../../../protocol/time-stamp/index.ts'
import type { Verifier } from '../contract.ts'
import { client, routes } from '../http.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../index.ts'
import { FOUR_INFO, type Holder, type TestAuthority, testAuthority } from '../testing/authority.ts'

let database: TestDatabase
let verifier: Verifier
let authority: TestAuthority
let holder: Holder
const logged: string[] = []
let ahead = 0
const clock = () => new Date(Date.now() + ahead)

beforeAll(async () => {
  database = await testDatabase()
  authority = testAuthority(clock, systemEntropy)
  holder = authority.issue('sign')
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const keys = volatileKeyStore(systemEntropy)
  const log = (event: string, fields = {}) => void logged.push(JSON.stringify([event, fields]))
  const role = await createVerifier({ store, clock, entropy: systemEntropy, keys, authority, log })
  // Over the network, as a service asks.
  const app = routes(role)
  verifier = client({ url: 'http://verifier', fetch: (request) => app.fetch(request) })
})
afterAll(() => database.close())
afterEach(() => {
  authority.responder = 'works'
})

const DOCUMENTS = {
  CAdES: utf8('申請書'),
  XAdES: utf8('<申請 xmlns="urn:example"><児童>一郎</児童></申請>'),
  PAdES: pdf(),
} as const
type Format = keyof typeof DOCUMENTS
type Level = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA'

/** What the card does with what it is given. */
const card = (by: Holder, octets: Bytes): Bytes => crypto.sign('RSA-SHA256', by.key, octets)

async function signed(format: Format, level: Level = 'B-B', by = holder): Promise<Bytes> {
  const { draft, toBeSigned } = await verifier.prepareSignature({
    format,
    document: DOCUMENTS[format],
    certificate: by.certificate,
  })
  const { document } = await verifier.finishSignature({ draft, signature: card(by, toBeSigned), level })
  return document
}

test.each(['CAdES', 'XAdES', 'PAdES'] as const)('%s at every level, with the facts of the signer', async (format) => {
  for (const level of ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const) {
    const { report, signers } = await verifier.verifyDocument({ document: await signed(format, level) })
    expect([report.indication, report.signatures[0]]).toMatchObject(['TOTAL-PASSED', { format, level }])
    expect(signers).toEqual([{ serial: holder.serial, fourInfo: FOUR_INFO }])
  }
})

test('revoked after the time stamp: the old signature holds, a new one is not finished', async () => {
  const moved = authority.issue('sign')
  const documents = [await signed('PAdES', 'B-LT', moved), await signed('CAdES', 'B-B', moved)]
  ahead += 60_000
  authority.revoke(moved.serial)
  const { answers } = await verifier.verifyDocuments({ documents: documents.map((document) => ({ document })) })
  const found = answers.map(({ report }) => [report.indication, report.signatures[0]!.subIndication])
  expect(found).toEqual([
    ['TOTAL-PASSED', undefined],
    ['INDETERMINATE', 'REVOKED_NO_POE'],
  ])
  expect(answers[1]!.signers).toEqual([null])
  await expect(signed('XAdES', 'B-T', moved)).rejects.toMatchObject({ code: 'verifier/signatureNotGood' })
})

test('an authority that cannot be asked leaves it open', async () => {
  const document = await signed('CAdES')
  authority.responder = 'down'
  const { report, signers } = await verifier.verifyDocument({ document })
  expect([report.signatures[0]!.subIndication, signers]).toEqual(['TRY_LATER', [null]])
})

test('a batch answers for each, whatever the others are', async () => {
  const good = await signed('XAdES')
  const changed = utf8(fromUtf8(good).replace('一郎', '二郎'))
  const documents = [good, changed, NO_BYTES, utf8('<a/>'), utf8('%PDF-1.7'), good].map((document) => ({ document }))
  const { answers } = await verifier.verifyDocuments({ documents })
  expect(answers.map(({ report }) => report.indication)).toEqual([
    'TOTAL-PASSED',
    'TOTAL-FAILED',
    'TOTAL-FAILED',
    'TOTAL-FAILED',
    'TOTAL-FAILED',
    'TOTAL-PASSED',
  ])
})

test('a detached signature, of what stays with the service', async () => {
  const content = utf8('octets')
  const given = { document: content, certificate: holder.certificate, packaging: 'detached' as const }
  for (const [format, uri] of [
    ['CAdES', ''],
    ['XAdES', 'https://bank.example/contract'],
  ] as const) {
    const { draft, toBeSigned } = await verifier.prepareSignature({ ...given, format, ...(uri && { uri }) })
    const detached = [{ uri, content }]
    const { document } = await verifier.finishSignature({
      draft,
      signature: card(holder, toBeSigned),
      level: 'B-LTA',
      detached,
    })
    const without = await verifier.verifyDocument({ document })
    expect(without.report.signatures[0]!.subIndication).toBe('SIGNED_DATA_NOT_FOUND')
    expect((await verifier.verifyDocument({ document, detached })).report.indication).toBe('TOTAL-PASSED')
  }
})

test('a wrong signature, a key for authentication, a document that cannot be signed', async () => {
  const { draft, toBeSigned } = await verifier.prepareSignature({
    format: 'PAdES',
    document: pdf(),
    certificate: holder.certificate,
  })
  const other = crypto.privateKey(crypto.generateKeyPair('RSA-2048').privateKey)
  const refused = (signature: Bytes, from = draft) => verifier.finishSignature({ draft: from, signature, level: 'B-B' })
  await expect(refused(crypto.sign('RSA-SHA256', other, toBeSigned))).rejects.toMatchObject({
    code: 'verifier/signatureWrong',
  })
  await expect(refused(NO_BYTES)).rejects.toMatchObject({ code: 'verifier/signatureWrong' })
  await expect(refused(NO_BYTES, utf8('%PDF-1.7 anything'))).rejects.toMatchObject({ code: 'verifier/draft' })
  await expect(signed('CAdES', 'B-B', authority.issue('auth'))).rejects.toMatchObject({
    code: 'verifier/signatureNotGood',
  })
  const bad = { format: 'PAdES' as const, document: utf8('no PDF') }
  await expect(verifier.prepareSignature({ ...bad, certificate: holder.certificate })).rejects.toMatchObject({
    code: 'verifier/documentUnsignable',
  })
  await expect(verifier.prepareSignature({ ...bad, certificate: utf8('none') })).rejects.toMatchObject({
    code: 'verifier/signerCertificate',
  })
})

test('the platform stamps for others; what it does not stamp it says', async () => {
  const hashedMessage = crypto.sha256(utf8('anything'))
  const imprint = { hashAlgorithm: { algorithm: OID.sha256 }, hashedMessage }
  const { response } = await verifier.timeStamp({
    request: encodeTimeStampRequest({ messageImprint: imprint, nonce: 7n, certReq: true }),
  })
  expect(readTimeStamp(response)).toMatchObject({ info: { nonce: 7n, messageImprint: { hashedMessage } } })
  const short = encodeTimeStampRequest({ messageImprint: { ...imprint, hashedMessage: hashedMessage.subarray(1) } })
  await expect(verifier.timeStamp({ request: short })).rejects.toMatchObject({ code: 'verifier/timeStampRequest' })
})

test('nothing of the person is in the log', () => {
  expect(logged.length).toBeGreaterThan(10)
  for (const fact of Object.values(FOUR_INFO).filter((one) => one.length > 1)) expect(logged.join()).not.toContain(fact)
})
