// A frame is judged once, and yet each twin gets the verdict that all rules over the whole of it would give.

import { expect, test } from 'vitest'
import { utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { judge } from '../../../base/verdict.ts'
import { spkiOfModulus } from '../../../codec/cvc.ts'
import { assembleCertificate, decodeCertificate } from '../../../codec/x509.ts'
import {
  authIdentifier,
  LINTS,
  profileChecks,
  signIdentifier,
  tbsCertificate,
} from '../../../protocol/jpki-profile/index.ts'
import { FOUR_INFO, KIYOSE, testCa, VALIDITY } from '../../../protocol/jpki-profile/test-authority.ts'
import { checkTwin } from './twin.ts'

const entropy = seededEntropy(utf8('twins'))
function someKey() {
  const modulus = entropy(256)
  modulus[0]! |= 0x80
  modulus[255]! |= 1
  return spkiOfModulus(modulus)
}

test.each(['auth', 'sign'] as const)('%s: any bit changed, the verdict is that of all rules', (profile) => {
  const ca = testCa(profile === 'sign' ? 'sign' : 'auth', 'RSA-2048')
  const make = (serialNumber: bigint) => {
    const common = { hierarchy: 'production', validity: VALIDITY, signatureAlgorithm: ca.algorithm } as const
    const facts = { ...common, serialNumber, subjectPublicKeyInfo: someKey(), issuer: ca.certificate }
    return profile === 'sign'
      ? tbsCertificate(profile, {
          ...facts,
          municipality: KIYOSE,
          identifier: signIdentifier(VALIDITY.notBefore, entropy),
          fourInfo: FOUR_INFO,
        })
      : tbsCertificate(profile, { ...facts, municipality: KIYOSE, identifier: authIdentifier(entropy) })
  }
  const issuing = { signer: ca, certificate: ca.certificate }
  const isRight = (check: () => void): boolean => {
    try {
      check()
      return true
    } catch {
      return false
    }
  }
  const twin = (tbs: Uint8Array) => checkTwin(tbs, profile, 'production', issuing)
  const whole = (tbs: Uint8Array) => {
    const certificate = decodeCertificate(assembleCertificate(tbs, ca.algorithm, new Uint8Array(64)))
    const verdicts = [
      judge(LINTS, { certificate, issuer: ca.certificate }),
      judge(profileChecks, { certificate, profile, hierarchy: 'production' }),
    ]
    if (verdicts.some(({ outcome }) => outcome !== 'passed')) throw new Error('not passed')
  }
  twin(make(0x1000000n))
  const tbs = make(0x1000001n)
  twin(tbs)
  const differ: string[] = []
  const verdicts = { right: 0, wrong: 0 }
  for (let bit = 0; bit < 8 * tbs.length; bit += 19) {
    const changed = tbs.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    const wanted = isRight(() => whole(changed))
    verdicts[wanted ? 'right' : 'wrong']++
    // Twice, so that a verdict that was kept wrongly is seen.
    if (isRight(() => twin(changed)) !== wanted || isRight(() => twin(changed)) !== wanted) differ.push(`bit ${bit}`)
  }
  expect(differ).toEqual([])
  expect(verdicts.right, 'serial numbers, times and identifiers may be others').toBeGreaterThan(20)
  expect(verdicts.wrong, 'frames may not').toBeGreaterThan(200)
})
