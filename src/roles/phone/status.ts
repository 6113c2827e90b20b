// What the UI app shows: line, applet, order, and after the PIN the certificates in the SIM. Seed 4 (5)④.

import { Refusal } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import type { Dialogue } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { Order } from '../sp-tsm/contract.ts'
import { stateOfApplet, type UiApp } from './applet.ts'
import type { Phone } from './contract.ts'
import type { Slot } from './slot.ts'

interface Deps {
  readonly model: string
  readonly slot: Slot
  readonly inApplet: UiApp
  readonly currentOrder: () => Promise<Order | null>
  readonly orderElsewhere: () => Promise<Order | null>
}

interface Seen extends Pick<Status, 'applet' | 'pinTriesLeft'> {
  readonly iccid: string
}
const NOTHING_SEEN: Seen = { iccid: '', applet: 'none', pinTriesLeft: null }

type Status = Awaited<ReturnType<Phone['status']>>

/** While the SIM is busy with a TSM or a reader, the applet is shown as it was last seen. */
export function status({ model, slot, inApplet, currentOrder, orderElsewhere }: Deps): Phone['status'] {
  let seen: Seen = NOTHING_SEEN
  return async () => {
    const [order, inside] = [await currentOrder(), await slot.sim()]
    if (seen.iccid !== inside.iccid) seen = { ...NOTHING_SEEN, iccid: inside.iccid }
    try {
      seen = { iccid: inside.iccid, ...shown(await stateOfApplet(inApplet)) }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'phone/busy') throw error
    }
    const elsewhere = order === null || order.endedBy !== null ? await orderElsewhere() : null
    return { model, ...seen, ...inside, order, elsewhere }
  }
}

/** An applet without certificate or PIN is still being written: for the holder there is nothing yet. */
function shown(state: jpki.AppletState | undefined): Pick<Status, 'applet' | 'pinTriesLeft'> {
  if (!state?.hasCertificate || state.pin === 'none') return { applet: 'none', pinTriesLeft: null }
  const { pin, pinTriesLeft, life } = state
  const usable = pin === 'own' ? 'ready' : 'transport'
  return { applet: life !== 'active' ? 'suspended' : pinTriesLeft === 0 ? 'blocked' : usable, pinTriesLeft }
}

/** The certificates in the SIM, read after the PIN. */
export const certificates =
  ({ inApplet }: Pick<Deps, 'inApplet'>): Phone['certificates'] =>
  async ({ pin }) => {
    const certificate = await inApplet(readAfterPin(pin))
    const { serialNumber: serial, validity } = decodeCertificate(certificate)
    return { certificates: [{ kind: 'auth', serial, ...validity, certificate }] }
  }

function* readAfterPin(pin: string): Dialogue<Uint8Array> {
  yield* jpki.verifyPin('auth', pin)
  return yield* jpki.readCertificate('auth')
}
