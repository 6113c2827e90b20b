// OpenSSL's own OCSP cases, with what must come of each, as pyhanko-certvalidator ships them in its source distribution;
// vectors/SOURCE.md names version and licence. Responses of 2012, signed with SHA-1.

import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pemBlocks } from '../src/codec/pem.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { validatePath } from '../src/protocol/path-validation/index.ts'

interface Case {
  readonly name: string
  readonly root: string
  readonly cert: string
  readonly other_certs?: readonly string[]
  readonly ocsps: readonly string[]
  readonly moment: string
  readonly error?: unknown
}

const suite = process.env.KAZASU_CERTVALIDATOR ?? join(homedir(), '.cache', 'kazasu-certvalidator')
const folder = join(suite, 'tests', 'fixtures', 'openssl-ocsp')
const present = existsSync(folder)
const cases = present ? (JSON.parse(readFileSync(join(folder, 'openssl-ocsp.json'), 'utf8')) as Case[]) : []

/** Good there; not here, where nothing is good that is not known to be. */
const REFUSED: Readonly<Record<string, string>> = {
  delegated_with_intermediate_success: 'no response speaks of the certificate of the CA between',
  delegated_success: 'certificates without authorityKeyIdentifier, and nothing says whether the responder is revoked',
}

const certificate = (file: string) => pemBlocks(new Uint8Array(readFileSync(join(folder, file))))[0]!
/** The responses lie there in base64. */
const response = (file: string) => new Uint8Array(Buffer.from(readFileSync(join(folder, file), 'latin1'), 'base64'))

describe.skipIf(!present)(
  'OCSP cases of OpenSSL (absent: KAZASU_CERTVALIDATOR names no source of pyhanko-certvalidator)',
  () => {
    test('there are 29', () => expect(cases).toHaveLength(29))

    test.each(cases)('$name', ({ name, root, cert, other_certs = [], ocsps, moment, error }) => {
      const { outcome, checks } = validatePath({
        certificate: certificate(cert),
        intermediates: other_certs.map(certificate),
        trustAnchors: [decodeCertificate(certificate(root))],
        time: new Date(moment),
        purpose: {},
        revocation: { required: true, ocspResponses: ocsps.map(response) },
        algorithms: { sha1: true },
      })
      const why = checks.filter((check) => check.outcome !== 'passed')
      expect([outcome === 'passed', why]).toEqual(error || name in REFUSED ? [false, why] : [true, []])
    })
  },
)
