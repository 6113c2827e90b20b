// What a holder of the household does at the phone, and what is seen of the order.

import assert from 'node:assert/strict'
import type { Carrier } from '../../roles/carrier/contract.ts'
import type { Order, OrderState } from '../../roles/sp-tsm/contract.ts'
import { WORKING_STATES } from '../../roles/sp-tsm/model.ts'
import { choosePin } from '../choose-pin.ts'
import { codeFrom } from '../codes.ts'
import { CITIZENS, CLERK } from '../people.ts'
import type { HolderName, Household } from './household.ts'
import { orderIn } from './order-in.ts'

/** Seen by nobody else than the documents that the clerk was shown. */
export const PROOF = { how: 'photo-document', reference: 'L-0042' } as const

export function holder(household: Household, name: HolderName) {
  const { phones, outbox, counter, carriers, authority } = household
  const { line, password, phonePin, fourInfo } = CITIZENS[name]
  const phone = phones[name]
  const withCard = { card: name, password }
  const sms = () => codeFrom(outbox, 'sms', line.msisdn)
  const state = async (): Promise<OrderState> => (await phone.order({})).order?.state ?? 'undone'
  const become = (...states: OrderState[]): Promise<Order> => orderIn({ phone }, ...states)
  const installed = async () => {
    await phone.install({})
    await become('written')
    await choosePin(phone, phonePin)
    await become('active')
  }
  return {
    ...{ phone, line, fourInfo, withCard, phonePin, state, become, installed },
    carrier: carriers[line.carrier],
    sms,
    /** For the SIM that is in the phone now; `moves`: in place of the certificate in the one before. */
    applied: async (moves?: true) => {
      await phone.apply({ ...withCard, ...(moves && { moves }) })
      const { msisdn } = await phone.sim({})
      return phone.confirmCode({ code: await codeFrom(outbox, 'sms', msisdn) })
    },
    serial: async () => (await phone.order({})).order!.serial!,
    status: async (serial: bigint) => (await authority.status({ kind: 'auth', serial })).status,
    certificates: async () => (await phone.certificates({ pin: phonePin })).certificates,
    /** As the clerk at the window does something for this person. */
    atCounter: async <T>(work: (at: { session: string; residentId: string; cardNumber: string }) => Promise<T>) => {
      const { session } = await counter.signIn(CLERK)
      const { cards } = await counter.person({ session, residentId: name })
      try {
        return await work({ session, residentId: name, cardNumber: cards[0]!.cardNumber })
      } finally {
        await counter.signOut({ session })
      }
    },
  }
}
export type Holder = ReturnType<typeof holder>

const MINUTE_MS = 60_000

/** Within a minute. Between two looks the others get their turn, which an embedded database alone would not give them. */
export async function within(there: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + MINUTE_MS; !(await there()); ) {
    assert.ok(performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** From wherever the order is to one in use, or to none. */
export async function bring({ phone, state, become, applied, installed, withCard }: Holder, to: 'active' | 'undone') {
  if ((await state()) === to) return
  if (to === 'undone') {
    await phone.remove({})
    await become('undone')
    return
  }
  if ((await state()) === 'suspended') {
    await phone.resume(withCard)
    await become('active')
    return
  }
  await applied()
  await installed()
}

export const subscriberOf = (name: HolderName) => {
  const { fourInfo, mailAddress } = CITIZENS[name]
  return { name: fourInfo.name, birthDate: fourInfo.birthDate, ...(mailAddress && { mailAddress }) }
}

const PATIENCE_MS = 180_000

/** Until no carrier has anything to tell, and no worker anything to do. */
export async function settled({ spTsm, carriers }: Pick<Household, 'spTsm' | 'carriers'>): Promise<void> {
  const untold = async (carrier: Carrier) => {
    const { notifications } = await carrier.notifications({ limit: 1, show: 'waiting' })
    return notifications.map(({ name }) => name)
  }
  for (const until = performance.now() + PATIENCE_MS; ; ) {
    const waiting = (await Promise.all(Object.values(carriers).map(untold))).flat()
    const { orders } = await spTsm.census({})
    const working = WORKING_STATES.filter((state) => orders[state])
    if (waiting.length + working.length === 0) return
    if (performance.now() > until) throw new Error(`orders stay ${working}, carriers do not tell ${waiting}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
