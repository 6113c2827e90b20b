// The My Number Card of the adult of the seeded world, for tests that need a citizen and no counter.

import { generateKeyPair } from '../../base/crypto.ts'
import type { Memory } from '../../base/ports.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import { manufactureMyNumberCard } from '../../roles/my-number-card/index.ts'
import type { ResidentRegister } from '../../roles/resident-register/contract.ts'
import { CITIZENS, KAZASU_CITY } from '../people.ts'

const ADULT = CITIZENS.adult

/** The citizen's card with both keys, unless it was made before. */
export async function handOverCard(
  memory: Memory,
  { register, authority }: { readonly register: ResidentRegister; readonly authority: Authority },
): Promise<void> {
  if (memory.load().size > 0) return
  await register.register({
    residentId: 'adult',
    fourInfo: ADULT.fourInfo,
    municipality: KAZASU_CITY,
    status: 'resident',
  })
  const cas = await authority.caCertificates({})
  const key = async (kind: 'auth' | 'sign', pin: string) => {
    const { privateKey, publicKey } = generateKeyPair('RSA-2048')
    const request = { requestKey: `card-adult-${kind}`, residentId: 'adult', kind, publicKey }
    const { certificate } = await authority.issueForCard(request)
    return { privateKey, certificate, caCertificate: cas[kind], pin }
  }
  manufactureMyNumberCard(memory, {
    tokenSerial: ADULT.cardNumber,
    auth: await key('auth', ADULT.pin),
    sign: await key('sign', ADULT.password),
    municipality: KAZASU_CITY.code,
    expiry: '20360412',
  })
}
