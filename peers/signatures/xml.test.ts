// XML between us and others: canonical forms beside libxml2's (through lxml), signatures beside xmlsec1's.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Bytes, fromUtf8, utf8 } from '../../src/base/bytes.ts'
import { decodeXml } from '../../src/codec/xml.ts'
import { canonicalize } from '../../src/codec/xml-c14n.ts'
import { descendants } from '../../src/codec/xml-elements.ts'
import * as ades from '../../src/protocol/ades/index.ts'
import * as t from '../../src/protocol/ades/testing/signing.ts'
import { missing } from '../room.ts'
import { desk, judged, now, signer } from './desk.ts'

const python = join(process.env.KAZASU_PYHANKO ?? join(homedir(), '.cache', 'kazasu-pyhanko'), 'bin', 'python')
const lxml = existsSync(python)

const TEXTS = ['', 'text', ' a\tb\r\n', '&amp;&lt;', '&#xD;', '漢字', '<![CDATA[<&>]]>', '<!-- c -->', '<?p  d?>']
const ATTRIBUTES = ['', ' z="1"', ' z="1" y="&#10;&quot;"', ' z=" "', ' a:z="1" z="2" b:y="3"']
const NAMESPACES = ['urn:1', 'urn:2', 'http://example.org/3']

/** Without attributes of XML itself, which lxml does not hand down to a part. Well-formed documents by seed: what is not declared yet is at the root. */
function documentOf(seed: number): string {
  let state = seed
  const any = <T>(all: readonly T[]): T => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return all[(state >> 8) % all.length]!
  }
  const element = (depth: number): string => {
    const prefix = any(['', 'a', 'b'])
    const name = prefix === '' ? 'e' : `${prefix}:e`
    const declared = ['', 'a', 'b'].filter(() => any([true, false, false]))
    const own = declared.map((one) => ` xmlns${one === '' ? '' : `:${one}`}="${any(NAMESPACES)}"`)
    const children = depth > 3 ? [] : Array.from({ length: any([0, 1, 2]) }, () => element(depth + 1))
    return `<${name}${own.join('')}${any(ATTRIBUTES)}>${any(TEXTS)}${children.join(any(TEXTS))}${any(TEXTS)}</${name}>`
  }
  return `<r xmlns:a="urn:a" xmlns:b="urn:b"><e>${element(0)}</e></r>`
}

