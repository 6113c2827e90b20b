// Lists that do not come from the issuer's own key, or not whole: who may speak for whom. RFC 5280 §6.3.3.

import { describe, expect, test } from 'vitest'
import type { CertificateList, IssuingDistributionPoint, RevokedCertificate } from '../../codec/crl.ts'
import * as der from '../../codec/der.ts'
import { encodeRdn, name } from '../../codec/name.ts'
import { directoryName, uri } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import type { Extension } from '../../codec/x509.ts'
import * as ext from '../../codec/x509-extensions.ts'
import { CA, certificate, constraints, crl, END, type Keyed, usage, wrong as wrongUnder } from './testing/forest.ts'

const root = certificate('root', CA)
const ca = certificate('ca', CA, root)
const UNKNOWN = ['indeterminate: no certificate is revoked']
const REVOKED = ['failed: no certificate is revoked']

const points = (...all: ext.DistributionPoint[]): Extension =>
  ext.extension(OID.cRLDistributionPoints, false, ext.encodeDistributionPoints(...all))
const by = (issuer: Keyed, idp?: IssuingDistributionPoint, revoked: RevokedCertificate[] = []) =>
  crl(issuer, { revoked, ...(idp && { issuingDistributionPoint: idp }) })
const listed = (keyed: Keyed, more: Partial<RevokedCertificate> = {}): RevokedCertificate => ({
  serialNumber: keyed.certificate.serialNumber,
  revokedAt: new Date('2026-11-19T00:00:00Z'),
  ...more,
})

/** Under `root` all are good; the rest is what is given. */
const rootList = crl(root)
const wrong = (path: readonly Keyed[], ...crls: CertificateList[]) =>
  wrongUnder(root, path, { revocation: { required: true, crls: [rootList, ...crls] } })

const end = certificate('end', END, ca)

describe('who signs', () => {
  test('the issuer', () => {
    expect(wrong([end, ca], by(ca))).toEqual([])
    expect(wrong([end, ca], by(ca, undefined, [listed(end)]))).toEqual(REVOKED)
  })

  test('another key of the same name under the same anchor', () => {
    const signer = certificate('ca', [constraints(), usage('cRLSign')], root)
    expect(wrong([end, ca, signer], by(signer))).toEqual([])
    expect(wrong([end, ca], by(signer))).toEqual(UNKNOWN)
  })

  test('the same without cRLSign, revoked, or under another anchor', () => {
    const weak = certificate('ca', [constraints(), usage('keyCertSign')], root)
    expect(wrong([end, ca, weak], by(weak))).toEqual(UNKNOWN)
    const signer = certificate('ca', [usage('cRLSign')], root)
    const revocation = { required: true, crls: [crl(root, { revoked: [listed(signer)] }), by(signer)] }
    expect(wrongUnder(root, [end, ca, signer], { revocation })).toEqual(UNKNOWN)
    const other = certificate('other', CA)
    const stranger = certificate('ca', [usage('cRLSign')], other)
    const trustAnchors = [root.certificate, other.certificate]
    const crls = [rootList, crl(other), by(stranger)]
    expect(wrongUnder(root, [end, ca, stranger], { trustAnchors, revocation: { required: true, crls } })).toEqual(
      UNKNOWN,
    )
  })

  test('nobody vouches for himself', () => {
    // A self-issued certificate with another key, and the list by that key.
    const self = certificate('ca', [constraints(), usage('keyCertSign', 'cRLSign')], ca)
    const below = certificate('end', END, self)
    expect(wrong([below, self, ca], by(self))).toEqual(UNKNOWN)
    expect(wrong([below, self, ca], by(self), by(ca))).toEqual([])
    expect(wrong([below, self, ca], by(self), by(ca, undefined, [listed(self)]))).toEqual(REVOKED)
  })

  test('two signers who vouch for each other', () => {
    const [one, two] = [name(['CN', 'one']), name(['CN', 'two'])]
    const delegated = (to: typeof one) => points({ fullName: [uri('http://x')], crlIssuer: [directoryName(to)] })
    const signer1 = certificate('one', [usage('cRLSign'), delegated(two)], ca)
    const signer2 = certificate('two', [usage('cRLSign'), delegated(one)], ca)
    const leaf = certificate('end', [...END, delegated(one)], ca)
    const idp = { fullName: [uri('http://x')], indirectCRL: true }
    expect(wrong([leaf, ca, signer1, signer2], by(signer1, idp), by(signer2, idp))).toEqual(UNKNOWN)
  })
})

