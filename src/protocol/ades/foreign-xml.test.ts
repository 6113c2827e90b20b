// XML signatures as others write them, and what nobody has to believe: transforms, what is unknown, what is hostile.

import { expect, test } from 'vitest'
import { type Bytes, base64, fromUtf8, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import * as ades from './index.ts'
import * as t from './testing/signing.ts'

const DOCUMENT = utf8('<申請 xmlns="urn:example:city" 年度="2027"><児童>一郎</児童><!-- 備考 --></申請>')
const soon = t.at('2026-11-20T12:10:00Z')
const fresh = () => t.context(soon, t.lists(soon))

const prepared = (content: ades.XadesContent): Bytes =>
  ades.prepareXades({
    content,
    certificate: t.signer.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: t.SIGNED_AT,
  }).draft
const finished = (draft: Bytes): Bytes => ades.finishXades(draft, t.signWith(ades.xadesToBeSigned(draft)), 'RSA-SHA256')
const enveloped = () => finished(prepared({ kind: 'enveloped', document: DOCUMENT }))
const enveloping = { kind: 'enveloping', content: utf8('octets') } as const

function judged(document: Bytes, mustCover?: readonly string[]) {
  const all = ades.readXades({ document, ...(mustCover && { mustCover }) })
  return all
    .map((read) => ades.judgeSignature(read, fresh()))
    .flatMap(({ indication, subIndication, level }) => [indication, ...(subIndication ? [subIndication] : []), level])
}
const reason = (document: Bytes) =>
  ades
    .readXades({ document })
    .flatMap(({ constraints }) => constraints)
    .filter(({ outcome }) => outcome !== 'passed')
    .map(({ evidence }) => evidence)
const replaced = (document: Bytes, ...changes: readonly [string | RegExp, string][]): Bytes =>
  utf8(changes.reduce((text, [from, to]) => text.replace(from, to), fromUtf8(document)))

test('what nobody signed and nobody can read is a doubt and no forgery', async () => {
  const b = enveloped()
  const bt = ades.addXadesSignatureTimeStamp(b, await t.stamped(ades.xadesSignatureOctets(b), t.SIGNED_AT))
  const stamp = replaced(bt, [/(<xades:EncapsulatedTimeStamp[^>]*>)/, '$1!'])
  expect(judged(stamp)).toEqual(['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE', 'B-T'])
  const lt = ades.addXadesValidationData(bt, t.lists(t.at('2026-11-20T12:05:00Z')))
  expect(judged(replaced(lt, [/(<xades:EncapsulatedX509Certificate>)/, '$1!']))).toEqual(['TOTAL-PASSED', 'B-LT'])
})

const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const FILTER = 'http://www.w3.org/2002/06/xmldsig-filter2'
const DS = 'http://www.w3.org/2000/09/xmldsig#'
const xpath = (words: string, ds = DS) =>
  `<ds:Transform Algorithm="${XPATH}"><ds:XPath xmlns:s="${ds}">${words}</ds:XPath></ds:Transform>`
const filter = (words: string, how = 'subtract') =>
  `<ds:Transform Algorithm="${FILTER}"><f:XPath xmlns:f="${FILTER}" Filter="${how}">${words}</f:XPath></ds:Transform>`
const ENVELOPED = `<ds:Transform Algorithm="${DS}enveloped-signature"/>`

/** Signed with other transforms than those that we write; their octets are those of the document without any signature. */
function transformed(transforms: string, document = DOCUMENT, without = document): Bytes {
  const [digest] = /<ds:DigestValue>[^<]*/.exec(fromUtf8(prepared({ kind: 'enveloped', document: without })))!
  const draft = prepared({ kind: 'enveloped', document })
  const own = fromUtf8(draft).lastIndexOf('<ds:SignedInfo>')
  const [before, after] = [fromUtf8(draft).slice(0, own), fromUtf8(draft).slice(own)]
  return finished(utf8(before + after.replace(ENVELOPED, transforms).replace(/<ds:DigestValue>[^<]*/, digest!)))
}

test('every signature left out, in the words of XPath that are in use, and in no others', () => {
  const [not, any] = ['not(ancestor-or-self::s:Signature)', '/descendant::ds:Signature']
  for (const transforms of [xpath(not), filter(any), ENVELOPED + xpath(not)])
    expect(judged(transformed(transforms))).toEqual(['TOTAL-PASSED', 'B-B'])
  for (const transforms of [
    xpath(`${not} or true()`),
    xpath(not, 'urn:another'),
    filter(any, 'union'),
    filter(`${any} | /descendant::*`),
  ])
    expect(judged(transformed(transforms))).toEqual(['INDETERMINATE', 'SIG_CONSTRAINTS_FAILURE', 'none'])
})

test('two sign side by side; what stands in a signature that was left out is not signed', () => {
  const any = filter('/descendant::ds:Signature')
  const both = transformed(any, transformed(any), DOCUMENT)
  expect(judged(both)).toEqual(['TOTAL-PASSED', 'B-B', 'TOTAL-PASSED', 'B-B'])
  const inside = `<s:Signature xmlns:s="${DS}"><item xmlns="">evil</item></s:Signature>`
  const [plain, filled] = ['', inside].map((one) => replaced(DOCUMENT, ['</申請>', `<x>${one}</x></申請>`]))
  const hidden = transformed(any, filled, plain)
  expect(judged(hidden).slice(-2)).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(judged(hidden, ['/申請/x'])).toContain('TOTAL-PASSED')
  expect(judged(hidden, ['/申請/x/Signature/item'])).not.toContain('TOTAL-PASSED')
})

test('an object that is signed as what its base64 stands for', () => {
  const draft = prepared(enveloping)
  const other = replaced(
    draft,
    [/http:\/\/www.w3.org\/2001\/10\/xml-exc-c14n#"\/><\/ds:Transforms>/, `${DS}base64"/></ds:Transforms>`],
    [/(<ds:DigestValue>)[^<]*/, `$1${base64(sha256(utf8('octets')))}`],
  )
  const document = finished(other)
  expect(judged(document)).toEqual(['TOTAL-PASSED', 'B-B'])
  expect(judged(replaced(document, [/(<ds:Object [^>]*>)b/, '$1c']))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
  expect(judged(replaced(document, [/(<ds:Object [^>]*>)/, '$1<x/>']))[0]).toBe('TOTAL-FAILED')
})

test('a signature over nothing but its own properties, or over another file than that which was given', () => {
  const draft = prepared(enveloping)
  const other = replaced(draft, [/<ds:Reference .*?<\/ds:Reference>/s, ''], [/<ds:Object Id.*?<\/ds:Object>/s, ''])
  const document = finished(other)
  expect(judged(document)).toEqual(['INDETERMINATE', 'SIGNED_DATA_NOT_FOUND', 'none'])
  const [read] = ades.readDocument({ document: finished(draft), detached: new Map([['contract.pdf', utf8('x')]]) })
  expect(ades.judgeSignature(read!, fresh())).toMatchObject({ subIndication: 'SIG_CONSTRAINTS_FAILURE' })
})

test.each([
  ['a digest', [/xmlenc#sha256/, 'xmlenc#ripemd160'], 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
  ['a signature', [/xmldsig-more#rsa-sha256/, 'xmldsig-more#rsa-ripemd160'], 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
  ['a canonicalization', [/xml-exc-c14n#/, 'xml-c14n2'], 'SIG_CONSTRAINTS_FAILURE'],
  ['an element', [/URI=""/, 'URI="#gone"'], 'SIGNED_DATA_NOT_FOUND'],
] as [string, [RegExp, string], string][])(
  '%s that is not known or not there decides nothing',
  (_what, change, expected) =>
    expect(judged(replaced(enveloped(), change))).toEqual(['INDETERMINATE', expected, 'none']),
)

test('a long signature value, many prefixes, comments and properties take no time and no stack', () => {
  const long = replaced(
    enveloped(),
    [/xmldsig-more#rsa-sha256/, 'xmldsig-more#ecdsa-sha256'],
    [/(<ds:SignatureValue[^>]*>)[^<]*/, `$1${'////'.repeat(100_000)}`],
  )
  expect(judged(long)[0]).toBe('TOTAL-FAILED')
  const many = '<?a?>'.repeat(150_000)
  expect(judged(replaced(enveloped(), ['<申請', `${many}<申請`]))).toEqual(['TOTAL-FAILED', 'HASH_FAILURE', 'none'])
  const list = `<e:InclusiveNamespaces xmlns:e="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="${'p '.repeat(129)}"/>`
  const prefixes = replaced(enveloped(), [
    /(<ds:CanonicalizationMethod [^>]*)\/>/,
    `$1>${list}</ds:CanonicalizationMethod>`,
  ])
  expect(reason(prefixes)).toEqual(['too many prefixes'])
})
