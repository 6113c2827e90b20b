// XAdES of our own in its three forms and through all levels; signature wrapping and other ways to fool a reader.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { certificate, usage } from '../path-validation/testing/forest.ts'
import * as ades from './index.ts'
import * as t from './testing/signing.ts'

const DOCUMENT = utf8(
  '<?xml version="1.0"?>\n<申請 xmlns="urn:example:city" 年度="2027">\n  <児童 Id="child">一郎</児童><!-- 備考 -->\n</申請>\n',
)
const soon = t.at('2026-11-20T12:10:00Z')
const fresh = (time = soon) => t.context(time, t.lists(time))

function signed(content: ades.XadesContent, by = t.signer, key = t.signerKey): Bytes {
  const { draft, toBeSigned } = ades.prepareXades({
    content,
    certificate: by.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: t.SIGNED_AT,
  })
  expect(ades.xadesToBeSigned(draft)).toEqual(toBeSigned)
  return ades.finishXades(draft, t.signWith(toBeSigned, key), 'RSA-SHA256')
}
const enveloped = () => signed({ kind: 'enveloped', document: DOCUMENT })

type Question = Omit<Parameters<typeof ades.readXades>[0], 'document'>
function judged(document: Bytes, context = fresh(), question: Question = {}) {
  const all = ades.readXades({ document, ...question }).map((read) => ades.judgeSignature(read, context))
  return all.flatMap(({ indication, subIndication, level }) => [
    indication,
    ...(subIndication ? [subIndication] : []),
    level,
  ])
}
const reason = (document: Bytes, question: Question = {}) =>
  ades
    .readXades({ document, ...question })
    .flatMap(({ constraints }) => constraints)
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ evidence }) => evidence)

