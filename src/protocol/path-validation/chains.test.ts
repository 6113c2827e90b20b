// Longer chains than JPKI has: every rule that concerns the certificates between.

import { expect, test } from 'vitest'
import { generateKeyPair } from '../../base/crypto.ts'
import * as der from '../../codec/der.ts'
import { OID } from '../../codec/oid.ts'
import type { Extension } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import type { PathInput } from './index.ts'
import { CA, certificate, constraints, END, type Keyed, policy, usage, wrong as wrongUnder } from './testing/forest.ts'

const root = certificate('root', CA)
const wrong = (path: readonly Keyed[], changes: Partial<PathInput> = {}) => wrongUnder(root, path, changes)

const chain = (middle: readonly Extension[], end: readonly Extension[] = END): Keyed[] => {
  const between = certificate('between', middle, root)
  return [certificate('end', end, between), between]
}

test('a chain over one CA between passes, whatever else is offered', () => {
  const decoys = [certificate('between', CA), certificate('root', CA), certificate('other', CA, root)]
  expect(wrong([...chain(CA), ...decoys])).toEqual([])
})

test('the CA between is missing', () =>
  expect(wrong(chain(CA).slice(0, 1))).toContain('failed: a path reaches a trust anchor'))

test('a CA between without basicConstraints', () =>
  expect(wrong(chain([usage('cRLSign')]))).toEqual([
    'failed: every issuer is a CA',
    'failed: every issuer may sign certificates',
  ]))

test.each<[string, Extension[], string]>([
  ['no keyCertSign', [constraints(), usage('cRLSign')], 'failed: every issuer may sign certificates'],
  [
    'a critical extension that nobody knows',
    [...CA, ext.extension('1.2.3.4', true, der.nullValue())],
    'failed: every critical extension is understood',
  ],
])('a CA between with %s', (_what, extensions, expected) => expect(wrong(chain(extensions))).toEqual([expected]))

test.each([
  ['name constraints', OID.nameConstraints, [true], 'indeterminate: every name is allowed'],
  ['policy constraints', OID.policyConstraints, [true, false], 'indeterminate: policy is acceptable'],
])('%s that are empty cannot be judged', (_what, oid, criticality, expected) => {
  for (const critical of criticality)
    expect(wrong(chain([...CA, ext.extension(oid, critical, der.sequence())])).toSorted()).toEqual(
      [expected, 'indeterminate: every critical extension is understood'].toSorted(),
    )
})

test('an unknown extension that is not critical does no harm', () =>
  expect(wrong(chain([...CA, ext.extension('1.2.3.4', false, der.nullValue())]))).toEqual([]))

test('a path length of 0 allows an end entity and no further CA', () => {
  const first = certificate('first', [constraints(0), usage('keyCertSign')], root)
  expect(wrong([certificate('end', END, first), first])).toEqual([])
  const second = certificate('second', CA, first)
  expect(wrong([certificate('end', END, second), second, first])).toEqual(['failed: no path length is exceeded'])
})

test('a policy must be asserted along the whole chain', () => {
  const purpose = { policies: [OID.jpkiPolicyAuth] }
  const end = [...END, policy(OID.jpkiPolicyAuth)]
  expect(wrong(chain([...CA, policy(OID.jpkiPolicyAuth)], end), { purpose })).toEqual([])
  expect(wrong(chain([...CA, policy(OID.anyPolicy)], end), { purpose })).toEqual([])
  expect(wrong(chain([...CA, policy(OID.jpkiPolicySign)], end), { purpose })).toEqual(['failed: policy is acceptable'])
  expect(wrong(chain(CA, end), { purpose })).toEqual(['failed: policy is acceptable'])
})

test('CAs that certify each other in circles end in a verdict', () => {
  const keys = Array.from({ length: 6 }, () => generateKeyPair('P-256'))
  const roots = keys.map((key, i) => certificate(`ring ${i}`, CA, undefined, { key }))
  const crossed = roots.flatMap((issuer) =>
    roots.map((_, i) => certificate(`ring ${i}`, CA, issuer, { key: keys[i]! })),
  )
  const end = certificate('end', END, crossed[0])
  expect(wrong([end, ...crossed])).toContain('failed: a path reaches a trust anchor')
})

test('an extension that is not DER cannot be judged, and does not pass', () =>
  expect(wrong(chain(CA, [ext.extension(OID.keyUsage, true, Uint8Array.of(3, 1))]))).toEqual([
    'indeterminate: every critical extension is understood',
    'indeterminate: key usage allows the purpose',
  ]))

test('a CA between that is for some purposes passes on no other', () => {
  const purposes = (...oids: string[]) =>
    ext.extension(OID.extendedKeyUsage, false, ext.encodeExtendedKeyUsage(...oids))
  const purpose = { extendedKeyUsage: [OID.clientAuth] }
  const end = [...END, purposes(OID.clientAuth)]
  expect(wrong(chain([...CA, purposes(OID.clientAuth, OID.serverAuth)], end), { purpose })).toEqual([])
  expect(wrong(chain([...CA, purposes(OID.anyExtendedKeyUsage)], end), { purpose })).toEqual([])
  expect(wrong(chain([...CA, purposes(OID.serverAuth)], end), { purpose })).toEqual([
    'failed: extended key usage allows the purpose',
  ])
})
