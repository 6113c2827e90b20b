// Seed 2 pattern 1: a document waits for its signer. Signed once, over what was asked and nothing else, and told to whoever asked.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import * as crypto from '../../../base/crypto.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { prepare } from '../../../protocol/ades/index.ts'
import { pdf } from '../../../protocol/ades/testing/pdf.ts'
import type { Verifier } from '../contract.ts'
import { client, routes } from '../http.ts'
import { createVerifier, verifierMigrations, verifierStore } from '../index.ts'
import { FOUR_INFO, type Holder, type TestAuthority, testAuthority } from '../testing/authority.ts'

const SERVICE = { clientId: 'hinata-bank', name: 'ひなた銀行' }
const DOCUMENTS = { CAdES: utf8('契約'), XAdES: utf8('<契約><額>100</額></契約>'), PAdES: pdf() } as const
type Format = keyof typeof DOCUMENTS

let database: TestDatabase
let verifier: Verifier
let authority: TestAuthority
let holder: Holder
let ahead = 0
const logged: string[] = []
const clock = () => new Date(Date.now() + ahead)

beforeAll(async () => {
  database = await testDatabase()
  authority = testAuthority(clock, systemEntropy)
  holder = authority.issue('sign')
  const store = verifierStore(await database.schema('verifier', verifierMigrations))
  const keys = volatileKeyStore(systemEntropy)
  const log = (event: string, fields = {}) => void logged.push(JSON.stringify([event, fields]))
  const role = await createVerifier({ store, clock, entropy: systemEntropy, keys, authority, log, self: SERVICE })
  const app = routes(role)
  verifier = client({ url: 'http://verifier', fetch: (request) => app.fetch(request) })
})
afterAll(() => database.close())

const ask = (format: Format, document: Bytes = DOCUMENTS[format]) =>
  verifier.askSignature({ clientId: SERVICE.clientId, title: '契約書', format, level: 'B-T', document })

/** What phone and card do together. */
function signature(format: Format, document: Bytes, signingTime: Date, by = holder) {
  const given = { format, document, algorithm: 'RSA-SHA256', signingTime } as const
  const { toBeSigned } = prepare({ ...given, certificate: decodeCertificate(by.certificate) })
  return { certificate: by.certificate, signingTime, signature: crypto.sign('RSA-SHA256', by.key, toBeSigned) }
}

const told = (requestId: string) => verifier.signedDocument({ clientId: SERVICE.clientId, requestId })

test.each(['CAdES', 'XAdES', 'PAdES'] as const)(
  '%s: asked, shown, signed, told with the facts of its signer',
  async (format) => {
    const { requestId, code } = await ask(format)
    expect(await told(requestId)).toEqual({ state: 'waiting', signed: null })
    const shown = await verifier.signatureRequest({ requestId })
    expect(shown).toMatchObject({ clientName: SERVICE.name, code, document: DOCUMENTS[format], state: 'waiting' })
    const { reportId } = await verifier.answerSignature({ requestId, ...signature(format, shown.document, clock()) })
    const { state, signed } = await told(requestId)
    expect([state, signed]).toMatchObject(['signed', { reportId, serial: holder.serial, fourInfo: FOUR_INFO }])
    const { report } = await verifier.report({ reportId })
    expect(report).toMatchObject({ indication: 'TOTAL-PASSED', signatures: [{ format, level: 'B-T' }] })
    expect((await verifier.verifyDocument({ document: signed!.document })).report.indication).toBe('TOTAL-PASSED')
  },
)

test('a signature over another document, another time or by another key is none over this', async () => {
  const { requestId } = await ask('XAdES')
  const now = clock()
  const other = authority.issue('sign')
  const wrong = [
    signature('XAdES', utf8('<契約><額>900</額></契約>'), now),
    { ...signature('XAdES', DOCUMENTS.XAdES, now), signingTime: new Date(now.getTime() + 60_000) },
    { ...signature('XAdES', DOCUMENTS.XAdES, now, other), certificate: holder.certificate },
  ]
  for (const answer of wrong)
    await expect(verifier.answerSignature({ requestId, ...answer })).rejects.toMatchObject({
      code: 'verifier/signatureWrong',
    })
  const late = new Date(now.getTime() - 6 * 60_000)
  await expect(
    verifier.answerSignature({ requestId, ...signature('XAdES', DOCUMENTS.XAdES, late) }),
  ).rejects.toMatchObject({ code: 'verifier/signingTime' })
  expect((await told(requestId)).state).toBe('waiting')
})

