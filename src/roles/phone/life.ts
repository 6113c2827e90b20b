// What the holder does with a certificate that is there: stop, renew; and with the card, from this or another phone, all that a
// thief who has the phone must not be able to do. Seed 4 (4)②, (5)③.

import { hex, utf8 } from '../../base/bytes.ts'
import type { Order } from '../sp-tsm/contract.ts'
import type { HolderStatement } from '../sp-tsm/life/contract.ts'
import type { ApplyDeps } from './apply.ts'
import { signOnCard } from './card-signature.ts'
import type { Phone } from './contract.ts'
import { orderId } from './orders.ts'

type LifeVerbs =
  | ('stop' | 'renew' | 'history' | 'elsewhere')
  | ('resume' | 'resetPin' | 'takeOver' | 'stopElsewhere' | 'endElsewhere')

export const life = (deps: ApplyDeps): Pick<Phone, LifeVerbs> => ({
  stop: async () => deps.spTsm.stop(await orderId(deps)),
  renew: async () => deps.spTsm.renew(await orderId(deps)),
  history: async () => deps.spTsm.history(await orderId(deps)),
  elsewhere: async () => deps.spTsm.places(await orderId(deps)),
  resume: withCard(deps, 'jpki-phone-resume'),
  resetPin: withCard(deps, 'jpki-phone-reset-pin'),
  takeOver: async (atHand) => {
    const order = await withCard(deps, 'jpki-phone-show')(atHand)
    await deps.store.setOrderId(deps.name, (await deps.slot.sim()).iccid, order.orderId)
    return order
  },
  stopElsewhere: withCard(deps, 'jpki-phone-stop'),
  endElsewhere: withCard(deps, 'jpki-phone-end'),
})

/** Members in the order of the schema: the octets are signed. */
const withCard =
  ({ cards, clock, entropy, slot, spTsm }: ApplyDeps, purpose: HolderStatement['purpose']) =>
  async ({ card, password }: { card: string; password: string }): Promise<Order> => {
    const signedAt = clock()
    const { iccid } = await slot.sim()
    const form: HolderStatement = { purpose, iccid, signedAt: signedAt.toISOString(), nonce: hex(entropy(16)) }
    const statement = await signOnCard(await cards(card), password, utf8(JSON.stringify(form)), signedAt)
    return spTsm.asHolder({ statement })
  }
