// Each form of name against subtrees: inside, outside, and what cannot be judged. RFC 5280 §4.2.1.10.

import { describe, expect, test } from 'vitest'
import { fromHex, utf8 } from '../../base/bytes.ts'
import * as der from '../../codec/der.ts'
import { name } from '../../codec/name.ts'
import { directoryName, type GeneralName, otherName, uri } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import type { Extension } from '../../codec/x509.ts'
import { encodeNameConstraints, type NameConstraints } from '../../codec/x509-constraints.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { CA, certificate, END, wrong } from './testing/forest.ts'

const root = certificate('root', CA)
const narrow = (set: Partial<NameConstraints>): Extension =>
  ext.extension(OID.nameConstraints, true, encodeNameConstraints({ permitted: [], excluded: [], ...set }))
const names = (...all: GeneralName[]): Extension => ext.extension(OID.subjectAltName, false, ext.encodeAltName(...all))

const dns = (text: string): GeneralName => ({ kind: 'dns', text })
const email = (text: string): GeneralName => ({ kind: 'email', text })
const ip = (octets: string): GeneralName => ({ kind: 'ip', octets: fromHex(octets) })
const jpki = otherName(OID.jpkiCommonName, der.utf8String('花子'))

const judged = (set: Partial<NameConstraints>, ...all: GeneralName[]) => {
  const ca = certificate('ca', [...CA, narrow(set)], root)
  return wrong(root, [certificate('end', [...END, names(...all)], ca), ca]).join()
}
const OUTCOME = {
  inside: '',
  outside: 'failed: every name is allowed',
  unclear: 'indeterminate: every name is allowed',
}
type Place = keyof typeof OUTCOME

const TABLE: [name: GeneralName, subtree: GeneralName, place: Place][] = [
  [dns('example.jp'), dns('example.jp'), 'inside'],
  [dns('a.b.EXAMPLE.jp'), dns('example.JP'), 'inside'],
  [dns('a.example.jp'), dns(''), 'inside'],
  [dns('*.example.jp'), dns('example.jp'), 'inside'],
  [dns('badexample.jp'), dns('example.jp'), 'outside'],
  [dns('jp'), dns('example.jp'), 'outside'],
  [dns('a.example.jp'), dns('.example.jp'), 'unclear'],
  [dns('exa mple.jp'), dns('example.jp'), 'unclear'],
  [dns('example.jp.'), dns('example.jp'), 'unclear'],
  [dns('127.0.0.1'), dns('example.jp'), 'unclear'],
  [email('hanako@example.jp'), email('hanako@example.JP'), 'inside'],
  [email('Hanako@example.jp'), email('hanako@example.jp'), 'outside'],
  [email('hanako@example.jp'), email('example.jp'), 'inside'],
  [email('hanako@mail.example.jp'), email('example.jp'), 'outside'],
  [email('hanako@mail.example.jp'), email('.example.jp'), 'inside'],
  [email('hanako@example.jp'), email('.example.jp'), 'outside'],
  [email('hanako'), email('example.jp'), 'unclear'],
  [email('a@evil.jp\0@example.jp'), email('example.jp'), 'unclear'],
  [email('hanako@example.jp'), email(''), 'unclear'],
  [uri('http://example.jp/a'), uri('example.jp'), 'inside'],
  [uri('https://user@www.example.jp:8443/a'), uri('.example.jp'), 'inside'],
  [uri('http://example.jp/'), uri('.example.jp'), 'outside'],
  [uri('http://evil.jp/?http://example.jp'), uri('example.jp'), 'outside'],
  [uri('urn:uuid:1'), uri('example.jp'), 'unclear'],
  [uri('http://192.0.2.1/'), uri('example.jp'), 'unclear'],
  [uri('http://[2001:db8::1]/'), uri('example.jp'), 'unclear'],
  [ip('c0000201'), ip('c0000200ffffff00'), 'inside'],
  [ip('c0000301'), ip('c0000200ffffff00'), 'outside'],
  [ip(`20010db8${'00'.repeat(12)}`), ip(`20010db8${'00'.repeat(12)}ffffffff${'00'.repeat(12)}`), 'inside'],
  [ip(`20010db8${'00'.repeat(12)}`), ip('c0000200ffffff00'), 'outside'],
  [ip('c0000201'), ip('c0000200ff00ff00'), 'unclear'],
  [ip('c00002'), ip('c0000200ffffff00'), 'unclear'],
  [
    directoryName(name(['C', 'JP'], ['O', 'A  b'], ['CN', 'x'])),
    directoryName(name(['C', 'jp'], ['O', 'a B'])),
    'inside',
  ],
  [directoryName(name(['C', 'JP'], ['O', 'A'])), directoryName([]), 'inside'],
  [directoryName(name(['C', 'JP'], ['O', 'Ab'])), directoryName(name(['C', 'JP'], ['O', 'A'])), 'outside'],
  [directoryName(name(['C', 'JP'])), directoryName(name(['C', 'JP'], ['O', 'A'])), 'outside'],
  [directoryName(name(['O', 'A,2.5.4.3=x'])), directoryName(name(['O', 'A'])), 'outside'],
  [directoryName(name(['O', 'A\\'], ['CN', 'x'])), directoryName(name(['O', 'A\\'])), 'inside'],
]

