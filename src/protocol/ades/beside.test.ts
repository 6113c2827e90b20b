// What stands beside a signature: counter-signatures, time stamps of the content, manifests, and what nobody looks at.

import { expect, test } from 'vitest'
import { type Bytes, base64, fromUtf8, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, sha256 } from '../../base/crypto.ts'
import { type CmsAttribute, readAttribute } from '../../codec/cms.ts'
import { decodeCmsParts, encodeCmsParts, type SignerParts } from '../../codec/cms-parts.ts'
import * as der from '../../codec/der.ts'
import { encodeName } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import { encodeAlgorithm } from '../../codec/x509-algorithm.ts'
import { certificate, type Keyed, usage } from '../path-validation/testing/forest.ts'
import * as ades from './index.ts'
import { documentReport } from './report.ts'
import * as t from './testing/signing.ts'
import { readSignedDocument, readXmlSignature, signatureElements } from './xml-signature.ts'

const CONTENT = utf8('同意書')
const soon = t.at('2026-11-20T12:10:00Z')
const other = certificate('counter', [usage('nonRepudiation')], t.root, {
  key: generateKeyPair('RSA-2048'),
  validity: t.YEAR,
})
const input = { certificate: t.signer.certificate, algorithm: 'RSA-SHA256', signingTime: t.SIGNED_AT } as const

function report(document: Bytes, detached?: ReadonlyMap<string, Bytes>, context = t.context(soon, t.lists(soon))) {
  const read = ades.readDocument({ document, ...(detached && { detached }) })
  return documentReport(
    document,
    read.map((one) => ades.judgeSignature(one, context)),
    soon,
  )
}
/** Of the document, of its signature, of those over it. */
function told(...question: Parameters<typeof report>) {
  const { indication, signatures } = report(...question)
  const [one] = signatures
  return [indication, one!.indication, ...one!.counterSignatures.map((each) => each.subIndication ?? each.indication)]
}
const stampsOf = (...question: Parameters<typeof report>) =>
  report(...question).signatures[0]!.timeStamps.map(({ kind, believed }) => `${kind} ${believed}`)

function basic(): Bytes {
  const { draft, toBeSigned } = ades.prepareCades({ ...input, content: CONTENT, detached: false })
  return ades.finishCades(draft, t.signWith(toBeSigned))
}
const attribute = (type: string, value: Bytes): Bytes => der.sequence(der.oid(type), der.set(value))

/** A SignerInfo over these octets. RFC 5652 §11.4. */
function counterSigner(over: Bytes, { certificate: by, key }: Keyed, ...more: readonly Bytes[]): Bytes {
  const named = der.sequence(der.sequence(der.sequence(der.octetString(sha256(by.raw)))))
  const attributes = der.set(
    attribute(OID.messageDigest, der.octetString(sha256(over))),
    attribute(OID.signingCertificateV2, named),
    ...more,
  )
  return der.sequence(
    der.integer(1),
    der.sequence(encodeName(by.issuer), der.integer(by.serialNumber)),
    encodeAlgorithm({ algorithm: OID.sha256 }),
    der.implicit(0, attributes),
    encodeAlgorithm({ algorithm: OID.sha256WithRSAEncryption, parameters: der.nullValue() }),
    der.octetString(t.signWith(attributes, key)),
  )
}

function withUnsigned(document: Bytes, unsigned: (signer: SignerParts) => readonly CmsAttribute[]): Bytes {
  const parts = decodeCmsParts(document)
  const signers = parts.signers.map((one) => ({ ...one, unsigned: [...one.unsigned, ...unsigned(one)] }))
  return encodeCmsParts({ ...parts, certificates: [...parts.certificates, other.certificate.raw], signers })
}
const countered = (make: (over: Bytes) => Bytes, document = basic()) =>
  withUnsigned(document, ({ signature }) => [{ type: OID.countersignature, values: [make(signature)] }])

