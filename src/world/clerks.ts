// Who sits at the desks of the seeded world, and what each may do there. Every person here is invented.

import type { Carrier } from '../roles/carrier/contract.ts'
import type { Counter } from '../roles/counter/contract.ts'
import type { Service } from '../roles/service/contract.ts'
import type { SpTsm } from '../roles/sp-tsm/contract.ts'
import type { Verifier } from '../roles/verifier/contract.ts'
import { type CarrierId, CLERK } from './people.ts'

type CounterClerk = Parameters<Counter['addClerk']>[0]
type JLisClerk = Parameters<SpTsm['addClerk']>[0]
type CarrierClerk = Parameters<Carrier['addClerk']>[0]

type PlatformClerk = Parameters<Verifier['addClerk']>[0]
type BankClerk = Parameters<Service['addClerk']>[0]

export type OfficeId = 'counter' | 'j-lis' | 'bank' | 'platform' | CarrierId

/** Two persons at J-LIS for what one alone may not begin. */
export const CLERKS = {
  counter: [CLERK],
  'j-lis': [
    { clerkId: 'sato', name: '佐藤　ゆき', passcode: 'kazasu-unyou', parts: ['operator'] },
    { clerkId: 'suzuki', name: '鈴木　たける', passcode: 'kazasu-shounin', parts: ['operator', 'release'] },
    { clerkId: 'tanaka', name: '田中　ひろ', passcode: 'kazasu-denwa', parts: ['call-centre'] },
  ],
  bank: [{ clerkId: 'mori', name: '森　ちとせ', passcode: 'hinata-denwa', parts: ['telephone'] }],
  platform: [
    { clerkId: 'kudo', name: '工藤　みのる', passcode: 'kazasu-kiban', parts: ['operator', 'auditor'] },
    { clerkId: 'hara', name: '原　ただし', passcode: 'kazasu-kansa', parts: ['auditor'] },
    { clerkId: 'miura', name: '三浦　さとる', passcode: 'kazasu-kanri', parts: ['release', 'administrator'] },
  ],
  minato: [
    { clerkId: 'ishii', name: '石井　なぎさ', passcode: 'minato-tentou', parts: ['shop'] },
    { clerkId: 'ueda', name: '上田　いさお', passcode: 'minato-unyou', parts: ['operator'] },
  ],
  aozora: [{ clerkId: 'endo', name: '遠藤　そら', passcode: 'aozora-mise', parts: ['shop', 'operator'] }],
  kodama: [{ clerkId: 'ono', name: '小野　やま', passcode: 'kodama-mise', parts: ['shop', 'operator'] }],
} as const satisfies {
  counter: readonly CounterClerk[]
  'j-lis': readonly JLisClerk[]
  bank: readonly BankClerk[]
  platform: readonly PlatformClerk[]
} & Record<CarrierId, readonly CarrierClerk[]>

interface Offices {
  readonly counter: Counter
  readonly spTsm: SpTsm
  readonly bank: Service
  readonly verifier: Verifier
  readonly carriers: Readonly<Record<CarrierId, Carrier>>
}

/** A clerk of an office, entered there. */
export type Clerk = (typeof CLERKS)[OfficeId][number]

interface Register {
  addClerk(clerk: Clerk): Promise<unknown>
  clerks(nothing: object): Promise<{ readonly clerks: readonly { readonly clerkId: string }[] }>
}

/** Where the clerks of this office are entered. The rows of CLERKS fit the office by their type. */
export const registerOf = ({ counter, spTsm, bank, verifier, carriers }: Offices, office: OfficeId): Register =>
  ({ counter, 'j-lis': spTsm, bank, platform: verifier, ...carriers })[office] as unknown as Register

/** Where nobody is entered yet: whom an administrator has taken away does not come back. */
export async function enterClerks(offices: Offices): Promise<void> {
  for (const [office, clerks] of Object.entries(CLERKS)) {
    const register = registerOf(offices, office as OfficeId)
    const there = (await register.clerks({})).clerks
    if (there.length === 0) for (const clerk of clerks) await register.addClerk(clerk)
  }
}
