// The authority of a bench as a process of its own, so that what it spends is told apart: two CAs, and a certificate of the
// phone for each of so many people, who share a key pair.

import { serve } from '../src/adapters/http/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { base64url } from '../src/base/bytes.ts'
import * as crypto from '../src/base/crypto.ts'
import type { Authority } from '../src/roles/authority/contract.ts'
import { routes } from '../src/roles/authority/http.ts'
import { testAuthority } from '../src/roles/verifier/testing/authority.ts'
import type { StartedAuthority } from './openid-platform.ts'

const authority = testAuthority(() => new Date(), systemEntropy)
const pair = crypto.generateKeyPair('RSA-2048')
const certificates = Array.from({ length: Number(process.argv[2]) }, () => authority.issue('phoneAuth', { pair }))
const { url } = await serve(routes(authority as unknown as Authority) as never, { port: 0 })
const started: StartedAuthority = {
  url,
  privateKey: base64url(pair.privateKey),
  certificates: certificates.map(({ certificate }) => base64url(certificate)),
}
process.send!(started)
process.on('disconnect', () => process.exit(0))
