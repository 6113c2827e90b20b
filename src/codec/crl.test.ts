import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import {
  assembleCrl,
  CRL_REASON,
  type CrlReason,
  decodeCrl,
  encodeTbsCertList,
  findRevoked,
  type RevokedCertificate,
} from './crl.ts'
import { type Name, name } from './name.ts'
import { directoryName } from './name-general.ts'
import { OID } from './oid.ts'
import { extensionOf } from './x509.ts'

const issuer = name(['C', 'JP'], ['O', 'JPKI'])
const fields = {
  signatureAlgorithm: 'RSA-SHA256',
  issuer,
  thisUpdate: new Date('2026-11-20T00:00:00Z'),
  nextUpdate: new Date('2026-11-21T00:00:00Z'),
  crlNumber: 300n,
  authorityKeyIdentifier: { keyIdentifier: fromHex('0102') },
  issuingDistributionPoint: { fullName: [directoryName(issuer)], onlyContainsUserCerts: true },
} as const
const crlOf = (revoked: Iterable<RevokedCertificate>): Bytes =>
  assembleCrl(encodeTbsCertList({ ...fields, revoked }), 'RSA-SHA256', new Uint8Array(256))

const entries = fc.uniqueArray(
  fc.record({
    serialNumber: fc.bigInt(1n, 1n << 128n),
    revokedAt: fc.constant(new Date('2026-11-19T12:34:56Z')),
    reason: fc.constantFrom(...(Object.keys(CRL_REASON) as CrlReason[]).filter((reason) => reason !== 'unspecified')),
  }),
  { selector: ({ serialNumber }) => serialNumber },
)

test('every entry is found, and no other', () =>
  fc.assert(
    fc.property(entries, (revoked) => {
      const crl = decodeCrl(crlOf(revoked))
      expect(crl).toMatchObject({
        ...fields,
        version: 2,
        entryCount: revoked.length,
        signatureAlgorithm: expect.anything(),
      })
      for (const entry of revoked) expect(findRevoked(crl, entry.serialNumber)).toEqual(entry)
      expect(findRevoked(crl, 0n)).toBeUndefined()
    }),
  ))

test('unspecified is not written, and an empty list has no entries at all', () => {
  const revoked = [{ serialNumber: 1n, revokedAt: fields.thisUpdate, reason: 'unspecified' }] as const
  const crl = decodeCrl(crlOf(revoked))
  expect(hex(crl.entries)).toBe('3012020101170d3236313132303030303030305a')
  expect(decodeCrl(crlOf([])).entryCount).toBe(0)
})

test('the issuing distribution point is critical, the number is not', () => {
  const crl = decodeCrl(crlOf([]))
  expect(extensionOf(crl, OID.issuingDistributionPoint)?.critical).toBe(true)
  expect(extensionOf(crl, OID.cRLNumber)?.critical).toBe(false)
})

test('an indirect list: an entry belongs to the issuer that was named last, and to no other', () => {
  const [first, second] = [name(['O', 'first']), name(['O', 'second'])]
  const at = { revokedAt: fields.thisUpdate }
  const list = decodeCrl(
    crlOf([
      { serialNumber: 1n, ...at },
      { serialNumber: 2n, ...at, reason: 'superseded', certificateIssuer: first },
      { serialNumber: 3n, ...at },
      { serialNumber: 3n, ...at, certificateIssuer: second },
    ]),
  )
  expect(list.namesCertificateIssuers).toBe(true)
  const found = (by?: Name) => [1n, 2n, 3n].filter((serial) => findRevoked(list, serial, by))
  expect([found(), found(first), found(second)]).toEqual([[1n], [2n, 3n], [3n]])
  expect(findRevoked(list, 2n, first)).toMatchObject({ reason: 'superseded' })
})

test('a delta CRL tells its base', () => {
  const tbs = encodeTbsCertList({ ...fields, revoked: [], baseCrlNumber: 299n })
  const crl = decodeCrl(assembleCrl(tbs, 'RSA-SHA256', new Uint8Array(256)))
  expect(crl).toMatchObject({ crlNumber: 300n, baseCrlNumber: 299n })
  expect(extensionOf(crl, OID.deltaCRLIndicator)?.critical).toBe(true)
})

test('mutated lists are a value or a CodecError', () => {
  const raw = crlOf([{ serialNumber: 5n, revokedAt: fields.thisUpdate, reason: 'superseded' }])
  fc.assert(
    fc.property(fc.nat(raw.length - 1), fc.nat(255), (at, octet) => {
      try {
        findRevoked(decodeCrl(raw.map((old, i) => (i === at ? octet : old))), 5n)
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('half a million entries are written, checked and searched', () => {
  function* revoked(): Generator<RevokedCertificate> {
    for (let i = 1n; i <= 500_000n; i++) yield { serialNumber: i, revokedAt: fields.thisUpdate, reason: 'superseded' }
  }
  const crl = decodeCrl(crlOf(revoked()))
  expect(crl.entryCount).toBe(500_000)
  expect(findRevoked(crl, 500_000n)).toMatchObject({ serialNumber: 500_000n, reason: 'superseded' })
  expect(findRevoked(crl, 500_001n)).toBeUndefined()
}, 30_000)
