// How far the phone on the desk is, its PIN by the holder's own hand, and giving it back.

import { type Dialogue, run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import type { Order } from '../../sp-tsm/contract.ts'
import { pinRefusal } from '../cards/on-the-desk.ts'
import { acting, signedIn } from '../clerks.ts'
import type { Counter, PhoneOrder } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import { no } from '../refusals.ts'
import type { PhoneRow } from '../store.ts'

/** Neither order id nor transport PIN: those are nobody's to see here. */
export const phoneView = ({ state, done, steps, refusal }: Order): PhoneOrder => ({ state, done, steps, refusal })

async function onDesk({ store }: CounterDeps, residentId: string): Promise<PhoneRow> {
  const row = await store.phoneOnDesk(residentId)
  if (!row) throw no.noPhoneOnDesk()
  return row
}

export const phoneOrder =
  (deps: CounterDeps): Counter['phoneOrder'] =>
  async ({ session, residentId }) => {
    await signedIn(deps, session)
    const row = await deps.store.phoneOnDesk(residentId)
    return { order: row ? phoneView(await deps.spTsm().order({ orderId: row.order_id })) : null }
  }

/** The holder enters it at the desk; it goes to the SIM and nowhere else. The SIM is given back with that. */
export const setPhonePin =
  (deps: CounterDeps): Counter['setPhonePin'] =>
  ({ session, residentId, pin }) =>
    acting(deps, session, { what: 'setPhonePin', residentId }, async () => {
      const row = await onDesk(deps, residentId)
      const { state, transportPin } = await deps.spTsm().order({ orderId: row.order_id })
      if (state !== 'written' || transportPin === null) throw no.pinNotDue({ state })
      if (pin === transportPin) throw no.pinIsTransport()
      const sim = await deps.machine.reader(row.place)
      try {
        await run(sim, ownPin(transportPin, pin))
      } catch (error) {
        throw pinRefusal(error)
      } finally {
        await sim.end()
      }
      const order = await deps.spTsm().confirmPin({ orderId: row.order_id })
      await deps.store.givePhoneBack(row.order_id)
      return phoneView(order)
    })

/** Broken off after the SIM took it, the same PIN again finishes the job. */
function* ownPin(transport: string, pin: string): Dialogue<void> {
  yield* jpki.select()
  const { pin: whose } = yield* jpki.appletState()
  if (whose === 'own') yield* jpki.verifyPin('auth', pin)
  else yield* jpki.changePin('auth', transport, pin)
}

/** Before the certificate is in use the order ends with it; after that it is the holder's. */
export const givePhoneBack =
  (deps: CounterDeps): Counter['givePhoneBack'] =>
  ({ session, residentId }) =>
    acting(deps, session, { what: 'givePhoneBack', residentId }, async () => {
      const row = await onDesk(deps, residentId)
      const { state } = await deps.spTsm().order({ orderId: row.order_id })
      const ended = state === 'active' ? undefined : await deps.spTsm().remove({ orderId: row.order_id })
      if (!ended || ended.state === 'undone') await deps.store.givePhoneBack(row.order_id)
      return phoneView(ended ?? (await deps.spTsm().order({ orderId: row.order_id })))
    })
