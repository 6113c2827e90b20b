// Holders and parties for tests of what J-LIS does for parties.

import { systemEntropy } from '../../../adapters/random.ts'
import { type Bytes, hex } from '../../../base/bytes.ts'
import { generateKeyPair, type KeyPair } from '../../../base/crypto.ts'
import { type TestAuthority, testAuthority } from '../test-authority.ts'

export const SHOP = 'kazasu-shop'
export const BANK = 'hinata-bank'
const UNTIL = new Date('2027-06-01T00:00:00Z')

export interface Certified {
  readonly serial: bigint
  readonly certificate: Bytes
  readonly pair: KeyPair
}

export interface Holder {
  readonly residentId: string
  readonly auth: Certified
  readonly sign: Certified
}

export const nonce = (): string => hex(systemEntropy(16))

/** A shop that may ask whether somebody is 20, a bank that may ask for facts. */
export async function authorityWithParties(makeRegister: Parameters<typeof testAuthority>[0]) {
  const made = await testAuthority(makeRegister)
  const accredit = (name: string, services: ('age' | 'facts')[], ageLimits: number[] = [], until = UNTIL) =>
    made.authority.accredit({ name, displayName: name, services, ageLimits, until })
  await accredit(SHOP, ['age'], [20])
  await accredit(BANK, ['facts'])
  return { made, accredit, ...holders(made) }
}

function holders({ authority, resident }: TestAuthority) {
  let count = 0
  const issue = async (residentId: string, kind: 'auth' | 'sign'): Promise<Certified> => {
    const pair = generateKeyPair('RSA-2048')
    const requestKey = `card ${residentId} ${kind} ${count++}`
    const issued = await authority.issueForCard({ requestKey, residentId, kind, publicKey: pair.publicKey })
    return { ...issued, pair }
  }
  const holder = async (birthDate = '2000-02-03'): Promise<Holder> => {
    const residentId = `holder ${count++}`
    await resident(residentId, { birthDate })
    return { residentId, auth: await issue(residentId, 'auth'), sign: await issue(residentId, 'sign') }
  }
  return { issue, holder }
}
