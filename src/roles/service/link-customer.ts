// First login: the person proves with the passcode of the contract which customer they are, or for which one the law lets them speak.
// Once; later logins recognise.

import { NO_BYTES, utf8 } from '../../base/bytes.ts'
import { equalSecret, scrypt } from '../../base/crypto.ts'
import { customerView, delegatesView } from './account.ts'
import type { Service } from './contract.ts'
import { mayAct } from './delegates/may-act.ts'
import { LINK } from './delegates/model.ts'
import { type CustomerRecord, type Deps, WRONG_PASSCODES } from './model.ts'
import { loggedIn } from './own-session.ts'
import { no } from './refusals.ts'

export const linkCustomer =
  (deps: Deps): Service['linkCustomer'] =>
  async ({ session, customerNumber, passcode }) => {
    const { store, clock, log } = deps
    const now = clock()
    const { subject, delegate } = await loggedIn(deps, session)
    // Asked again: what let them in may have ended since.
    if (delegate !== null && !(await mayAct(deps, LINK, { delegate, subject }))) throw no.onlyCustomer()
    const tries = await store.spendSessionTry(session, WRONG_PASSCODES.session)
    const customer = await rightPasscode(deps, customerNumber, passcode)
    if (tries === undefined || !customer) throw await wrong(deps, session, tries)
    if (!(await store.tie(subject, customerNumber, now))) throw no.alreadyLinked()
    await store.forgetCustomerTries(customerNumber)
    log('service.linked')
    return (delegate === null ? customerView : delegatesView)(customer)
  }

/** Takes as long for a customer who is not there, so that nobody learns who is. */
async function rightPasscode(
  { store }: Deps,
  customerNumber: string,
  passcode: string,
): Promise<CustomerRecord | undefined> {
  const mayTry = await store.spendCustomerTry(customerNumber, WRONG_PASSCODES.customer)
  const customer = await store.customer(customerNumber)
  const hash = await scrypt(utf8(passcode), customer?.salt ?? new Uint8Array(16))
  return mayTry && equalSecret(hash, customer?.passcodeHash ?? NO_BYTES) ? customer : undefined
}

async function wrong({ store, log }: Deps, session: string, tries: number | undefined): Promise<Error> {
  log('service.wrong-passcode', { tries: tries ?? WRONG_PASSCODES.session })
  if (tries !== undefined && tries < WRONG_PASSCODES.session)
    return no.wrongPasscode({ triesLeft: WRONG_PASSCODES.session - tries })
  await store.endSession(session)
  return no.tooManyPasscodes()
}
