// Who is logged in, and which customer that is.

import type { Service } from './contract.ts'
import { BALANCE } from './delegates/model.ts'
import { type CustomerRecord, type Deps, OpenIdAway } from './model.ts'
import { no } from './refusals.ts'

export const account =
  (deps: Deps): Service['account'] =>
  async ({ session }) => {
    const { store, clock } = deps
    const { state, subject, delegate = null } = (await store.liveSession(session, clock())) ?? {}
    if (state !== 'loggedIn' || !subject) return NOBODY
    const customer = await store.customerOfSubject(subject)
    if (delegate === null)
      return { loggedIn: true, customer: customer ? customerView(customer) : null, delegated: false }
    if (!customer || !(await maySee(deps, delegate, subject))) {
      await store.endSession(session)
      return NOBODY
    }
    // What the register says of the customer is not the delegate's to read.
    return {
      loggedIn: true,
      customer: { ...customerView(customer), address: null, refreshedAt: null },
      delegated: true,
    }
  }

const NOBODY = { loggedIn: false, customer: null, delegated: false } as const

/** Asked each time: the answer counts for now, and both see that it was asked. */
async function maySee({ decisions }: Deps, delegate: string, subject: string): Promise<boolean> {
  try {
    return (await decisions?.may({ delegate, act: BALANCE.act, subject })) === true
  } catch (error) {
    throw error instanceof OpenIdAway ? no.platformAway({}, error) : error
  }
}

export const customerView = (customer: CustomerRecord) => {
  const { customerNumber, displayName, balance, standing, address, refreshedAt } = customer
  return { customerNumber, displayName, balance, standing, address, refreshedAt }
}
