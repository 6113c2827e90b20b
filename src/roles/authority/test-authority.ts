// An authority for tests: its own schemas, keys that end with the process, a clock to be set, published files in a map.
// The resident register is made by the test, because roles meet by contract.

import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, fromHex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, type KeyPair, privateKey, seededEntropy, sign } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { possessionMessage } from '../../protocol/personalisation/layout.ts'
import type { Resident, ResidentRegister } from '../resident-register/contract.ts'
import type { Authority } from './contract.ts'
import {
  type AuthorityDeps,
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from './index.ts'

export const CITY = {
  code: '13999',
  name: 'かざす市',
  prefectureRomaji: 'Tokyo-to',
  municipalityRomaji: 'Kazasu-shi',
} as const

export const FOUR_INFO = {
  name: '試験　花子',
  address: '東京都かざす市みなと町１丁目２番３号',
  birthDate: '1990-02-03',
  gender: '2',
} as const

export interface TestAuthority {
  readonly authority: Authority
  readonly register: ResidentRegister
  readonly deps: AuthorityDeps
  readonly tables: Parameters<typeof authorityStore>[0]
  readonly published: Map<string, Bytes>
  readonly database: TestDatabase
  readonly clock: { now: Date }
  resident(residentId: string, changed?: Partial<Resident['fourInfo']>): Promise<void>
  card(residentId: string, kind?: 'auth' | 'sign'): ReturnType<Authority['issueForCard']>
  close(): Promise<void>
}

type MakeRegister = (database: TestDatabase, clock: () => Date) => Promise<ResidentRegister>

export async function testAuthority(
  makeRegister: MakeRegister,
  changed: Partial<AuthorityDeps> = {},
  watched: (signer: Signer) => Signer = (signer) => signer,
) {
  const database = await testDatabase()
  const clock = { now: new Date('2026-06-01T03:00:00Z') }
  const register = await makeRegister(database, () => clock.now)
  const tables = await database.schema<AuthorityTables>('authority', authorityMigrations)
  const published = new Map<string, Bytes>()
  const entropy = seededEntropy(utf8('test authority'))
  const keys = volatileKeyStore(entropy)
  const deps: AuthorityDeps = {
    store: authorityStore(tables),
    clock: () => clock.now,
    entropy,
    keys: { ...keys, signer: async (...named) => watched(await keys.signer(...named)) },
    register,
    publish: async (path, content) => void published.set(path, content),
    log: () => undefined,
    ...changed,
  }
  const authority = await createAuthority(deps)
  const made: TestAuthority = {
    authority,
    register,
    deps,
    tables,
    published,
    clock,
    resident: async (residentId, changed = {}) => {
      const fourInfo = { ...FOUR_INFO, ...changed }
      await register.register({ residentId, fourInfo, municipality: CITY, status: 'resident' })
    },
    card: (residentId, kind = 'auth') =>
      authority.issueForCard({
        requestKey: `card ${residentId} ${kind}`,
        residentId,
        kind,
        publicKey: generateKeyPair('RSA-2048').publicKey,
      }),
    database,
    close: database.close,
  }
  return made
}

/** What the SP-TSM asks for a SIM: request id, key and proof of possession. */
export function phoneRequest(requestKey: string, cardAuthSerial: bigint, pair: KeyPair = generateKeyPair('RSA-2048')) {
  const message = possessionMessage(fromHex(requestKey), pair.publicKey)
  const proofOfPossession = sign('RSA-SHA256', privateKey(pair.privateKey), message)
  return { requestKey, cardAuthSerial, publicKey: pair.publicKey, proofOfPossession }
}
