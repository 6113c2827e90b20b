// Before anything is signed: a twin of the certificate, with the same tbsCertificate and a signature by a key that was
// thrown away, goes through the lints and the checks of its profile. Whoever gets hold of the twin has nothing.

import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, privateKey, sign, throwAwayRsaKey } from '../../../base/crypto.ts'
import type { SignatureAlgorithm, Signer } from '../../../base/ports.ts'
import { readOnce } from '../../../base/read-once.ts'
import { type Check, judge } from '../../../base/verdict.ts'
import { assembleCertificate, type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import {
  allButFrames,
  type Frame,
  frameOf,
  frames,
  framesOnly,
  type Hierarchy,
  LINTS,
  type ProfileName,
  profileChecks,
} from '../../../protocol/jpki-profile/index.ts'

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
  const wrong = ca.certificate
    ? [
        ...frameFaults(frameOf(certificate), profile, hierarchy, ca.certificate),
        ...faults(OWN_LINTS, { certificate, issuer: ca.certificate }),
        ...faults(OWN_CHECKS, { certificate, profile, hierarchy }),
      ]
    : [
        ...faults(LINTS, { certificate, issuer: certificate }),
        ...faults(profileChecks, { certificate, profile, hierarchy }),
      ]
  if (wrong.length > 0) throw new Error(`the certificate breaks rules: ${wrong.join('; ')}`)
}

const FRAME_LINTS = framesOnly(LINTS)
const FRAME_CHECKS = framesOnly(profileChecks)
const OWN_LINTS = allButFrames(LINTS)
const OWN_CHECKS = allButFrames(profileChecks)

/** Names of the rules that do not hold, or could not be looked at. */
const faults = <E>(checks: readonly Check<E>[], evidence: E): string[] =>
  judge(checks, evidence)
    .checks.filter(({ outcome }) => outcome !== 'passed')
    .map(({ name }) => name)

/** There are 1,900 municipalities, each in frames of its own. */
const MOST_FRAMES = 4096
const rightFrames = readOnce((_: Certificate) => new Map<string, ReturnType<typeof frames>>())

function rightFramesOf(issuer: Certificate, profile: ProfileName, hierarchy: Hierarchy) {
  const ofIssuer = rightFrames(issuer)
  const known = ofIssuer.get(`${profile} ${hierarchy}`) ?? frames(MOST_FRAMES)
  ofIssuer.set(`${profile} ${hierarchy}`, known)
  return known
}

/** A frame that was right under this issuer is right: the rules see nothing else. */
function frameFaults(certificate: Frame, profile: ProfileName, hierarchy: Hierarchy, issuer: Certificate): string[] {
  const right = rightFramesOf(issuer, profile, hierarchy)
  if (right.has(certificate)) return []
  const wrong = [
    ...faults(FRAME_LINTS, { certificate, issuer }),
    ...faults(FRAME_CHECKS, { certificate, profile, hierarchy }),
  ]
  if (wrong.length === 0) right.add(certificate)
  return wrong
}