describe.skipIf(!lxml)('lxml (absent: KAZASU_PYHANKO names no environment with lxml)', () => {
  test('libxml2 writes the same canonical form, of the whole and of every part', () => {
    const documents = Array.from({ length: 300 }, (_, seed) => documentOf(seed)).filter((one) => {
      try {
        return decodeXml(utf8(one)) !== undefined
      } catch {
        return false
      }
    })
    expect(documents.length).toBeGreaterThan(200)
    // Inclusive only of the whole: lxml cuts a part out first, and with it the namespaces that it inherits.
    const script = `
import json, sys
from lxml import etree
out = []
for text in json.load(sys.stdin):
    root = etree.fromstring(text.encode())
    out.append(etree.tostring(root, method='c14n', with_comments=True).decode())
    for e in root.iter('{*}e'):
        out.append(etree.tostring(e, method='c14n', exclusive=True, with_comments=False, with_tail=False).decode())
json.dump(out, sys.stdout)`
    const input = JSON.stringify(documents)
    const { stdout, stderr, status } = spawnSync(python, ['-c', script], {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    expect([status, stderr]).toEqual([0, ''])
    const theirs = JSON.parse(stdout) as string[]
    const ours = documents.flatMap((one) => {
      const { root } = decodeXml(utf8(one))
      const parts = [...descendants(root)].filter(({ local }) => local === 'e')
      return [
        fromUtf8(canonicalize(root, { kind: 'inclusive', comments: true })),
        ...parts.map((part) => fromUtf8(canonicalize(part, { kind: 'exclusive' }))),
      ]
    })
    expect(ours).toEqual(theirs)
  })
})

const DOCUMENT = utf8(
  '<?xml version="1.0"?>\n<申請 xmlns="urn:example:city" 年度="2027">\n  <児童 Id="child">一郎</児童><!-- 備考 -->\n</申請>\n',
)
const reason = missing('xmlsec1')

function ours(content: ades.XadesContent): Bytes {
  const { draft, toBeSigned } = ades.prepareXades({
    content,
    certificate: signer.certificate,
    algorithm: 'RSA-SHA256',
    signingTime: now,
  })
  return ades.finishXades(draft, t.signWith(toBeSigned), 'RSA-SHA256')
}

describe.skipIf(reason)(`xmlsec1 (absent: ${reason})`, () => {
  const { put, get, run, accepts, clear } = desk()
  afterAll(clear)
  const IDS = ['SignedProperties', 'Object'].flatMap((name) => [
    '--id-attr:Id',
    name === 'Object' ? 'http://www.w3.org/2000/09/xmldsig#:Object' : `http://uri.etsi.org/01903/v1.3.2#:${name}`,
  ])
  const verify = ['--verify', '--enabled-key-data', 'x509', '--trusted-pem', 'ca.pem', ...IDS]

  test('believes ours, and nothing that was changed', () => {
    const document = ours({ kind: 'enveloped', document: DOCUMENT })
    put('ours.xml', document)
    run('xmlsec1', ...verify, 'ours.xml')
    put('around.xml', ours({ kind: 'enveloping', content: utf8('octets') }))
    run('xmlsec1', ...verify, 'around.xml')
    put('content.csv', utf8('octets'))
    put('beside.xml', ours({ kind: 'detached', content: utf8('octets'), uri: 'content.csv' }))
    run('xmlsec1', ...verify, 'beside.xml')
    put('changed.xml', fromUtf8(document).replace('一郎', '二郎'))
    expect(accepts('xmlsec1', ...verify, 'changed.xml')).toBe(false)
  })

  const ENVELOPED = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
  /** A template with the properties that we would write; xmlsec1 fills in digests, signature and certificate. */
  function theirs(canonicalization: string, signature: string, digest: string, transform = ENVELOPED): Bytes {
    const { draft } = ades.prepareXades({
      content: { kind: 'enveloped', document: DOCUMENT },
      certificate: signer.certificate,
      algorithm: 'RSA-SHA256',
      signingTime: now,
    })
    const template = fromUtf8(draft)
      .replace(
        /(<ds:Reference.*?)<ds:DigestMethod[^>]*><ds:DigestValue>[^<]*/g,
        `$1<ds:DigestMethod Algorithm="${digest}"/><ds:DigestValue>`,
      )
      .replaceAll('http://www.w3.org/2001/10/xml-exc-c14n#', canonicalization)
      .replace(ENVELOPED, transform)
      .replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', signature)
      .replace(/<ds:X509Certificate>[^<]*<\/ds:X509Certificate>/, '')
    put('template.xml', template)
    run('xmlsec1', '--sign', '--privkey-pem', 'signer.key,signer.pem', ...IDS, '--output', 'theirs.xml', 'template.xml')
    return get('theirs.xml')
  }
  const [MORE, ENC] = ['http://www.w3.org/2001/04/xmldsig-more#', 'http://www.w3.org/2001/04/xmlenc#']
  test.each([
    ['http://www.w3.org/2001/10/xml-exc-c14n#', `${MORE}rsa-sha256`, `${ENC}sha256`],
    ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315', `${MORE}rsa-sha384`, `${MORE}sha384`],
    ['http://www.w3.org/2006/12/xml-c14n11', `${MORE}rsa-sha512`, `${ENC}sha512`],
    ['http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments', `${MORE}rsa-sha256`, `${ENC}sha256`],
  ])('signs, and we believe it: %s, %s', (canonicalization, signature, digest) => {
    const document = theirs(canonicalization, signature, digest)
    expect(judged(ades.readXades({ document }))).toEqual(['TOTAL-PASSED'])
    const changed = utf8(fromUtf8(document).replace('2027', '2028'))
    expect(judged(ades.readXades({ document: changed }))[0]).toMatch(/^TOTAL-FAILED HASH_FAILURE/)
  })

  const [XPATH, FILTER] = ['http://www.w3.org/TR/1999/REC-xpath-19991116', 'http://www.w3.org/2002/06/xmldsig-filter2']
  test.each([
    `<ds:Transform Algorithm="${XPATH}"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>`,
    `<ds:Transform Algorithm="${FILTER}"><f:XPath xmlns:f="${FILTER}" Filter="subtract">/descendant::ds:Signature</f:XPath></ds:Transform>`,
  ])('leaves signatures out by XPath, and we believe it: %s', (transform) => {
    const document = theirs('http://www.w3.org/2001/10/xml-exc-c14n#', `${MORE}rsa-sha256`, `${ENC}sha256`, transform)
    expect(judged(ades.readXades({ document }))).toEqual(['TOTAL-PASSED'])
  })

  test('signs with SHA-1: refused', () => {
    const document = theirs(
      'http://www.w3.org/2001/10/xml-exc-c14n#',
      'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
      `${ENC}sha256`,
    )
    expect(judged(ades.readXades({ document }))[0]).toMatch(/SHA-1/)
  })
})
