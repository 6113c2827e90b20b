// Issuing by the certification authority on PostgreSQL: built, a twin linted, stored and logged, signed, verified, stored.
// Not in it: making the holder's key, and the resident register, which is another role.

import { systemClock } from '../src/adapters/clock.ts'
import { volatileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { spkiOfModulus } from '../src/codec/cvc.ts'
import {
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from '../src/roles/authority/index.ts'
import type { ResidentRegister } from '../src/roles/resident-register/contract.ts'
import { CITIZENS, KAZASU_CITY } from '../src/world/people.ts'
import { benchDatabase } from './database.ts'
import { type Bench, must } from './harness.ts'
import { besideRawSigning, IN_FLIGHT, inFlight } from './raw-signing.ts'

/** A modulus that nobody has the primes of: whoever only certifies a key does not need them. */
function publicKey() {
  const modulus = systemEntropy(256)
  modulus[0]! |= 0x80
  modulus[255]! |= 1
  return spkiOfModulus(modulus)
}

const register = {
  find: async ({ residentId }: { residentId: string }) => ({
    residentId,
    fourInfo: CITIZENS.adult.fourInfo,
    municipality: KAZASU_CITY,
    status: 'resident' as const,
    sequence: 0,
  }),
  changesSince: async () => ({ changes: [] }),
} as unknown as ResidentRegister

export const issue: Bench = {
  name: 'issue',
  unit: `one certificate issued, ${IN_FLIGHT} in flight, RSA-2048`,
  floorIs: 'the raw signature, as many in flight on the same threads',
  batch: 640,
  prepare: async () => {
    const { opened, end } = await benchDatabase()
    const tables = await opened.schema<AuthorityTables>('authority', authorityMigrations)
    const keys = volatileKeyStore(systemEntropy)
    const authority = await createAuthority({
      store: authorityStore(tables),
      clock: systemClock,
      entropy: systemEntropy,
      keys,
      register,
      publish: async () => undefined,
      log: () => undefined,
    })
    let number = 0
    const one = async () => {
      const residentId = `resident-${number++}`
      const request = { requestKey: `request-${residentId}`, residentId, kind: 'auth', publicKey: publicKey() } as const
      must((await authority.issueForCard(request)).certificate.length > 1000, 'the certificate')
    }
    // As in a register that has been at work for a minute: the database knows how large its tables are.
    await inFlight(1024, one)
    if (opened.kind === 'postgres') await opened.pool.query('analyze')
    const key = await keys.signer('authority-auth-ca', 'RSA-SHA256')
    const message = systemEntropy(1300)
    const sign = async () => must((await key.sign(message)).length === 256, 'the signature')
    return {
      ...(await besideRawSigning(opened, one, sign)),
      end,
    }
  },
}
