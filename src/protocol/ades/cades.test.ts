// CAdES of our own through all levels and many years, and what must not pass: ETSI EN 319 102-1 by its indications.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, equal, utf8 } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { decodeCmsParts, encodeCmsParts } from '../../codec/cms-parts.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { CA, certificate, crl, usage } from '../path-validation/testing/forest.ts'
import {
  addArchiveTimeStamp,
  addSignatureTimeStamp,
  addValidationData,
  documentReport,
  finishCades,
  judgeSignature,
  prepareArchive,
  prepareCades,
  readCades,
  signatureOctets,
  toBeSignedOf,
  type ValidationContext,
} from './index.ts'
import * as t from './testing/signing.ts'

const CONTENT = utf8('保育園の入園を申し込みます')
const LATER = t.at('2026-11-20T12:05:00Z')

function basic(by = t.signer, key = t.signerKey, detached = false): Bytes {
  const { draft, toBeSigned } = prepareCades({
    content: CONTENT,
    detached,
    certificate: by.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: t.SIGNED_AT,
  })
  expect(toBeSignedOf(draft)).toEqual(toBeSigned)
  return finishCades(draft, t.signWith(toBeSigned, key))
}
const withTime = async (time = t.SIGNED_AT, document = basic()): Promise<Bytes> =>
  addSignatureTimeStamp(document, await t.stamped(signatureOctets(document), time))
const longTerm = async () => addValidationData(await withTime(), t.lists(LATER))
async function archived(document: Bytes, time: Date, by = t.stamper()): Promise<Bytes> {
  const draft = prepareArchive(document)
  return addArchiveTimeStamp(document, draft, await t.stamped(draft.toBeStamped, time, by))
}

function judged(document: Bytes, context: ValidationContext, content?: Bytes) {
  const [one] = readCades({ document, ...(content && { content }) }).map((read) => judgeSignature(read, context))
  const { indication, subIndication, level } = one!
  return [indication, ...(subIndication ? [subIndication] : []), level]
}
const soon = t.at('2026-11-20T12:10:00Z')
const fresh = (time = soon) => t.context(time, t.lists(time))