test('CMS: a counter-signature is judged as one over the value of the signature', () => {
  expect(told(countered((over) => counterSigner(over, other)))).toEqual([
    'TOTAL-PASSED',
    'TOTAL-PASSED',
    'TOTAL-PASSED',
  ])
  const another = countered(() => counterSigner(CONTENT, other))
  expect(told(another)).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED', 'HASH_FAILURE'])
  const forged = countered((over) => counterSigner(over, { ...other, key: t.signerKey }))
  expect(told(forged)).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED', 'SIG_CRYPTO_FAILURE'])
  const [contentType, garbage] = [attribute(OID.contentType, der.oid(OID.data)), der.sequence(der.integer(9))]
  for (const one of [(over: Bytes) => counterSigner(over, other, contentType), () => garbage])
    expect(told(countered(one))).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED', 'FORMAT_FAILURE'])
  const revoked = [{ serialNumber: other.certificate.serialNumber, revokedAt: t.SIGNED_AT }]
  const context = t.context(soon, t.lists(soon, revoked))
  expect(
    told(
      countered((over) => counterSigner(over, other)),
      undefined,
      context,
    ),
  ).toEqual(['INDETERMINATE', 'TOTAL-PASSED', 'REVOKED_NO_POE'])
})

test('CMS: an archive time stamp covers a counter-signature, which may not be taken away after', async () => {
  const document = ades.addValidationData(
    countered((over) => counterSigner(over, other)),
    t.lists(soon),
  )
  const draft = ades.prepareArchive(document)
  const kept = ades.addArchiveTimeStamp(document, draft, await t.stamped(draft.toBeStamped, soon))
  expect(told(kept)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED', 'TOTAL-PASSED'])
  const parts = decodeCmsParts(kept)
  const unsigned = parts.signers[0]!.unsigned.filter(({ type }) => type !== OID.countersignature)
  const without = encodeCmsParts({ ...parts, signers: [{ ...parts.signers[0]!, unsigned }] })
  expect(told(without)[0]).toBe('INDETERMINATE')
})

test('CMS: more counter-signatures than are read', () => {
  const values = Array.from({ length: 64 }, () => der.sequence())
  expect(told(withUnsigned(basic(), () => [{ type: OID.countersignature, values }]))).toEqual([
    'TOTAL-FAILED',
    'TOTAL-FAILED',
  ])
})

/** With more signed attributes than we write. */
function signedWith(...more: readonly Bytes[]): Bytes {
  const parts = decodeCmsParts(basic())
  const [signer] = parts.signers
  const before = Uint8Array.from(signer!.head[3]!)
  before[0] = der.TAG.SET
  const all = der.decode(before, (r) => r.setOf(readAttribute))
  const attributes = der.set(...all.map(({ type, values }) => der.sequence(der.oid(type), der.set(...values))), ...more)
  const head = signer!.head.with(3, der.implicit(0, attributes))
  return encodeCmsParts({ ...parts, signers: [{ ...signer!, head, signature: t.signWith(attributes) }] })
}

test('CMS: a content time stamp proves that the content is older than the signature, and makes no level', async () => {
  const early = t.at('2026-11-20T11:00:00Z')
  const stamped = async (octets: Bytes, time: Date) =>
    signedWith(attribute(OID.contentTimeStamp, await t.stamped(octets, time)))
  const good = await stamped(CONTENT, early)
  expect(stampsOf(good)).toEqual(['content true'])
  expect(report(good).signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', level: 'B-B', notJudged: [] })
  expect(report(good).signatures[0]).not.toHaveProperty('bestSignatureTime')
  expect(report(await stamped(utf8('another'), early)).signatures[0]!.subIndication).toBe('SIG_CONSTRAINTS_FAILURE')
  const late = await stamped(CONTENT, t.at('2026-11-20T12:05:00Z'))
  const timed = ades.addSignatureTimeStamp(late, await t.stamped(ades.signatureOctets(late), t.SIGNED_AT))
  expect(report(timed).signatures[0]!.subIndication).toBe('TIMESTAMP_ORDER_FAILURE')
  // Its own certificate ended in 2031; the time stamp of the signature says that it was there before.
  const short = signedWith(
    attribute(OID.contentTimeStamp, await t.stamped(CONTENT, early, t.stamper('2027-06-01T00:00:00Z'))),
  )
  const lt = ades.addValidationData(
    ades.addSignatureTimeStamp(short, await t.stamped(ades.signatureOctets(short), t.SIGNED_AT)),
    t.lists(t.at('2026-11-20T12:05:00Z')),
  )
  const after = t.at('2028-01-01T00:00:00Z')
  expect(stampsOf(lt, undefined, t.context(after, t.lists(after)))).toEqual(['content true', 'signature true'])
})

test('CMS: what nobody looks at is named', () => {
  const policy = attribute(OID.signaturePolicyIdentifier, der.sequence(der.oid('1.2.3.4'), der.nullValue()))
  const unknown = attribute('1.2.3.4.5', der.nullValue())
  const document = withUnsigned(signedWith(policy, unknown), () => [
    { type: OID.completeCertificateReferences, values: [der.sequence()] },
  ])
  expect(report(document).signatures[0]).toMatchObject({
    indication: 'TOTAL-PASSED',
    notJudged: ['1.2.3.4.5', 'signaturePolicyIdentifier', 'completeCertificateReferences'],
  })
  const nested = countered((over) => {
    const inner = counterSigner(over, other)
    const again = attribute(OID.countersignature, counterSigner(over, other))
    return der.sequence(
      ...der.decode(inner, (r) => r.sequence((one) => one.list((each) => each.raw()))),
      der.implicit(1, der.set(again)),
    )
  })
  expect(report(nested).signatures[0]!.counterSignatures[0]).toMatchObject({ notJudged: ['countersignature'] })
  expect(report(basic()).signatures[0]).toMatchObject({ notJudged: [], counterSignatures: [] })
})

const XML = utf8('<申請 xmlns="urn:example:city"><児童>一郎</児童></申請>')
const drafted = (content: ades.XadesContent = { kind: 'enveloped', document: XML }) =>
  fromUtf8(ades.prepareXades({ ...input, content }).draft)
const UNSIGNED = [
  '<xades:UnsignedProperties><xades:UnsignedSignatureProperties>',
  '</xades:UnsignedSignatureProperties></xades:UnsignedProperties>',
]
const withProperty = (document: string, property: string): Bytes =>
  utf8(document.replace('</xades:QualifyingProperties>', `${UNSIGNED.join(property)}</xades:QualifyingProperties>`))

test('XML: a counter-signature is judged as one over the value of the signature', () => {
  const text = fromUtf8(t.signedAgain(drafted())).replace(/(<ds:SignatureValue) Id="[^"]*"/, '$1 Id="x"')
  const value = /<ds:SignatureValue.*?<\/ds:SignatureValue>/s.exec(text)![0]
  const over = (element: string) =>
    `<xades:CounterSignature>${t.signedElement(element.replace('<ds:SignatureValue', '<ds:SignatureValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'))}</xades:CounterSignature>`
  const good = withProperty(text, over(value))
  expect(told(good)).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED', 'TOTAL-PASSED'])
  const changed = utf8(fromUtf8(withProperty(text, over(value.replace(/>..../, '>AAAA')))))
  expect(told(changed)).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED', 'HASH_FAILURE'])
  const elsewhere = withProperty(text.replace('Id="x"', 'Id="y"').replace('<児童>', '<児童 Id="x">'), over(value))
  expect(told(elsewhere)[0]).toBe('TOTAL-FAILED')
  expect(told(withProperty(text, '<xades:CounterSignature/>'))).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
  const garbage = withProperty(text, '<xades:CounterSignature><x xmlns=""/></xades:CounterSignature>')
  expect(told(garbage)).toEqual(['TOTAL-FAILED', 'TOTAL-PASSED', 'FORMAT_FAILURE'])
})

test('XML: time stamps over all or some of what was signed', async () => {
  const signed = readSignedDocument(utf8(drafted()))
  const octets = readXmlSignature(signatureElements(signed)[0]!, signed).references[0]!.octets()!
  const token = base64(await t.stamped(octets, t.at('2026-11-20T11:00:00Z')))
  const stamp = (name: string, inside = '', draft = drafted()) =>
    t.signedAgain(
      draft.replace(
        '</xades:SignedDataObjectProperties>',
        `<xades:${name}>${inside}<xades:EncapsulatedTimeStamp>${token}</xades:EncapsulatedTimeStamp></xades:${name}>$&`,
      ),
    )
  expect(stampsOf(stamp('AllDataObjectsTimeStamp'))).toEqual(['content true'])
  const [, id] = /<ds:Reference Id="([^"]*)"/.exec(drafted())!
  const include = (uri: string) =>
    stamp('IndividualDataObjectsTimeStamp', `<xades:Include URI="${uri}" referencedData="true"/>`)
  expect(stampsOf(include(`#${id}`))).toEqual(['content true'])
  expect(report(include('#gone')).signatures[0]!.subIndication).toBe('SIG_CONSTRAINTS_FAILURE')
  // Of the wrong octets: those of another document.
  const moved = stamp('AllDataObjectsTimeStamp', '', drafted().replace('一郎', '二郎'))
  expect(report(moved).signatures[0]!.subIndication).toBe('SIG_CONSTRAINTS_FAILURE')
  expect(report(stamp('RefsOnlyTimeStamp')).signatures[0]).toMatchObject({
    indication: 'TOTAL-PASSED',
    notJudged: ['RefsOnlyTimeStamp'],
  })
})