describe('indirect lists', () => {
  const issuer = certificate('lists', [usage('cRLSign')], ca)
  const crlIssuer = [directoryName(issuer.certificate.subject)]
  const leaf = certificate('end', [...END, points({ crlIssuer })], ca)
  const idp = { fullName: crlIssuer, indirectCRL: true }
  const certificateIssuer = ca.certificate.subject
  const judged = (...crls: CertificateList[]) => wrong([leaf, ca, issuer], by(ca), ...crls)

  test('where the CA names their issuer', () => {
    expect(wrong([leaf, ca, issuer], by(issuer, idp))).toEqual(UNKNOWN)
    expect(judged(by(issuer, idp))).toEqual([])
    expect(judged(by(issuer, idp, [listed(leaf, { certificateIssuer })]))).toEqual(REVOKED)
  })

  test('an entry for the same serial number of another CA is not ours', () =>
    expect(judged(by(issuer, idp, [listed(leaf, { certificateIssuer: name(['CN', 'other']) })]))).toEqual([]))

  test('a list that somebody was not named for', () => {
    const other = certificate('others', [usage('cRLSign')], ca)
    const alone = certificate('end', [...END, points({ crlIssuer })], ca)
    const crls = [rootList, by(other, { ...idp, fullName: [directoryName(other.certificate.subject)] })]
    expect(wrongUnder(root, [alone, ca, other, issuer], { revocation: { required: true, crls } })).toEqual(UNKNOWN)
  })

  test('entries of other issuers in a list that does not say that it is indirect', () =>
    expect(wrong([end, ca], by(ca, undefined, [listed(leaf, { certificateIssuer: name(['CN', 'x']) })]))).toEqual(
      UNKNOWN,
    ))
})

describe('reasons', () => {
  const some = (...onlySomeReasons: number[]) => by(ca, { onlySomeReasons })

  test('all must be covered', () => {
    expect(wrong([end, ca], some(1, 2, 3))).toEqual(UNKNOWN)
    expect(wrong([end, ca], some(1, 2, 3), some(4, 5, 6, 7))).toEqual(UNKNOWN)
    expect(wrong([end, ca], some(1, 2, 3), some(4, 5, 6, 7, 8))).toEqual([])
  })

  test('a list for some reasons revokes', () =>
    expect(wrong([end, ca], by(ca, { onlySomeReasons: [1] }, [listed(end)]))).toEqual(REVOKED))
})

describe('delta lists', () => {
  const old = new Date('2026-11-20T06:00:00Z')
  const hold = listed(end, { reason: 'certificateHold' })
  const release = listed(end, { reason: 'removeFromCRL' })
  const base = (revoked: RevokedCertificate[] = [], nextUpdate?: Date) =>
    crl(ca, { revoked, crlNumber: 5n, ...(nextUpdate && { nextUpdate }) })
  const delta = (revoked: RevokedCertificate[] = [], crlNumber = 7n, baseCrlNumber = 5n, nextUpdate?: Date) =>
    crl(ca, { revoked, crlNumber, baseCrlNumber, ...(nextUpdate && { nextUpdate }) })

  test('add a revocation', () => expect(wrong([end, ca], base(), delta([listed(end)]))).toEqual(REVOKED))
  test('alone say nothing', () => expect(wrong([end, ca], delta())).toEqual(UNKNOWN))
  test('keep a stale list alive', () => {
    expect(wrong([end, ca], base([], old))).toEqual(UNKNOWN)
    expect(wrong([end, ca], base([], old), delta())).toEqual([])
    expect(wrong([end, ca], base([], old), delta([], 7n, 5n, old))).toEqual(UNKNOWN)
  })
  test('are not applied to a list before their base, nor after', () => {
    expect(wrong([end, ca], base([], old), delta([], 7n, 6n))).toEqual(UNKNOWN)
    expect(wrong([end, ca], base([hold]), delta([release], 5n, 4n))).toEqual(REVOKED)
  })
  test('release a hold, the newest of them and only while it is current', () => {
    expect(wrong([end, ca], base([hold]), delta([release]))).toEqual([])
    expect(wrong([end, ca], base([hold]), delta([release], 7n, 5n, old))).toEqual(REVOKED)
    expect(wrong([end, ca], base([hold]), delta([release]), delta([listed(end)], 8n))).toEqual(REVOKED)
  })
  test('release nothing else', () =>
    expect(wrong([end, ca], base([listed(end, { reason: 'keyCompromise' })]), delta([release]))).toEqual(REVOKED))
  test('of another scope are not applied', () => {
    const scoped = crl(ca, {
      crlNumber: 7n,
      baseCrlNumber: 5n,
      issuingDistributionPoint: { onlyContainsUserCerts: true },
    })
    expect(wrong([end, ca], base([], old), scoped)).toEqual(UNKNOWN)
  })
})

describe('distribution points', () => {
  const rdn = name(['CN', 'part 1'])[0]!
  const relative = [...ca.certificate.subject, rdn]
  const leaf = certificate('end', [...END, points({ fullName: [uri('http://a')] })], ca)

  test('a list of the point is for it, one of another is not', () => {
    expect(wrong([leaf, ca], by(ca, { fullName: [uri('http://b'), uri('http://a')] }))).toEqual([])
    expect(wrong([leaf, ca], by(ca, { fullName: [uri('http://b')] }))).toEqual(UNKNOWN)
  })

  test('a name relative to the issuer is that name in full', () => {
    const full = certificate('end', [...END, points({ fullName: [directoryName(relative)] })], ca)
    const element = der.implicit(1, encodeRdn(rdn))
    expect(wrong([full, ca], by(ca, { relativeName: element }))).toEqual([])
    const short = certificate('end', [...END, points({ relativeName: element })], ca)
    expect(wrong([short, ca], by(ca, { fullName: [directoryName(relative)] }))).toEqual([])
    expect(wrong([short, ca], by(ca, { fullName: [directoryName([rdn])] }))).toEqual(UNKNOWN)
  })
})
