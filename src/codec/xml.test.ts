// Examples of the recommendations, and what is no XML that is read.

import { expect, test } from 'vitest'
import { fromUtf8, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { decodeXml, type XmlElement } from './xml.ts'
import { type Canonicalization, canonicalize } from './xml-c14n.ts'
import { descendants } from './xml-elements.ts'

const canonical = (text: string, how: Canonicalization = { kind: 'inclusive', comments: true }) =>
  fromUtf8(canonicalize(decodeXml(utf8(text)), how))
const partOf = (text: string, local: string, how: Canonicalization) => {
  const found = [...descendants(decodeXml(utf8(text)).root)].find((one: XmlElement) => one.local === local)
  return fromUtf8(canonicalize(found!, how))
}

test('C14N §3.1: instructions, comments and what is outside of the root', () =>
  expect(
    canonical(
      '<?xml version="1.0"?>\n\n<?xml-stylesheet   href="doc.xsl"\n   type="text/xsl"   ?>\n\n<doc>Hello<!-- 1 --></doc>\n\n<?pi-without-data     ?>\n\n<!-- 2 -->\n',
    ),
  ).toBe(
    '<?xml-stylesheet href="doc.xsl"\n   type="text/xsl"   ?>\n<doc>Hello<!-- 1 --></doc>\n<?pi-without-data?>\n<!-- 2 -->',
  ))

test('C14N §3.3: start and end tags', () =>
  expect(
    canonical(
      '<doc><e1   /><e2   ></e2><e3   name = "elem3"   id="elem3"   /><e5 a:attr="out" b:attr="sorted" attr2="all" attr="I\'m"\n xmlns:b="http://www.ietf.org"\n xmlns:a="http://www.w3.org"\n xmlns="http://example.org"/><e6 xmlns="" xmlns:a="http://www.w3.org"><e7 xmlns="http://www.ietf.org"><e8 xmlns="" xmlns:a="http://www.w3.org"><e9 xmlns="" xmlns:a="http://www.ietf.org"/></e8></e7></e6></doc>',
    ),
  ).toBe(
    '<doc><e1></e1><e2></e2><e3 id="elem3" name="elem3"></e3><e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I\'m" attr2="all" b:attr="sorted" a:attr="out"></e5><e6 xmlns:a="http://www.w3.org"><e7 xmlns="http://www.ietf.org"><e8 xmlns=""><e9 xmlns:a="http://www.ietf.org"></e9></e8></e7></e6></doc>',
  ))

test('C14N §3.4: character references and CDATA', () =>
  expect(
    canonical(
      '<doc><text>First line&#x0d;&#10;Second line</text><value>&#x32;</value><compute><![CDATA[value>"0" && value<"10" ?"valid":"error"]]></compute><norm attr=\' &apos;   &#x20;&#13;&#xa;&#9;   &apos; \'/></doc>',
    ),
  ).toBe(
    '<doc><text>First line&#xD;\nSecond line</text><value>2</value><compute>value&gt;"0" &amp;&amp; value&lt;"10" ?"valid":"error"</compute><norm attr=" \'    &#xD;&#xA;&#x9;   \' "></norm></doc>',
  ))

const NESTED =
  '<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>'
test('Exclusive C14N §2.2: only what is used, where it is used', () =>
  expect(partOf(NESTED, 'elem2', { kind: 'exclusive' })).toBe(
    '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>',
  ))
test('Exclusive C14N §3: prefixes that are named', () =>
  expect(partOf(NESTED, 'elem2', { kind: 'exclusive', inclusivePrefixes: ['n0'] })).toContain('xmlns:n0="foo:bar"'))

const BASE = '<a xml:lang="ja" xml:id="i" xml:space="preserve" xmlns:p="urn:p"><b/></a>'
test('C14N 1.0 hands down attributes of XML, 1.1 not all of them', () => {
  expect(partOf(BASE, 'b', { kind: 'inclusive' })).toBe(
    '<b xmlns:p="urn:p" xml:id="i" xml:lang="ja" xml:space="preserve"></b>',
  )
  expect(partOf(BASE, 'b', { kind: 'inclusive-1.1' })).toBe(
    '<b xmlns:p="urn:p" xml:lang="ja" xml:space="preserve"></b>',
  )
})

test('attributes in the order of code points, not of UTF-16', () =>
  expect(canonical('<a \u{10000}="2" \uFDF0="1"/>')).toBe('<a \uFDF0="1" \u{10000}="2"></a>'))

test.each([
  '<!DOCTYPE a><a/>',
  '<a>&b;</a>',
  '<a>&#0;</a>',
  '<a>&#xD800;</a>',
  '<a>& </a>',
  '<a b=1/>',
  '<a b="1" b="2"/>',
  '<a xmlns:x="urn:u" xmlns:y="urn:u" x:b="1" y:b="2"/>',
  '<a xmlns:x=""/>',
  '<a xmlns:xml="urn:u"/>',
  '<x:a/>',
  '<a></b>',
  '<a/><b/>',
  '<a>]]></a>',
  '<a><!-- -- --></a>',
  '<a><?xml version="1.0"?></a>',
  '<?xml version="1.1"?><a/>',
  '<?xml version="1.0" standalone="NO"?><a/>',
  '<?xml VERSION="1.0"?><a/>',
  '<?xml version="1.0" encoding="Shift_JIS"?><a/>',
  '<a b="<"/>',
  '<a\u0001/>',
  'text<a/>',
])('%j is refused', (text) => expect(() => decodeXml(utf8(text))).toThrow(CodecError))

test('so many namespaces in one place that each element below would cost all of them', () => {
  const declared = (n: number, prefix: string) =>
    Array.from({ length: n }, (_, i) => `xmlns:${prefix}${i}="urn:u"`).join(' ')
  expect(decodeXml(utf8(`<a ${declared(100, 'x')}><b/></a>`)).root.local).toBe('a')
  expect(() => decodeXml(utf8(`<a ${declared(100, 'x')}><b ${declared(100, 'y')}/></a>`))).toThrow(
    'too many namespaces',
  )
})
