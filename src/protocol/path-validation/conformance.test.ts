// Certificates whose signatures hold and whose form RFC 5280 §4 forbids.

import { expect, test } from 'vitest'
import type { Bytes } from '../../base/bytes.ts'
import * as der from '../../codec/der.ts'
import { name } from '../../codec/name.ts'
import { OID } from '../../codec/oid.ts'
import type { Extension } from '../../codec/x509.ts'
import { encodeInhibitAnyPolicy, encodeNameConstraints } from '../../codec/x509-constraints.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { CA, certificate, END, policy, usage, wrong } from './testing/forest.ts'

const root = certificate('root', CA)
const FORM = 'failed: certificate is well-formed'
const end = (...more: Extension[]) => wrong(root, [certificate('end', [...END, ...more], root)])
const dns = ext.encodeAltName({ kind: 'dns', text: 'example.jp' })
const plain = (oid: string, value: Bytes) => ext.extension(oid, false, value)
const critical = (oid: string, value: Bytes) => ext.extension(oid, true, value)

test.each<[string, Extension]>([
  ['a critical authorityKeyIdentifier', critical(OID.authorityKeyIdentifier, ext.encodeAuthorityKeyIdentifier({}))],
  [
    'a critical subjectKeyIdentifier',
    critical(OID.subjectKeyIdentifier, ext.encodeSubjectKeyIdentifier(Uint8Array.of(1))),
  ],
  ['a critical authorityInfoAccess', critical(OID.authorityInfoAccess, ext.encodeAuthorityInfoAccess())],
  ['a critical freshestCRL', critical(OID.freshestCRL, ext.encodeDistributionPoints())],
  ['a policy that stands twice', policy(OID.jpkiPolicyAuth, OID.jpkiPolicyAuth)],
  ['empty policies', policy()],
  ['empty alternative names', plain(OID.subjectAltName, der.sequence())],
  ['empty extendedKeyUsage', plain(OID.extendedKeyUsage, der.sequence())],
  ['a path length without being a CA', critical(OID.basicConstraints, der.sequence(der.integer(0)))],
  [
    'name constraints without being a CA',
    critical(
      OID.nameConstraints,
      encodeNameConstraints({ permitted: [], excluded: [{ kind: 'dns', text: 'evil.jp' }] }),
    ),
  ],
  ['inhibitAnyPolicy that is not critical', plain(OID.inhibitAnyPolicy, encodeInhibitAnyPolicy(0))],
])('%s', (_what, extension) => expect(end(extension)).toEqual([FORM]))

test('keyUsage without a bit', () => {
  const [certificateWithout, purpose] = [certificate('end', [usage()], root), {}]
  expect(wrong(root, [certificateWithout], { purpose })).toEqual([FORM])
})

test.each([
  ['0', 0n, [FORM]],
  ['21 octets', 1n << 160n, [FORM]],
  ['20 octets', (1n << 159n) - 1n, []],
])('a serial number of %s', (_what, serialNumber, expected) =>
  expect(wrong(root, [certificate('end', END, root, { serialNumber })])).toEqual(expected),
)

test('an empty subject needs a critical alternative name', () => {
  const nameless = (alternative: Extension) =>
    wrong(root, [certificate('', [...END, alternative], root, { subject: [] })])
  expect(nameless(plain(OID.subjectAltName, dns))).toEqual([FORM])
  expect(nameless(critical(OID.subjectAltName, dns))).toEqual([])
})

test('a CA without a name', () => {
  const ca = certificate('', [...CA, critical(OID.subjectAltName, dns)], root, { subject: [] })
  expect(wrong(root, [certificate('end', END, ca), ca])).toEqual([FORM])
})

test('a trust anchor is judged by the same rules', () => {
  const bad = certificate('bad', [...CA, critical('1.2.3.4', der.nullValue())])
  expect(wrong(bad, [certificate('end', END, bad)])).toEqual(['failed: every critical extension is understood'])
  const twice = certificate('root', [...CA, policy('1.2.3', '1.2.3')], undefined, { subject: name(['CN', 'root']) })
  expect(wrong(twice, [certificate('end', END, twice)])).toEqual([FORM])
})
