// Who is logged in, and which customer that is.

import type { Service } from './contract.ts'
import { mayAct } from './delegates/may-act.ts'
import { BALANCE, LINK } from './delegates/model.ts'
import type { CustomerRecord, Deps } from './model.ts'

export const account =
  (deps: Deps): Service['account'] =>
  async ({ session }) => {
    const { store, clock } = deps
    const { state, subject, delegate = null } = (await store.liveSession(session, clock())) ?? {}
    if (state !== 'loggedIn' || !subject) return NOBODY
    const customer = await store.customerOfSubject(subject)
    if (delegate === null)
      return { loggedIn: true, customer: customer ? customerView(customer) : null, delegated: false }
    if (!(await mayAct(deps, customer ? BALANCE : LINK, { delegate, subject }))) {
      await store.endSession(session)
      return NOBODY
    }
    return { loggedIn: true, customer: customer ? delegatesView(customer) : null, delegated: true }
  }

const NOBODY = { loggedIn: false, customer: null, delegated: false } as const

export const customerView = (customer: CustomerRecord) => {
  const { customerNumber, displayName, balance, standing, address, refreshedAt } = customer
  return { customerNumber, displayName, balance, standing, address, refreshedAt }
}

/** What the register says of the customer is not the delegate's to read. */
export const delegatesView = (customer: CustomerRecord) => ({
  ...customerView(customer),
  address: null,
  refreshedAt: null,
})
