// A throw-away authority with one holder: a plastic card with both keys and a SIM, both in this process.

import { volatileMemory } from '../src/adapters/memory/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import type { Bytes } from '../src/base/bytes.ts'
import type { Link } from '../src/base/ports.ts'
import type { Scp03Keys } from '../src/protocol/globalplatform/index.ts'
import {
  FOUR_INFO,
  type Keyed,
  KIYOSE,
  testCa,
  testCertificate,
  testCrl,
} from '../src/protocol/jpki-profile/test-authority.ts'
import { createMyNumberCard, manufactureMyNumberCard } from '../src/roles/my-number-card/index.ts'
import { createSecureElement, manufactureSecureElement, type SecureElement } from '../src/roles/secure-element/index.ts'

export const PIN = '1234'

export interface Holder {
  readonly authCa: Keyed
  readonly auth: Keyed
  readonly crl: Bytes
  readonly card: SecureElement
}

/** RSA-2048 throughout, as in the certificates in use. */
export function holder(): Holder {
  const authCa = testCa('auth', 'RSA-2048')
  const signCa = testCa('sign', 'RSA-2048')
  const common = { municipality: KIYOSE, serialNumber: 0x06d18007n }
  const auth = testCertificate(authCa, 'auth', { ...common, identifier: '997794E9AGCIEG' }, 'RSA-2048')
  const sign = testCertificate(
    signCa,
    'sign',
    { ...common, identifier: '2026040100000012345678901234', fourInfo: FOUR_INFO },
    'RSA-2048',
  )
  const memory = volatileMemory()
  manufactureMyNumberCard(memory, {
    auth: image(auth, authCa, PIN),
    sign: image(sign, signCa, 'ABC123'),
    tokenSerial: '0000000020500003',
    municipality: KIYOSE.code,
    expiry: '20310217',
  })
  const crl = testCrl(authCa, 'auth', KIYOSE, [{ serialNumber: 1n, revokedAt: new Date('2026-11-19T00:00:00Z') }])
  return { authCa, auth, crl, card: createMyNumberCard({ memory, entropy: systemEntropy }) }
}

const image = (own: Keyed, ca: Keyed, pin: string) => ({
  privateKey: own.pkcs8,
  certificate: own.certificate.raw,
  caCertificate: ca.certificate.raw,
  pin,
})

export function sim(): { link: Link; keys: Scp03Keys } {
  const keys = { enc: systemEntropy(16), mac: systemEntropy(16), dek: systemEntropy(16) }
  const memory = volatileMemory()
  manufactureSecureElement(memory, { iccid: '8981990000000000018', isdKeys: keys })
  return { link: createSecureElement({ memory, entropy: systemEntropy }).link(), keys }
}
