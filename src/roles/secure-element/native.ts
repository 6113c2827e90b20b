// The code that this card has. It runs no bytecode: a load file names built-in code in its Method component.
// Ours: docs/divergences.md#no-bytecode.

import { hex } from '../../base/bytes.ts'
import { createAccessRules } from './access-rules/applet.ts'
import type { AppletFactory } from './applet.ts'
import { createJpkiApplet } from './jpki/applet.ts'
import { JPKI_PROFILES } from './jpki/profile.ts'

/** Names of the JPKI application for a phone's SIM and for the plastic card. */
export const JPKI_NATIVE = { phone: 'native: jpki-ap 1', card: 'native: jpki-ap-card 1' } as const

/** Name of the access rule application. */
export const ACCESS_RULES_NATIVE = 'native: access-rules 1'

export const NATIVE: Readonly<Record<string, AppletFactory>> = {
  [JPKI_NATIVE.phone]: (context) => createJpkiApplet(context, JPKI_PROFILES.phone),
  [JPKI_NATIVE.card]: (context) => createJpkiApplet(context, JPKI_PROFILES.card),
  [ACCESS_RULES_NATIVE]: createAccessRules,
}

export const appletScope = (aid: Uint8Array): string => `applet/${hex(aid)}`
