// The example of docs/validate.md, run: a certificate, its CA and its CRL made here, judged, and revoked.

import { KIYOSE, testCa, testCertificate, testCrl } from '../src/protocol/jpki-profile/test-authority.ts'
import { validate } from '../src/protocol/validate/index.ts'

const ca = testCa('auth')
const { certificate } = testCertificate(ca, 'auth', {
  serialNumber: 0x06d18007n,
  municipality: KIYOSE,
  identifier: '997794E9AGCIEG',
})
const at = new Date('2026-11-20T12:00:00Z')

for (const serialNumber of [1n, certificate.serialNumber]) {
  const report = validate({
    certificate: certificate.raw,
    trustAnchors: [ca.certificate.raw],
    crls: [testCrl(ca, 'auth', KIYOSE, [{ serialNumber, revokedAt: at }])],
    profile: 'jpki',
    at,
  })
  const wrong = report.checks.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)
  process.stdout.write(`${report.outcome} ${wrong.join(', ')}\n`)
}
