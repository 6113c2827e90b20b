// Certificates: parsing one, and judging one with its path, its profile's purpose and a CRL.

import { publicKey, verify } from '../src/base/crypto.ts'
import { decodeCrl } from '../src/codec/crl.ts'
import { OID } from '../src/codec/oid.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { validatePath } from '../src/protocol/path-validation/index.ts'
import { holder } from './fixture.ts'
import { type Bench, must, repeated } from './harness.ts'

const AT = new Date('2026-11-20T12:00:00Z')

export const parse: Bench = {
  name: 'parse',
  unit: 'one authentication certificate from DER to its fields',
  floorIs: 'a copy of its octets',
  prepare: async () => {
    const { raw } = holder().auth.certificate
    return {
      work: repeated(() => must(decodeCertificate(raw).serialNumber === 0x06d18007n, 'the serial number')),
      floor: repeated(() => must(raw.slice().length === raw.length, 'the copy')),
    }
  },
}

export const validate: Bench = {
  name: 'validate',
  unit: 'one authentication certificate judged: path, purpose, revocation by a CRL that was decoded before',
  floorIs: 'the RSA-2048 verification of the certificate; that of the list was done when it was first used',
  prepare: async () => {
    const { auth, authCa, crl } = holder()
    const list = decodeCrl(crl)
    const purpose = { keyUsage: ['digitalSignature'], extendedKeyUsage: [OID.clientAuth] } as const
    const once = () => {
      const verdict = validatePath({
        certificate: auth.certificate.raw,
        trustAnchors: [authCa.certificate],
        time: AT,
        purpose,
        revocation: { required: true, crls: [list] },
      })
      must(verdict.outcome === 'passed', 'the verdict')
    }
    const key = publicKey(authCa.certificate.subjectPublicKeyInfo)
    const floor = () => {
      must(verify('RSA-SHA256', key, auth.certificate.tbs, auth.certificate.signature), 'the signature')
    }
    return { work: repeated(once), floor: repeated(floor) }
  },
}
