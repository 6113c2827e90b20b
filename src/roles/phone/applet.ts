// The UI app's dealings with the JPKI applet: a dialogue in a session of its own, and status words as refusals.

import { Refusal } from '../../base/refusal.ts'
import { SW, triesLeft } from '../../codec/sw.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'

/** Selects the applet and runs `inner`; the session ends with it. */
export const inApplet = async <T>(sim: SimAccess, inner: Dialogue<T>): Promise<T> =>
  sim.alone(async (link) => {
    try {
      await run(link, jpki.select())
    } catch (error) {
      throw error instanceof CardRefused && error.sw === SW.NOT_FOUND.sw ? no.nothingInstalled({}, error) : error
    }
    try {
      return await run(link, inner)
    } catch (error) {
      throw asRefusal(error, no.wrongPin, no.pinBlocked)
    }
  })

type No = (detail?: Record<string, number>, cause?: unknown) => Refusal

/** What the card said of a PIN or password, with the tries that are left; anything else as it is. */
export function asRefusal(error: unknown, wrong: No, blocked: No): unknown {
  if (!(error instanceof CardRefused)) return error
  if (jpki.isPinBlocked(error)) return blocked({ triesLeft: 0 }, error)
  const left = triesLeft(error.sw)
  return left === undefined ? error : wrong({ triesLeft: left }, error)
}

/** What the applet says of itself without a PIN; undefined when it is not in the SIM. */
export async function stateOfApplet(sim: SimAccess): Promise<jpki.AppletState | undefined> {
  try {
    return await inApplet(sim, jpki.appletState())
  } catch (error) {
    if (error instanceof Refusal && error.code === 'phone/nothingInstalled') return undefined
    throw error
  }
}
