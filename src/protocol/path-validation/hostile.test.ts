// Pools and certificates made to exhaust: each ends in a verdict within a second. CVE-2023-0464 and its kin.

import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Bytes, concat } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import * as der from '../../codec/der.ts'
import { name } from '../../codec/name.ts'
import { generalName, uri } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import * as narrow from '../../codec/x509-constraints.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { secondsSince } from './testing/budget.ts'
import { authorityKeyIdentifier, CA, certificate, crl, END, type Keyed, policy, wrong } from './testing/forest.ts'

const root = certificate('root', CA)
const NO_PATH = 'failed: a path reaches a trust anchor'
const UNKNOWN = 'indeterminate: no certificate is revoked'

/** What this thread spent on the processor: the machine may be busy with others. */
let before: NodeJS.CpuUsage
const begin = () => {
  before = process.threadCpuUsage()
}
beforeEach(begin)
afterEach(() => expect(secondsSince(before)).toBeLessThan(1))

/** Made before the clock runs. */
const decoys = ((): Keyed[] => {
  const key = generateKeyPair('P-256')
  return Array.from({ length: 1500 }, () => certificate('between', CA, root, { key }))
})()
const otherKeys = Array.from({ length: 600 }, () => certificate('between', CA, root))
const between = certificate('between', CA, root)

test('thousands of certificates of one CA beside the right one', () =>
  expect(wrong(root, [certificate('end', END, between), ...decoys, between])).toEqual([]))

test('more keys under one name than anybody verifies with', () =>
  expect(wrong(root, [certificate('end', END, between), ...otherKeys])).toContain(NO_PATH))

/** Every CA certifies every other, and some of them lead to the anchor by name only. */
const ring = (() => {
  const keys = Array.from({ length: 12 }, () => generateKeyPair('P-256'))
  const cas = keys.map((key, i) => certificate(`ring ${i}`, CA, undefined, { key }))
  const crossed = cas.flatMap((issuer) => cas.map((_, i) => certificate(`ring ${i}`, CA, issuer, { key: keys[i]! })))
  const stranger = certificate('root', CA)
  const claimed = ext.extension(OID.authorityKeyIdentifier, false, authorityKeyIdentifier(root))
  const byNameOnly = cas.map((_, i) => certificate(`ring ${i}`, [...CA, claimed], stranger, { key: keys[i]! }))
  return { end: certificate('end', END, cas[0]), crossed, byNameOnly, bridge: { key: keys[11]!, to: root } }
})()

test('a ring of CAs that leads nowhere', () => expect(wrong(root, [ring.end, ...ring.crossed])).toContain(NO_PATH))

test('a ring of CAs that leads to the anchor by name only', () =>
  expect(wrong(root, [ring.end, ...ring.crossed, ...ring.byNameOnly])).toContain(
    'failed: every signature is by the next certificate',
  ))

test('a ring of CAs of which one is certified', () => {
  const { key, to } = ring.bridge
  const bridge = certificate('ring 11', CA, to, { key })
  expect(wrong(root, [ring.end, bridge, ...ring.crossed])).toEqual([])
})

test('a chain that is longer than any', () => {
  const chain = [root]
  for (let i = 0; i < 40; i++) chain.push(certificate(`ca ${i}`, CA, chain.at(-1)))
  expect(wrong(root, [certificate('end', END, chain.at(-1)), ...chain.slice(1)])).toContain(NO_PATH)
})

test('policies that double at every certificate', () => {
  const [one, two] = ['1.2.3.1', '1.2.3.2'] as const
  const both = [one, two].flatMap((from) =>
    [one, two].map((to) => ({ issuerDomainPolicy: from, subjectDomainPolicy: to })),
  )
  const mapping = ext.extension(OID.policyMappings, true, narrow.encodePolicyMappings(...both))
  const chain = [root]
  for (let i = 0; i < 14; i++) chain.push(certificate(`ca ${i}`, [...CA, policy(one, two), mapping], chain.at(-1)))
  const end = certificate('end', [...END, policy(one)], chain.at(-1))
  expect(wrong(root, [end, ...chain.slice(1)], { purpose: { policies: [two] } })).toEqual([])
  expect(wrong(root, [end, ...chain.slice(1)], { purpose: { policies: ['1.2.3.3'] } })).toEqual([
    'failed: policy is acceptable',
  ])
})

test('thousands of policies and mappings', () => {
  const oids = Array.from({ length: 2000 }, (_, i) => `1.2.3.${i}`)
  const mappings = oids.map((oid) => ({ issuerDomainPolicy: oid, subjectDomainPolicy: '1.2.3.0' }))
  const mapping = ext.extension(OID.policyMappings, true, narrow.encodePolicyMappings(...mappings))
  const wide = certificate('wide', [...CA, policy(...oids), mapping], root)
  const second = certificate('second', [...CA, policy(...oids), mapping], wide)
  const end = certificate('end', [...END, policy('1.2.3.0')], second)
  expect(wrong(root, [end, second, wide], { purpose: { policies: ['1.2.3.7'] } })).toEqual([])
})

