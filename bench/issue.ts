// Issuing by the certification authority on PostgreSQL: built, a twin linted, stored and logged, signed, verified, stored.
// Not in it: making the holder's key, and the resident register, which is another role.

import { systemClock } from '../src/adapters/clock.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { softHsmMissing } from '../src/adapters/testing/soft-hsm.ts'
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
import { type Bench, must, type Prepared } from './harness.ts'
import { besideRawSigning, IN_FLIGHT, inFlight } from './raw-signing.ts'
import { hsmKeys, keysInProcess, type SigningKeys } from './signing-keys.ts'

/** A modulus that nobody has the primes of: whoever only certifies a key does not need them. */
function someModulus() {
  const modulus = systemEntropy(256)
  modulus[0]! |= 0x80
  modulus[255]! |= 1
  return modulus
}

/** Another key each time, at little cost: who makes keys is not measured. */
function publicKeys(): () => Uint8Array {
  const modulus = someModulus()
  const counter = new DataView(modulus.buffer, modulus.byteOffset + 128)
  let next = 0
  return () => {
    counter.setUint32(0, next++)
    return spkiOfModulus(modulus)
  }
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

async function prepare({ keys, signer, end: endKeys }: SigningKeys): Promise<Prepared> {
  const { opened, end } = await benchDatabase()
  const tables = await opened.schema<AuthorityTables>('authority', authorityMigrations)
  const authority = await createAuthority({
    store: authorityStore(tables),
    clock: systemClock,
    entropy: systemEntropy,
    keys,
    register,
    publish: async () => undefined,
    log: () => undefined,
  })
  const publicKey = publicKeys()
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
    ...(await besideRawSigning(opened, one, sign, signer)),
    end: async () => {
      await end()
      endKeys?.()
    },
  }
}

/** Ten times as many as are in flight: how it begins and ends weighs little. */
const BATCH = 10 * IN_FLIGHT

const UNIT = `one certificate issued, ${IN_FLIGHT} in flight, RSA-2048`

export const issue: Bench = {
  name: 'issue',
  unit: `${UNIT}, keys in the process`,
  floorIs: 'the raw signature, as many in flight on the same threads',
  batch: BATCH,
  prepare: () => prepare(keysInProcess()),
}

const ofHsm = (name: string, says: string, sessions: number): Bench => ({
  name,
  unit: `${UNIT}, keys in an HSM (SoftHSM2) ${says}`,
  floorIs: 'the raw signature, as many in flight through the same signer process with the same key and sessions',
  batch: BATCH,
  missing: softHsmMissing,
  prepare: () => prepare(hsmKeys(sessions)),
})

/** A device has a processor of its own: with one session, SoftHSM has one core and leaves the others alone. */
export const issueHsm = ofHsm('issue-hsm', 'that signs one by one, on one core', 1)
export const issueHsmAll = ofHsm(
  'issue-hsm-all',
  'that signs on all cores, which PostgreSQL and the authority share',
  4,
)