describe('one name in different types of string', () => {
  const organization = (tag: number, contents: string): GeneralName =>
    directoryName([[{ type: OID.organizationName, tag, contents: fromHex(contents) }]])
  const evil = directoryName(name(['O', 'Évil ß']))
  test.each<[string, GeneralName]>([
    ['UTF-8', organization(der.TAG.UTF8_STRING, 'c38976696c20c39f')],
    ['UTF-8, decomposed, other case', organization(der.TAG.UTF8_STRING, '65cc8176494c205353')],
    ['UTF-8 with what nobody sees', organization(der.TAG.UTF8_STRING, 'c389e2808b76696c20c39f')],
    ['TeletexString', organization(der.TAG.TELETEX_STRING, 'c976696c20df')],
    ['BMPString', organization(der.TAG.BMP_STRING, '00c900760069006c002000df')],
    ['UniversalString', organization(der.TAG.UNIVERSAL_STRING, '000000c900000076000000690000006c00000020000000df')],
  ])('%s', (_what, one) => expect(judged({ excluded: [evil] }, one)).toBe(OUTCOME.outside))

  test.each<[string, GeneralName]>([
    ['a PrintableString with what it lacks', organization(der.TAG.PRINTABLE_STRING, '4026')],
    ['UTF-8 that is none', organization(der.TAG.UTF8_STRING, 'ff')],
    ['half a character', organization(der.TAG.BMP_STRING, 'd83d')],
  ])('%s cannot be judged', (_what, one) => expect(judged({ excluded: [evil] }, one)).toBe(OUTCOME.unclear))
})

test('RFC 9598 §6: a mailbox outside of ASCII is under the constraints of addresses', () => {
  const mailbox = (text: string) => otherName(OID.smtpUtf8Mailbox, der.utf8String(text))
  expect(judged({ permitted: [email('example.jp')] }, mailbox('花子@example.jp'))).toBe('')
  expect(judged({ permitted: [email('example.jp')] }, mailbox('花子@evil.jp'))).toBe(OUTCOME.outside)
  expect(judged({ excluded: [email('.example.jp')] }, mailbox('花子@a.example.jp'))).toBe(OUTCOME.outside)
  expect(judged({ permitted: [email('example.jp')] }, mailbox('花子@例え.jp'))).toBe(OUTCOME.unclear)
})

/** The subject of every certificate here must be allowed too, where names of that form are constrained. */
const subject = directoryName(name(['CN', 'end']))
const withSubject = (subtree: GeneralName) => (subtree.kind === 'directoryName' ? [subtree, subject] : [subtree])

test.each(TABLE)('%o in %o, permitted: %s', (one, subtree, place) =>
  expect(judged({ permitted: withSubject(subtree) }, one)).toBe(OUTCOME[place]),
)

const OPPOSITE = { inside: 'outside', outside: 'inside', unclear: 'unclear' } as const
test.each(TABLE.filter(([, subtree]) => subtree.kind !== 'directoryName' || subtree.name.length > 0))(
  '%o in %o, excluded: not %s',
  (one, subtree, place) => expect(judged({ excluded: [subtree] }, one)).toBe(OUTCOME[OPPOSITE[place]]),
)

describe('rules beside the forms', () => {
  test('a wildcard that may stand for an excluded host', () => {
    expect(judged({ excluded: [dns('secret.example.jp')] }, dns('*.example.jp'))).toBe(OUTCOME.outside)
    expect(judged({ permitted: [dns('a.example.jp')] }, dns('*.example.jp'))).toBe(OUTCOME.outside)
  })

  test('a form that nobody constrains is free', () =>
    expect(judged({ permitted: [dns('example.jp')] }, email('a@evil.jp'), jpki)).toBe(''))

  test('a form that cannot be compared is refused once it is constrained', () => {
    expect(judged({ permitted: [jpki] }, jpki)).toBe(OUTCOME.outside)
    expect(judged({ excluded: [jpki] }, otherName('1.2.3', der.utf8String('x')))).toBe(OUTCOME.outside)
    expect(judged({ excluded: [jpki] }, dns('example.jp'))).toBe('')
  })

  test('one name that is not allowed is enough', () =>
    expect(judged({ permitted: [dns('example.jp')] }, dns('example.jp'), dns('evil.jp'))).toBe(OUTCOME.outside))

  test('an address in the subject counts', () => {
    const address = { type: OID.emailAddress, tag: der.TAG.IA5_STRING, contents: utf8('a@evil.jp') }
    const ca = certificate('ca', [...CA, narrow({ permitted: [email('example.jp')] })], root)
    const end = certificate('end', END, ca, { subject: [...name(['CN', 'end']), [address]] })
    expect(wrong(root, [end, ca])).toEqual([OUTCOME.outside])
  })

  test('what one CA allows, the next can only narrow', () => {
    const wide = certificate('wide', [...CA, narrow({ permitted: [dns('example.jp')] })], root)
    const wider = certificate('wider', [...CA, narrow({ permitted: [dns('example.jp'), dns('evil.jp')] })], wide)
    const end = (text: string) => certificate('end', [...END, names(dns(text))], wider)
    expect(wrong(root, [end('a.example.jp'), wider, wide])).toEqual([])
    expect(wrong(root, [end('evil.jp'), wider, wide])).toEqual([OUTCOME.outside])
  })

  test("a trust anchor's constraints and those of the caller count", () => {
    const narrowRoot = certificate('narrow root', [...CA, narrow({ permitted: [dns('example.jp')] })])
    const end = (issuer = root) => certificate('end', [...END, names(dns('evil.jp'))], issuer)
    expect(wrong(narrowRoot, [end(narrowRoot)])).toEqual([OUTCOME.outside])
    const initial = { nameConstraints: { permitted: [], excluded: [dns('evil.jp')] } }
    expect(wrong(root, [end()])).toEqual([])
    expect(wrong(root, [end()], { initial })).toEqual([OUTCOME.outside])
  })
})