test('a thousand names against a thousand subtrees cannot be judged', () => {
  const dns = (i: number) => ({ kind: 'dns', text: `host-${i}.example.jp` }) as const
  const many = Array.from({ length: 1000 }, (_, i) => dns(i))
  const set = narrow.encodeNameConstraints({
    permitted: [],
    excluded: many.map(({ text }) => ({ kind: 'dns', text: `x${text}` })),
  })
  const ca = certificate('narrow', [...CA, ext.extension(OID.nameConstraints, true, set)], root)
  const names = ext.extension(OID.subjectAltName, false, ext.encodeAltName(...many))
  expect(wrong(root, [certificate('end', [...END, names], ca), ca])).toEqual(['indeterminate: every name is allowed'])
})

const crowded = ((): Keyed => {
  const thousand = (i: number) =>
    Array.from({ length: 1000 }, (_, j) => generalName({ kind: 'dns', text: `host-${1000 * i + j}.example.jp` }))
  const names = der.sequence(...Array.from({ length: 100 }, (_, i) => concat(...thousand(i))))
  return certificate('end', [...END, ext.extension(OID.subjectAltName, false, names)], root)
})()

test.each([
  ['is there', 'host-99999.example.jp', []],
  ['is not', 'host-100000.example.jp', ['failed: certificate has the name that is asked for']],
])('a hundred thousand alternative names, and the one that is asked for %s', (_, text, expected) =>
  expect(wrong(root, [crowded], { purpose: { name: { kind: 'dns', text } } })).toEqual(expected),
)

const inOne = (text: string) =>
  certificate('end', [...END, ext.extension(OID.subjectAltName, false, ext.encodeAltName({ kind: 'dns', text }))], root)
const [cutOff, whole] = [inOne('bank.example\0.evil.example'), inOne('bank.example')]

test('a name with NUL is not the name before it', () => {
  const asked = { purpose: { name: { kind: 'dns', text: 'bank.example' } as const } }
  expect(wrong(root, [whole], asked)).toEqual([])
  expect(wrong(root, [cutOff], asked)).not.toEqual([])
})

const junk = Array.from({ length: 800 }, () => crl(otherKeys[0]!, {}, root.certificate.subject))
const hosts = (count: number) => Array.from({ length: count }, (_, i) => ({ fullName: [uri(`http://host-${i}/`)] }))
const pointed = (count: number) => {
  const points = ext.extension(OID.cRLDistributionPoints, false, ext.encodeDistributionPoints(...hosts(count)))
  return certificate('end', [...END, points], root)
}
const [few, many] = [pointed(30), pointed(2000)]

test('hundreds of lists that somebody else signed', () => {
  const revocation = { required: true, crls: [crl(root), ...junk] }
  expect(wrong(root, [few], { revocation })).toEqual([])
  expect(wrong(root, [few], { revocation: { ...revocation, crls: junk } })).toEqual([UNKNOWN])
})

test('thousands of distribution points', () =>
  expect(wrong(root, [many], { revocation: { required: true, crls: [crl(root), ...junk] } })).toEqual([UNKNOWN]))

test('certificates that cannot be read harm nobody', () => {
  const malformed = ext.extension(OID.subjectKeyIdentifier, false, Uint8Array.of(1, 2, 3))
  const bad = certificate('between', [...CA, malformed], root, { subject: name(['CN', 'between']), key: between.key })
  const end = certificate('end', END, between)
  expect(wrong(root, [end, bad, between])).toEqual([])
})

test('mutated intermediates and lists never throw, and never pass', () => {
  const subtree = { permitted: [{ kind: 'dns', text: 'example.jp' }], excluded: [] } as const
  const rich = certificate(
    'rich',
    [
      ...CA,
      policy('1.2.3', OID.anyPolicy),
      ext.extension(OID.nameConstraints, true, narrow.encodeNameConstraints(subtree)),
      ext.extension(OID.policyConstraints, true, narrow.encodePolicyConstraints({ requireExplicitPolicy: 0 })),
      ext.extension(OID.inhibitAnyPolicy, true, narrow.encodeInhibitAnyPolicy(0)),
    ],
    root,
  )
  const end = certificate('end', [...END, policy('1.2.3')], rich)
  const list = crl(rich, { issuingDistributionPoint: { onlyContainsUserCerts: true } })
  const judged = (ca: Bytes, bytes: Bytes) =>
    wrong(root, [end], { intermediates: [ca], revocation: { required: true, crls: [crl(root), bytes] } })
  expect(judged(rich.certificate.raw, list.raw)).toEqual([])
  const mutated = (raw: Bytes, at: number, flip: number) => raw.map((octet, i) => (i === at ? octet ^ flip : octet))
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (n, flip) => {
      begin()
      const { raw } = rich.certificate
      expect(judged(mutated(raw, n % raw.length, flip), list.raw)).not.toEqual([])
      expect(judged(raw, mutated(list.raw, n % list.raw.length, flip))).not.toEqual([])
    }),
    { numRuns: 500 },
  )
})
