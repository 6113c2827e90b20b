// CMS as others write it, and what others might do to ours: BER, order, evidence, time stamps that nothing covers.

import { expect, test } from 'vitest'
import { type Bytes, bytes, concat, utf8 } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { type CmsParts, decodeCmsParts, encodeCmsParts, type SignerParts } from '../../codec/cms-parts.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import { CA, certificate, crl, usage } from '../path-validation/testing/forest.ts'
import * as ades from './index.ts'
import { documentReport } from './report.ts'
import * as t from './testing/signing.ts'

const CONTENT = utf8('保育園の入園を申し込みます')
const soon = t.at('2026-11-20T12:10:00Z')
const fresh = (time = soon) => t.context(time, t.lists(time))

function basic(by = t.signer, key = t.signerKey): Bytes {
  const { draft, toBeSigned } = ades.prepareCades({
    content: CONTENT,
    detached: false,
    certificate: by.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: t.SIGNED_AT,
  })
  return ades.finishCades(draft, t.signWith(toBeSigned, key))
}
const timed = async (time: Date, document = basic()) =>
  ades.addSignatureTimeStamp(document, await t.stamped(ades.signatureOctets(document), time))
async function archived(document: Bytes, time: Date, by = t.stamper()): Promise<Bytes> {
  const draft = ades.prepareArchive(document)
  return ades.addArchiveTimeStamp(document, draft, await t.stamped(draft.toBeStamped, time, by))
}
const judgedAll = (document: Bytes, context = fresh(), detached?: ReadonlyMap<string, Bytes>) =>
  ades.readDocument({ document, ...(detached && { detached }) }).map((read) => ades.judgeSignature(read, context))
const judged = (document: Bytes, context = fresh(), detached?: ReadonlyMap<string, Bytes>) =>
  judgedAll(document, context, detached).map(({ indication, subIndication }) => subIndication ?? indication)

const open = (tag: number, ...contents: readonly Bytes[]): Bytes => concat(bytes(tag, 0x80), ...contents, bytes(0, 0))

/** As a program writes it that does not know the length when it begins. */
function streamed({ digestAlgorithms, contentType, content, certificates, signers }: CmsParts): Bytes {
  const half = content!.length / 2
  const pieces = [content!.subarray(0, half), content!.subarray(half)].map((piece) => der.octetString(piece))
  const signer = ({ head, signature }: SignerParts) => der.sequence(...head, der.octetString(signature))
  const reversed = certificates.toReversed()
  const inside = [
    der.integer(1),
    digestAlgorithms,
    open(0x30, contentType, open(0xa0, open(0x24, ...pieces))),
    der.element(0xa0, ...reversed),
    der.element(der.TAG.SET, ...signers.map(signer).toReversed()),
  ]
  return open(0x30, der.oid(OID.signedData), open(0xa0, open(0x30, ...inside)))
}

test('BER: indefinite lengths, content in pieces, sets in any order, and what is no certificate beside', () => {
  const parts = decodeCmsParts(basic())
  const others = [t.root.certificate.raw, der.sequence(der.integer(1)), der.implicit(1, der.sequence())]
  const written = streamed({ ...parts, certificates: [...parts.certificates, ...others] })
  expect(judged(written)).toEqual(['TOTAL-PASSED'])
  const two = decodeCmsParts(basic(t.signer, generateKeyPair('RSA-2048')))
  const both = streamed({ ...parts, signers: [...parts.signers, ...two.signers] })
  expect(judged(both).toSorted()).toEqual(['SIG_CRYPTO_FAILURE', 'TOTAL-PASSED'])
})

test('what was given beside it must be what it is over', () => {
  const given = (uri: string, content: Bytes) => new Map([[uri, content]])
  expect(judged(basic(), fresh(), given('', CONTENT))).toEqual(['TOTAL-PASSED'])
  expect(judged(basic(), fresh(), given('', utf8('another')))).toEqual(['HASH_FAILURE'])
  expect(judged(basic(), fresh(), given('contract.pdf', utf8('another')))).toEqual(['SIG_CONSTRAINTS_FAILURE'])
})

function changed(document: Bytes, change: (signer: SignerParts) => SignerParts): Bytes {
  const parts = decodeCmsParts(document)
  return encodeCmsParts({ ...parts, signers: parts.signers.map(change) })
}