test('B-B: enveloping and detached', () => {
  expect(judged(basic(), fresh())).toEqual(['TOTAL-PASSED', 'B-B'])
  const detached = basic(t.signer, t.signerKey, true)
  expect(judged(detached, fresh(), CONTENT)).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(judged(detached, fresh())).toEqual(['INDETERMINATE', 'SIGNED_DATA_NOT_FOUND', 'none'])
  expect(judged(detached, fresh(), utf8('other'))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
})

test('nothing known of revocation is not passed', () =>
  expect(judged(basic(), t.context(soon))).toEqual(['INDETERMINATE', 'TRY_LATER', 'B-B']))

test('revoked: before the proven time, and after it', async () => {
  const revoked = (revokedAt: string) => t.context(soon, t.lists(soon, t.revokedSigner(t.at(revokedAt))))
  expect(judged(basic(), revoked('2026-11-20T12:03:00Z'))).toEqual(['INDETERMINATE', 'REVOKED_NO_POE', 'B-B'])
  expect(judged(await withTime(), revoked('2026-11-20T12:03:00Z'))).toEqual(['TOTAL-PASSED', 'B-T'])
  expect(judged(await withTime(), revoked('2026-11-20T11:59:00Z'))).toEqual(['INDETERMINATE', 'REVOKED_NO_POE', 'B-T'])
})

test('expired: without, with time only, with evidence, and long after with an archive time stamp', async () => {
  const after = t.at('2028-01-01T00:00:00Z')
  const decades = t.at('2045-01-01T00:00:00Z')
  expect(judged(basic(), fresh(after))).toEqual(['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE', 'B-B'])
  // A list from after the end says nothing of a certificate that has ended.
  expect(judged(await withTime(), fresh(after))).toEqual(['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE', 'B-T'])
  const lt = await longTerm()
  expect(judged(lt, fresh(after))).toEqual(['TOTAL-PASSED', 'B-LT'])
  expect(judged(lt, t.context(decades))).toEqual(['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE', 'B-LT'])
  const lta = await archived(lt, t.at('2026-11-20T12:06:00Z'))
  expect(judged(lta, fresh(t.at('2030-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  // The archive time stamp's own certificate ended in 2031: it must be renewed before.
  expect(judged(lta, fresh(decades))).toEqual(['INDETERMINATE', 'OUT_OF_BOUNDS_NO_POE', 'B-LTA'])
  const kept = addValidationData(lta, t.lists(t.at('2030-06-01T00:00:00Z')))
  const renewed = await archived(kept, t.at('2030-06-01T00:00:01Z'), t.stamper('2050-01-01T00:00:00Z'))
  expect(judged(renewed, fresh(decades))).toEqual(['TOTAL-PASSED', 'B-LTA'])
})

test('evidence that no archive time stamp covers cannot be smuggled in later, once its CA has ended', async () => {
  const ca = certificate('issuing CA', CA, t.root, {
    validity: { notBefore: t.at('2020-01-01T00:00:00Z'), notAfter: t.at('2029-01-01T00:00:00Z') },
  })
  const by = certificate('signer', [usage('nonRepudiation')], ca, { key: t.signerKey, validity: t.YEAR })
  const list = crl(ca, { thisUpdate: LATER, nextUpdate: t.at('2026-11-21T00:00:00Z') }).raw
  const data = { certificates: [ca.certificate.raw], crls: [...t.lists(LATER).crls, list], ocspResponses: [] }
  const timed = await withTime(t.SIGNED_AT, basic(by))
  const lta = await archived(timed, t.at('2026-11-20T12:06:00Z'))
  const smuggled = addValidationData(lta, data)
  expect(judged(smuggled, fresh(t.at('2028-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  expect(judged(smuggled, fresh(t.at('2030-01-01T00:00:00Z')))[1]).toBe('CERTIFICATE_CHAIN_GENERAL_FAILURE')
  const covered = await archived(addValidationData(timed, data), t.at('2026-11-20T12:06:00Z'))
  expect(judged(covered, fresh(t.at('2030-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED', 'B-LTA'])
})

test('what an archive time stamp covers cannot be taken away or changed', async () => {
  const parts = decodeCmsParts(await archived(await longTerm(), t.at('2026-11-20T12:06:00Z')))
  const without = encodeCmsParts({ ...parts, crls: parts.crls.slice(1) })
  expect(judged(without, fresh())).toEqual(['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE', 'B-LTA'])
})

test('a time stamp of something else is refused', async () => {
  const foreign = addSignatureTimeStamp(basic(), await t.stamped(utf8('other'), t.SIGNED_AT))
  expect(judged(foreign, fresh())).toEqual(['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE', 'B-T'])
})

test('a time stamp from before the certificate began', async () =>
  expect(judged(await withTime(t.at('2025-06-01T00:00:00Z')), fresh())[0]).not.toBe('TOTAL-PASSED'))

test('a certificate that is not yet valid, not for signatures, of another CA, of another key', () => {
  const other = generateKeyPair('RSA-2048')
  const auth = certificate('auth', [usage('digitalSignature')], t.root, { key: other })
  const foreign = certificate('signer', [usage('nonRepudiation')], t.stampRoot, { key: other })
  const future = certificate('signer', [usage('nonRepudiation')], t.root, {
    key: other,
    validity: { notBefore: t.at('2026-12-01T00:00:00Z'), notAfter: t.at('2027-12-01T00:00:00Z') },
  })
  expect(judged(basic(auth, other), fresh())).toEqual(['INDETERMINATE', 'CHAIN_CONSTRAINTS_FAILURE', 'B-B'])
  expect(judged(basic(foreign, other), fresh())).toEqual(['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND', 'B-B'])
  expect(judged(basic(future, other), fresh())).toEqual(['TOTAL-FAILED', 'NOT_YET_VALID', 'B-B'])
  expect(judged(basic(t.signer, other), fresh())).toEqual(['TOTAL-FAILED', 'SIG_CRYPTO_FAILURE', 'B-B'])
})

/** As somebody in between would write it. */
function forged(change: (head: Bytes[], unsigned: { type: string; values: readonly Bytes[] }[]) => void): Bytes {
  const parts = decodeCmsParts(basic())
  const { head, signature, unsigned } = parts.signers[0]!
  const [newHead, newUnsigned] = [[...head], [...unsigned]]
  change(newHead, newUnsigned)
  return encodeCmsParts({ ...parts, signers: [{ head: newHead, signature, unsigned: newUnsigned }] })
}

test('algorithms are not exchanged, attributes stand where they must', () => {
  const sha512 = der.sequence(der.oid(OID.sha512))
  const weaker = der.sequence(der.oid(OID.sha1WithRSAEncryption), der.nullValue())
  const signingTime = { type: OID.signingTime, values: [der.time(t.SIGNED_AT)] }
  expect(
    judged(
      forged((head) => (head[2] = sha512)),
      fresh(),
    )[0],
  ).toBe('TOTAL-FAILED')
  expect(
    judged(
      forged((head) => (head[4] = weaker)),
      fresh(),
    )[0],
  ).not.toBe('TOTAL-PASSED')
  expect(
    judged(
      forged((_, unsigned) => unsigned.push(signingTime)),
      fresh(),
    ),
  ).toEqual(['TOTAL-FAILED', 'FORMAT_FAILURE', 'none'])
})

test('each of several signers is judged alone', () => {
  const other = generateKeyPair('RSA-2048')
  const [mine, theirs] = [decodeCmsParts(basic()), decodeCmsParts(basic(t.signer, other))]
  const both = encodeCmsParts({ ...mine, signers: [...mine.signers, ...theirs.signers] })
  const report = documentReport(
    both,
    readCades({ document: both }).map((one) => judgeSignature(one, fresh())),
    soon,
  )
  expect(report.indication).toBe('TOTAL-FAILED')
  expect(report.signatures.map(({ indication }) => indication).toSorted()).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED'])
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})

test('no changed octet makes another signature pass, and nothing throws', async () => {
  const document = await longTerm()
  const original = readCades({ document })[0]!
  fc.assert(
    fc.property(fc.nat(document.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const changed = document.map((octet, i) => (i === place ? octet ^ flip : octet))
      for (const read of readCades({ document: changed })) {
        if (judgeSignature(read, fresh()).indication !== 'TOTAL-PASSED') continue
        // What nobody signed may change; what was signed is the same.
        expect(equal(read.signed!.tbs, original.signed!.tbs)).toBe(true)
        expect(read.scope).toEqual(original.scope)
      }
    }),
    { numRuns: 300 },
  )
})
