// The holder's PIN: set once over the transport PIN, changed later. It goes to the SIM and nowhere else.

import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { Order, SpTsm } from '../sp-tsm/contract.ts'
import { stateOfApplet, type UiApp } from './applet.ts'
import type { Phone } from './contract.ts'
import { no } from './refusals.ts'

interface Deps {
  readonly inApplet: UiApp
  readonly spTsm: SpTsm
  readonly currentOrder: () => Promise<Order | null>
}

/** Works once. If the phone died before J-LIS heard of it, the same PIN again finishes the job. */
export const setPin =
  ({ inApplet, spTsm, currentOrder }: Deps): Phone['setPin'] =>
  async ({ pin }) => {
    const order = await currentOrder()
    if (!order) throw no.noOrder()
    if (order.state !== 'written' || order.transportPin === null) throw no.pinNotDue({ state: order.state })
    if (order.transportPin === pin) throw no.pinIsTransport()
    const applet = await stateOfApplet(inApplet)
    if (!applet) throw no.nothingInstalled()
    await inApplet(applet.pin === 'own' ? jpki.verifyPin('auth', pin) : jpki.changePin('auth', order.transportPin, pin))
    await spTsm.confirmPin({ orderId: order.orderId })
    return {}
  }

/** A new PIN for the old one. */
export const changePin =
  ({ inApplet }: Pick<Deps, 'inApplet'>): Phone['changePin'] =>
  async ({ pin, newPin }) => {
    const applet = await stateOfApplet(inApplet)
    if (!applet) throw no.nothingInstalled()
    if (applet.pin !== 'own') throw no.pinNotDue({ applet: applet.pin })
    await inApplet(jpki.changePin('auth', pin, newPin))
    return {}
  }