test('a hash that is not known is no proof of a forgery; a wrong signature is one, whatever else is wrong', () => {
  const md5 = der.sequence(der.oid('1.2.840.113549.2.5'))
  const hashed = changed(basic(), (one) => ({ ...one, head: one.head.with(2, md5) }))
  expect(judged(hashed)).toEqual(['CRYPTO_CONSTRAINTS_FAILURE_NO_POE'])
  const sha1 = der.sequence(der.oid(OID.sha1))
  const weak = der.sequence(der.oid(OID.sha1WithRSAEncryption), der.nullValue())
  const both = changed(basic(), (one) => ({ ...one, head: one.head.with(2, sha1).with(4, weak) }))
  expect(judgedAll(both)[0]).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'HASH_FAILURE' })
  const forged = changed(basic(), (one) => ({ ...one, head: one.head.with(4, weak) }))
  expect(judgedAll(forged)[0]).toMatchObject({ indication: 'TOTAL-FAILED', subIndication: 'SIG_CRYPTO_FAILURE' })
})

test('a certificate that nobody trusts', () => {
  const stranger = certificate('stranger', [usage('nonRepudiation')], undefined, { key: t.signerKey })
  expect(judged(basic(stranger))).toEqual(['NO_CERTIFICATE_CHAIN_FOUND'])
})

test('certificates between: in the token alone, in the signature alone; and what is good now needs no archive', async () => {
  const years = { notBefore: t.at('2020-01-01T00:00:00Z'), notAfter: t.at('2040-01-01T00:00:00Z') }
  const ca = certificate('issuing CA', CA, t.root, { validity: years })
  const by = certificate('signer', [usage('nonRepudiation')], ca, { key: t.signerKey, validity: t.YEAR })
  const list = (time: Date) => {
    const { crls, ...rest } = t.lists(time)
    const own = crl(ca, { thisUpdate: time, nextUpdate: new Date(time.getTime() + 86_400_000) }).raw
    return { ...rest, crls: [...crls, own] }
  }
  const parts = decodeCmsParts(basic(by))
  const document = await timed(
    t.SIGNED_AT,
    encodeCmsParts({ ...parts, certificates: [...parts.certificates, ca.certificate.raw] }),
  )
  const later = t.at('2026-11-20T12:05:00Z')
  const bare = await archived(document, later)
  expect(judged(bare, t.context(soon, list(soon)))).toEqual(['TOTAL-PASSED'])
  const kept = await archived(ades.addValidationData(document, list(later)), t.at('2026-11-20T12:06:00Z'))
  expect(judged(kept, fresh(t.at('2030-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED'])
})

test('a time stamp that the archive time stamp does not cover is judged as of now', async () => {
  const short = t.stamper('2027-06-01T00:00:00Z')
  const lt = ades.addValidationData(basic(), t.lists(soon))
  const lta = await archived(lt, soon, t.stamper('2050-01-01T00:00:00Z'))
  const token = await t.stamped(ades.signatureOctets(lta), t.SIGNED_AT, short)
  const added = ades.addSignatureTimeStamp(lta, token)
  const believed = (document: Bytes, time: string) =>
    judgedAll(document, fresh(t.at(time)))[0]!.stamps.map(({ kind, existedAt }) => [kind, existedAt !== undefined])
  expect(believed(added, '2027-05-01T00:00:00Z')).toEqual([
    ['signature', true],
    ['archive', true],
  ])
  expect(believed(added, '2028-01-01T00:00:00Z')).toEqual([
    ['signature', false],
    ['archive', true],
  ])
  const before = await archived(ades.addSignatureTimeStamp(lt, token), soon, t.stamper('2050-01-01T00:00:00Z'))
  expect(believed(before, '2028-01-01T00:00:00Z')).toEqual([
    ['signature', true],
    ['archive', true],
  ])
})

test('what the index names twice must be there twice, by itself', async () => {
  const parts = decodeCmsParts(await archived(ades.addValidationData(basic(), t.lists(soon)), soon))
  const [first] = parts.crls
  const doubled = encodeCmsParts({ ...parts, crls: [first!, first!] })
  expect(judged(doubled)).toEqual(['SIG_CONSTRAINTS_FAILURE'])
})

test('the report tells the revocation that it went by', async () => {
  const revoked = t.context(soon, t.lists(soon, t.revokedSigner(t.at('2026-11-20T12:03:00Z'))))
  const document = await timed(t.SIGNED_AT)
  const report = documentReport(document, judgedAll(document, revoked), soon)
  expect(report.signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', revocation: [{ status: 'revoked' }] })
  const ended = t.at('2028-01-01T00:00:00Z')
  const lt = ades.addValidationData(document, t.lists(t.at('2026-11-20T12:05:00Z')))
  expect(documentReport(lt, judgedAll(lt, fresh(ended)), ended).signatures[0]).toMatchObject({
    indication: 'TOTAL-PASSED',
    revocation: [{ status: 'good' }],
  })
})

test('more time stamps than are read', async () => {
  const token = await t.stamped(utf8('x'), soon)
  const values = Array.from({ length: 129 }, () => token)
  const many = changed(basic(), (one) => ({ ...one, unsigned: [{ type: OID.timeStampToken, values }] }))
  expect(judged(many)).toEqual(['FORMAT_FAILURE'])
})