test('enveloped, enveloping and detached', () => {
  const content = utf8('octets')
  expect(judged(enveloped())).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(judged(signed({ kind: 'enveloping', content }))).toEqual(['TOTAL-PASSED', 'B-B'])
  const detached = signed({ kind: 'detached', content, uri: 'application.csv' })
  const given = (octets: Bytes) => ({ detached: new Map([['application.csv', octets]]) })
  expect(judged(detached, fresh(), given(content))).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(judged(detached)).toEqual(['INDETERMINATE', 'SIGNED_DATA_NOT_FOUND', 'none'])
  expect(judged(detached, fresh(), given(utf8('other')))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
})

test('by an elliptic key too', () => {
  const key = generateKeyPair('P-256')
  const by = certificate('ec', [usage('nonRepudiation')], t.root, { key })
  const { draft, toBeSigned } = ades.prepareXades({
    content: { kind: 'enveloped', document: DOCUMENT },
    certificate: by.certificate,
    algorithm: 'ECDSA-P256-SHA256',
    signingTime: t.SIGNED_AT,
  })
  const document = ades.finishXades(draft, t.signElliptic(toBeSigned, key), 'ECDSA-P256-SHA256')
  expect(judged(document)).toEqual(['TOTAL-PASSED', 'B-B'])
})

test('B-T, B-LT and B-LTA, long after the certificate', async () => {
  const after = t.at('2030-01-01T00:00:00Z')
  const b = enveloped()
  const bt = ades.addXadesSignatureTimeStamp(b, await t.stamped(ades.xadesSignatureOctets(b), t.SIGNED_AT))
  expect(judged(bt)).toEqual(['TOTAL-PASSED', 'B-T'])
  expect(judged(bt, fresh(after))).toEqual(['INDETERMINATE', 'CERTIFICATE_CHAIN_GENERAL_FAILURE', 'B-T'])
  const lt = ades.addXadesValidationData(bt, t.lists(t.at('2026-11-20T12:05:00Z')))
  expect(judged(lt, fresh(after))).toEqual(['TOTAL-PASSED', 'B-LT'])
  const lta = ades.addXadesArchiveTimeStamp(lt, await t.stamped(ades.prepareXadesArchive(lt), soon))
  expect(judged(lta, fresh(after))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  const kept = ades.addXadesValidationData(lta, t.lists(t.at('2030-06-01T00:00:00Z')))
  const octets = ades.prepareXadesArchive(kept)
  const renewed = ades.addXadesArchiveTimeStamp(
    kept,
    await t.stamped(octets, t.at('2030-06-01T00:00:01Z'), t.stamper('2050-01-01T00:00:00Z')),
  )
  expect(judged(renewed, fresh(t.at('2045-01-01T00:00:00Z')))).toEqual(['TOTAL-PASSED', 'B-LTA'])
  // What the archive time stamps are over cannot be taken out.
  const without = utf8(fromUtf8(renewed).replace(/<xades:RevocationValues>.*?<\/xades:RevocationValues>/, ''))
  expect(judged(without, fresh(after))[0]).not.toBe('TOTAL-PASSED')
})

const replaced = (document: Bytes, ...changes: readonly [string | RegExp, string][]): Bytes =>
  utf8(changes.reduce((text, [from, to]) => text.replace(from, to), fromUtf8(document)))

test('changed content, changed time, changed certificate, changed signature', () => {
  const document = enveloped()
  expect(judged(replaced(document, ['一郎', '二郎']))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
  expect(judged(replaced(document, ['T12:00:00Z<', 'T12:00:01Z<']))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
  expect(judged(signed({ kind: 'enveloped', document: DOCUMENT }, t.signer, generateKeyPair('RSA-2048')))).toEqual([
    'TOTAL-FAILED',
    'SIG_CRYPTO_FAILURE',
    'B-B',
  ])
  // Comments and where the lines end are not part of what a same-document reference signs; element content is.
  expect(judged(replaced(document, [' 備考 ', '']))[0]).toBe('TOTAL-PASSED')
})

/** Over one element only, as many protocols sign. */
function partial(): { document: Bytes; signature: string } {
  const document = signed({ kind: 'enveloped', document: utf8('<list><item Id="x">100</item></list>') })
  return { document, signature: /<ds:Signature.*<\/ds:Signature>/s.exec(fromUtf8(document))![0] }
}

test('signature wrapping: what is signed counts only where it stands', () => {
  const { document, signature } = partial()
  expect(judged(document, fresh(), { mustCover: ['/list/item'] })).toEqual(['TOTAL-PASSED', 'B-B'])
  // The signed document put into another one: the reference to the whole no longer holds.
  const wrapped = utf8(`<list><item>999999</item><old><list><item Id="x">100</item>${signature}</list></old></list>`)
  expect(judged(wrapped)).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
})

test('wrapping of a signature by identifier', () => {
  const inner = t.signedElement('<item Id="x">100</item>')
  const plain = utf8(`<list><item Id="x">100</item>${inner}</list>`)
  expect(judged(plain, fresh(), { mustCover: ['/list/item'] })).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(reason(plain)).toEqual(['only a part of the document'])
  const moved = utf8(`<list><item>999999</item><hidden><item Id="x">100</item></hidden>${inner}</list>`)
  expect(reason(moved, { mustCover: ['/list/item'] })).toEqual(['not signed: /list/item'])
  const twice = utf8(`<list><item Id="x">999999</item><hidden><item Id="x">100</item></hidden>${inner}</list>`)
  expect(reason(twice, { mustCover: ['/list/item'] })).toEqual(['two elements have the same identifier'])
  const spelled = utf8(`<list><item ID="x">999999</item><hidden><item Id="x">100</item></hidden>${inner}</list>`)
  expect(reason(spelled, { mustCover: ['/list/item'] })).toEqual(['two elements have the same identifier'])
  const beside = utf8(`<list><item>999999</item><item Id="x">100</item>${inner}</list>`)
  expect(reason(beside, { mustCover: ['/list/item'] })).toEqual(['not signed: /list/item'])
  const inObject = utf8(
    `<list><item>999999</item>${inner.replace('</ds:Signature>', '<ds:Object><item Id="x">100</item></ds:Object></ds:Signature>')}</list>`,
  )
  expect(reason(inObject, { mustCover: ['/list/item'] })).toEqual(['not signed: /list/item'])
})

test('properties of another signature, and objects that nobody signed', () => {
  const document = enveloped()
  expect(reason(replaced(document, [/Target="#[^"]+"/, 'Target="#other"']))).toEqual(['they are of another'])
  const object = '<ds:Object><evil/></ds:Object></ds:Signature>'
  expect(reason(replaced(document, ['</ds:Signature>', object]))).toEqual(['an object of the signature is not signed'])
})

const TRANSFORM = /<ds:Transform Algorithm="http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#"\/>/
test.each([
  ['XSLT', 'http://www.w3.org/TR/1999/REC-xslt-19991116', 'a transform that is not allowed'],
  ['XPath', 'http://www.w3.org/TR/1999/REC-xpath-19991116', 'a transform that is not allowed'],
  ['XPath filter 2', 'http://www.w3.org/2002/06/xmldsig-filter2', 'a transform that is not allowed'],
  ['base64 of what is more than text', 'http://www.w3.org/2000/09/xmldsig#base64', 'more transforms than are needed'],
])('%s is refused', (_what, uri, expected) => {
  expect(reason(replaced(enveloped(), [TRANSFORM, `<ds:Transform Algorithm="${uri}"/>`]))).toEqual([expected])
})

test.each([
  ['a document type', [['<申請', '<!DOCTYPE 申請 [<!ENTITY e "x">]><申請']], 'a document type is not read'],
  ['an XPointer', [[/URI="#[^"]+"/, 'URI="#xpointer(/)"']], 'an XPointer is not followed'],
  ['HMAC', [[/xmldsig-more#rsa-sha256/, 'xmldsig-more#hmac-sha256']], 'an algorithm of a signature that is not known'],
  ['a file', [[/URI=""/, 'URI="file:///etc/passwd"']], 'more transforms than are needed'],
] as [string, [string | RegExp, string][], string][])('%s is refused', (_what, changes, expected) => {
  expect(reason(replaced(enveloped(), ...changes))).toEqual([expected])
})

test('more signatures or references than are read', () => {
  const document = enveloped()
  const signature = /<ds:Signature.*<\/ds:Signature>/s.exec(fromUtf8(document))![0]
  const bare = signature.replace(/ Id="[^"]*"/g, '')
  expect(reason(utf8(`<list>${bare.repeat(65)}</list>`))).toEqual(['more signatures than are read'])
  const reference = /<ds:Reference.*?<\/ds:Reference>/s.exec(signature)![0].replace(/ Id="[^"]*"/, '')
  const many = replaced(document, ['</ds:SignedInfo>', `${reference.repeat(32)}</ds:SignedInfo>`])
  expect(reason(many)).toEqual(['more references than are followed'])
})

test('any bytes give an answer', () => {
  for (const text of [
    '',
    '<a/>',
    '<a',
    '<a xmlns:x="relative"/>',
    `${'<a>'.repeat(9999)}`,
    '<a>&e;</a>',
    '<a b="1" b="1"/>',
  ])
    expect(judged(utf8(text))).toEqual(['TOTAL-FAILED', 'FORMAT_FAILURE', 'none'])
})

test('nothing that is put in, taken out or changed makes another document pass, and nothing throws', () => {
  const document = enveloped()
  const whole = fromUtf8(document)
  const scope = ades.readXades({ document })[0]!.scope
  const inserted = [
    '',
    '<!-- c -->',
    '<?p?>',
    '<![CDATA[]]>',
    ' ',
    '&#13;',
    '<x/>',
    ' Id="a"',
    ' xmlns:q="urn:q"',
    '二',
  ]
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.constantFrom(...inserted), fc.nat(1), (place, text, taken) => {
      const changed = utf8(whole.slice(0, place) + text + whole.slice(place + taken))
      for (const read of ades.readXades({ document: changed }))
        if (ades.judgeSignature(read, fresh()).indication === 'TOTAL-PASSED') expect(read.scope).toEqual(scope)
    }),
    { numRuns: 300 },
  )
})
