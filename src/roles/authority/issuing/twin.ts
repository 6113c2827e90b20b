// Before anything is signed: a twin of the certificate, with the same tbsCertificate and the signature of a key that is
// thrown away, goes through the lints and the checks of its profile. Whoever gets hold of the twin has nothing.

import type { Bytes } from '../../../base/bytes.ts'
import { generateKeyPair, type PrivateKey, privateKey, sign, throwAwayRsaKey } from '../../../base/crypto.ts'
import type { SignatureAlgorithm, Signer } from '../../../base/ports.ts'
import { judge } from '../../../base/verdict.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { type Hierarchy, LINTS, type ProfileName, profileChecks } from '../../../protocol/jpki-profile/index.ts'

/** What signs: the generation, or the key of one that is about to sign itself. */
interface Issuing {
  readonly signer: Pick<Signer, 'algorithm'>
  readonly certificate?: Certificate
}

const keys = new Map<SignatureAlgorithm, PrivateKey>()

function keyFor(algorithm: SignatureAlgorithm): PrivateKey {
  const made = () => (algorithm === 'RSA-SHA256' ? throwAwayRsaKey() : privateKey(generateKeyPair('P-256').privateKey))
  const key = keys.get(algorithm) ?? made()
  keys.set(algorithm, key)
  return key
}

/** Throws `Error` with the names of the rules that it breaks: a bug of ours, so nobody is issued anything. */
export function checkTwin(tbs: Bytes, profile: ProfileName, hierarchy: Hierarchy, ca: Issuing): void {
  const { algorithm } = ca.signer
  const twin = assembleCertificate(tbs, algorithm, sign(algorithm, keyFor(algorithm), tbs))
  const certificate = decodeCertificate(twin)
  const verdicts = [
    judge(LINTS, { certificate, issuer: ca.certificate ?? certificate }),
    judge(profileChecks, { certificate, profile, hierarchy }),
  ]
  const wrong = verdicts.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome !== 'passed'))
  if (wrong.length > 0) throw new Error(`the certificate breaks rules: ${wrong.map(({ name }) => name).join('; ')}`)
}
