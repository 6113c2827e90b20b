// Who is logged in, and which customer that is.

import type { Service } from './contract.ts'
import type { CustomerRecord, Deps } from './model.ts'

export const account =
  ({ store, clock }: Deps): Service['account'] =>
  async ({ session }) => {
    const { state, subject } = (await store.liveSession(session, clock())) ?? {}
    if (state !== 'loggedIn' || !subject) return { loggedIn: false, customer: null }
    const customer = await store.customerOfSubject(subject)
    return { loggedIn: true, customer: customer ? customerView(customer) : null }
  }

export const customerView = (customer: CustomerRecord) => {
  const { customerNumber, displayName, balance, standing, address, refreshedAt } = customer
  return { customerNumber, displayName, balance, standing, address, refreshedAt }
}