test('a revoked certificate signs nothing', async () => {
  const moved = authority.issue('sign')
  authority.revoke(moved.serial)
  const { requestId } = await ask('PAdES')
  const answer = signature('PAdES', DOCUMENTS.PAdES, clock(), moved)
  await expect(verifier.answerSignature({ requestId, ...answer })).rejects.toMatchObject({
    code: 'verifier/signatureNotGood',
  })
})

test('while J-LIS is away at any of its questions nothing is signed, and the same signature counts when it is back', async () => {
  const asked = { clientId: SERVICE.clientId, title: '契約書', document: DOCUMENTS.PAdES }
  const { requestId } = await verifier.askSignature({ ...asked, format: 'PAdES', level: 'B-LT' })
  const answer = { requestId, ...signature('PAdES', DOCUMENTS.PAdES, clock()) }
  const { ocsp } = authority
  let refusedTimes = 0
  for (let away = 1; ; away++) {
    let asked = 0
    Object.assign(authority, {
      ocsp: async (question: Parameters<typeof ocsp>[0]) => {
        if (++asked === away) throw new Error('no route')
        return ocsp(question)
      },
    })
    const ended = await verifier.answerSignature(answer).then(
      () => true,
      (error: { code: string; status: number }) => {
        expect(error).toMatchObject({ code: 'verifier/statusUnknown', status: 503 })
        return false
      },
    )
    if (ended) break
    refusedTimes++
    expect((await told(requestId)).state).toBe('waiting')
  }
  Object.assign(authority, { ocsp })
  // The document of this level brings its evidence: the report asks nobody.
  expect(refusedTimes).toBe(2)
  const { signed } = await told(requestId)
  expect((await verifier.report({ reportId: signed!.reportId })).report.indication).toBe('TOTAL-PASSED')
})

test('of two answers at once one counts; declined, expired and answered ones are over', async () => {
  const { requestId } = await ask('CAdES')
  const answer = { requestId, ...signature('CAdES', DOCUMENTS.CAdES, clock()) }
  const both = await Promise.allSettled([verifier.answerSignature(answer), verifier.answerSignature(answer)])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const over = { code: 'verifier/requestOver' }
  await expect(verifier.declineSignature({ requestId })).rejects.toMatchObject(over)
  const second = await ask('CAdES')
  await verifier.declineSignature({ requestId: second.requestId })
  await expect(verifier.answerSignature({ ...answer, requestId: second.requestId })).rejects.toMatchObject(over)
  const third = await ask('CAdES')
  ahead += 31 * 60_000
  expect((await told(third.requestId)).state).toBe('expired')
  await expect(verifier.answerSignature({ ...answer, requestId: third.requestId })).rejects.toMatchObject(over)
})

test('only whoever asked is told, and only the registered ask; documents are sealed, and forgotten after a day', async () => {
  const secret = utf8(`氏名 ${FOUR_INFO.name}`)
  const { requestId } = await ask('CAdES', secret)
  await expect(verifier.signedDocument({ clientId: 'other-bank', requestId })).rejects.toMatchObject({
    code: 'verifier/unknownRequest',
  })
  const asked = { title: 'x', format: 'CAdES', level: 'B-B', document: secret } as const
  await expect(verifier.askSignature({ ...asked, clientId: 'other-bank' })).rejects.toMatchObject({
    code: 'verifier/unknownClient',
  })
  const rows = await (await schema()).selectFrom('signature_request').selectAll().execute()
  expect(rows.some(({ sealed }) => hex(sealed).includes(hex(secret)))).toBe(false)
  expect(logged.join()).not.toContain(FOUR_INFO.name)
  ahead += 25 * 3_600_000
  await verifier.forgetDue({})
  await expect(told(requestId)).rejects.toMatchObject({ code: 'verifier/unknownRequest' })
})

const schema = async () => (await database.schema('verifier', verifierMigrations)) as never as Db
interface Db {
  selectFrom(table: string): { selectAll(): { execute(): Promise<{ sealed: Bytes }[]> } }
}

test('a report on a document, also on one that is not signed', async () => {
  const { reportId } = await verifier.reportOn({ document: utf8('<a/>') })
  expect((await verifier.report({ reportId })).report).toMatchObject({ indication: 'TOTAL-FAILED' })
  await expect(verifier.report({ reportId: '0'.repeat(32) })).rejects.toMatchObject({ code: 'verifier/unknownReport' })
})
