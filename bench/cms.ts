// One signed document judged, from its octets to the report: CAdES B-B under RSA-2048 throughout, the signer's certificate by a
// CA that is known from before, its status by a list that was read once. Floor: the two RSA verifications in it.

import { issue, rsa } from '../peers/forest/issue.ts'
import { CA_EXTENSIONS } from '../peers/forest/mutations.ts'
import { utf8 } from '../src/base/bytes.ts'
import { publicKey, sign, verify } from '../src/base/crypto.ts'
import { assembleCrl, decodeCrl, encodeTbsCertList } from '../src/codec/crl.ts'
import { OID } from '../src/codec/oid.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import * as ext from '../src/codec/x509-extensions.ts'
import { documentReport, finishCades, judgeSignature, prepareCades, readCades } from '../src/protocol/ades/index.ts'
import { type Bench, must, repeated } from './harness.ts'

const AT = new Date('2026-11-20T12:00:00Z')
const VALIDITY = { notBefore: new Date('2026-11-01T00:00:00Z'), notAfter: new Date('2026-12-01T00:00:00Z') }
const ALGORITHM = 'RSA-SHA256'

export const cms: Bench = {
  name: 'cms',
  unit: 'one CAdES B-B of 1 KiB judged with path and revocation, from octets to report',
  floorIs: 'the two RSA-2048 verifications in it, of the certificate and of the signature, with the keys at hand',
  prepare: async () => {
    const [caKey, signerKey] = [rsa(2048), rsa(2048)]
    const ca = issue({ ...VALIDITY, key: caKey, cn: 'ca', serial: 1n, extensions: CA_EXTENSIONS })
    const anchor = decodeCertificate(ca.der)
    const usage = ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('digitalSignature', 'nonRepudiation'))
    const signed = Array.from({ length: 128 }, (_, i) => {
      const leaf = issue(
        { ...VALIDITY, key: signerKey, cn: `signer ${i}`, serial: BigInt(10 + i), extensions: [usage] },
        ca,
      )
      const content = utf8(`${i} `.padEnd(1024, 'x'))
      const certificate = decodeCertificate(leaf.der)
      const input = { content, detached: false, certificate, algorithm: ALGORITHM, signingTime: AT } as const
      const { draft, toBeSigned } = prepareCades(input)
      const signature = sign(ALGORITHM, signerKey.secret, toBeSigned)
      return { document: finishCades(draft, signature), certificate, toBeSigned, signature }
    })
    const tbs = encodeTbsCertList({
      signatureAlgorithm: ALGORITHM,
      issuer: anchor.subject,
      thisUpdate: AT,
      nextUpdate: new Date(AT.getTime() + 86_400_000),
      revoked: [],
      crlNumber: 1n,
      authorityKeyIdentifier: {},
    })
    const list = decodeCrl(assembleCrl(tbs, ALGORITHM, sign(ALGORITHM, caKey.secret, tbs)))
    const context = { trustAnchors: [anchor], crls: [list], time: AT }
    const [caPublic, signerPublic] = [publicKey(caKey.spki), publicKey(signerKey.spki)]
    let next = 0
    const work = () => {
      const { document } = signed[next++ % signed.length]!
      const judged = readCades({ document }).map((read) => judgeSignature(read, context))
      must(documentReport(document, judged, AT).indication === 'TOTAL-PASSED', 'the report')
    }
    const floor = () => {
      const { certificate, toBeSigned, signature } = signed[next++ % signed.length]!
      must(verify(ALGORITHM, caPublic, certificate.tbs, certificate.signature), 'the certificate')
      must(verify(ALGORITHM, signerPublic, toBeSigned, signature), 'the signature')
    }
    return { work: repeated(work), floor: repeated(floor) }
  },
}