/** An enveloping signature over a manifest of two files. */
function manifest(change: (draft: string) => string = (draft) => draft): Bytes {
  const refer = (uri: string, octets: Bytes) =>
    `<ds:Reference URI="${uri}"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${base64(sha256(octets))}</ds:DigestValue></ds:Reference>`
  const inside = `<ds:Object><ds:Manifest Id="m">${refer('a.txt', utf8('a'))}${refer('b.txt', utf8('b'))}</ds:Manifest></ds:Object>`
  const draft = drafted({ kind: 'enveloping', content: CONTENT })
    .replace(/<ds:Object Id.*?<\/ds:Object>/s, inside)
    .replace(/URI="#[^"]*-object" Type="[^"]*"/, 'URI="#m" Type="http://www.w3.org/2000/09/xmldsig#Manifest"')
  return t.signedAgain(change(draft))
}

test('XML: what a manifest names is looked at', () => {
  const given = (b: string) =>
    new Map([
      ['a.txt', utf8('a')],
      ['b.txt', utf8(b)],
    ])
  expect(told(manifest(), given('b'))).toEqual(['TOTAL-PASSED', 'TOTAL-PASSED'])
  expect(report(manifest(), given('b')).signatures[0]!.scope.map(({ name }) => name)).toContain('b.txt')
  expect(report(manifest(), given('changed')).signatures[0]!.subIndication).toBe('HASH_FAILURE')
  expect(report(manifest()).signatures[0]!.subIndication).toBe('SIGNED_DATA_NOT_FOUND')
  const elsewhere = utf8(fromUtf8(manifest()).replace(' Id="m"', '').replace('<ds:KeyInfo>', '<ds:KeyInfo Id="m">'))
  expect(report(elsewhere, given('b')).signatures[0]!.subIndication).toBe('SIG_CONSTRAINTS_FAILURE')
  const none = utf8(fromUtf8(manifest()).replace(/(<ds:Manifest Id="m">).*?(<\/ds:Manifest>)/s, '$1$2'))
  expect(told(none)[0]).toBe('TOTAL-FAILED')
  const deep = manifest((draft) =>
    draft
      .replace('<ds:Object><ds:Manifest Id="m">', '<ds:Object><x xmlns="" Id="n"><ds:Manifest>')
      .replace('</ds:Manifest>', '</ds:Manifest></x>')
      .replace(/URI="#m" Type="[^"]*"/, 'URI="#n"'),
  )
  expect(report(deep).signatures[0]).toMatchObject({ indication: 'TOTAL-PASSED', notJudged: ['Manifest'] })
})
