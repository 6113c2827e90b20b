// The UI app's dealings with the JPKI applet: a dialogue in a session of its own, and status words as refusals.

import type { Bytes } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { SW, triesLeft } from '../../codec/sw.ts'
import type { DeviceApp } from '../../protocol/access-rules/index.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import type { Enforcer } from './enforcer.ts'
import { no } from './refusals.ts'
import type { SimAccess } from './sim-access.ts'

/** The UI app's way to the applet: a session of its own, under the rules of the SIM. */
export type UiApp = <T>(inner: Dialogue<T>) => Promise<T>

export interface UiAppDeps {
  readonly sim: SimAccess
  readonly enforcer: Enforcer
  readonly apps: { readonly ui: DeviceApp }
}

/** Selects the applet and runs `inner`; the session ends with it. */
export const uiApp =
  ({ sim, enforcer, apps }: UiAppDeps): UiApp =>
  (inner) =>
    sim.alone(async (session) => {
      const link = await opened(enforcer, session, apps.ui)
      try {
        return await run(link, inner)
      } catch (error) {
        if (error instanceof CardRefused && error.sw === SW.CONDITIONS.sw) throw no.suspended({}, error)
        throw asRefusal(error, no.wrongPin, no.pinBlocked)
      }
    })

/** The rule for this app comes with the applet: without the one there is not the other. */
async function opened(enforcer: Enforcer, session: Link, app: DeviceApp): Promise<Link> {
  try {
    return await enforcer.open(session, app, jpki.JPKI.aid)
  } catch (error) {
    const unknown =
      error instanceof Refusal && (error.code === 'phone/noSuchApplication' || error.detail.because === 'no rule')
    throw unknown ? no.nothingInstalled({}, error) : error
  }
}

/** The PIN opens the key, and on a phone the certificate too. */
export function* signAndRead(pin: string, message: Bytes): Dialogue<{ certificate: Bytes; signature: Bytes }> {
  const signature = yield* jpki.signMessage('auth', pin, message)
  return { certificate: yield* jpki.readCertificate('auth'), signature }
}

type No = (detail?: Record<string, number>, cause?: unknown) => Refusal

/** What the card said of a PIN or password, with the tries that are left; anything else as it is. */
export function asRefusal(error: unknown, wrong: No, blocked: No): unknown {
  if (!(error instanceof CardRefused)) return error
  if (jpki.isPinBlocked(error)) return blocked({ triesLeft: 0 }, error)
  const left = triesLeft(error.sw)
  return left === undefined ? error : wrong({ triesLeft: left }, error)
}

/** What the applet says of itself without a PIN; undefined when it is not in the SIM. */
export async function stateOfApplet(inApplet: UiApp): Promise<jpki.AppletState | undefined> {
  try {
    return await inApplet(jpki.appletState())
  } catch (error) {
    if (error instanceof Refusal && error.code === 'phone/nothingInstalled') return undefined
    throw error
  }
}
