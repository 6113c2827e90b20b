// Before anything is signed: a twin of the certificate, with the same tbsCertificate and a signature by a key that was
// thrown away, goes through the lints and the checks of its profile. Whoever gets hold of the twin has nothing.

import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, privateKey, sign, throwAwayRsaKey } from '../../../base/crypto.ts'
import type { SignatureAlgorithm, Signer } from '../../../base/ports.ts'
import { judge } from '../../../base/verdict.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { type Hierarchy, LINTS, type ProfileName, profileChecks } from '../../../protocol/jpki-profile/index.ts'

/** What signs: the generation, or the key of one that is about to sign itself. */
interface Issuing {
  readonly signer: Pick<Signer, 'algorithm'>
  readonly certificate?: Certificate
}

const signatures = new Map<SignatureAlgorithm, Bytes>()

/** The rules are about what the authority will sign, none about the value of a signature: one serves all twins. */
function throwAwaySignature(algorithm: SignatureAlgorithm): Bytes {
  const known = signatures.get(algorithm)
  if (known) return known
  const key = algorithm === 'RSA-SHA256' ? throwAwayRsaKey() : privateKey(generateKeyPair('P-256').privateKey)
  const made = sign(algorithm, key, utf8('a twin'))
  signatures.set(algorithm, made)
  return made
}

/** Throws `Error` with the names of the rules that it breaks: a bug of ours, so nobody is issued anything. */
export function checkTwin(tbs: Bytes, profile: ProfileName, hierarchy: Hierarchy, ca: Issuing): void {
  const { algorithm } = ca.signer
  const certificate = decodeCertificate(assembleCertificate(tbs, algorithm, throwAwaySignature(algorithm)))
  const verdicts = [
    judge(LINTS, { certificate, issuer: ca.certificate ?? certificate }),
    judge(profileChecks, { certificate, profile, hierarchy }),
  ]
  const wrong = verdicts.flatMap(({ checks }) => checks.filter(({ outcome }) => outcome !== 'passed'))
  if (wrong.length > 0) throw new Error(`the certificate breaks rules: ${wrong.map(({ name }) => name).join('; ')}`)
}
