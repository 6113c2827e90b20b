// The code that this card has. It runs no bytecode: a load file names built-in code in its Method component.
// Ours: docs/divergences.md#no-bytecode.

import { type Bytes, hex } from '../../base/bytes.ts'
import { JPKI } from '../../protocol/jpki-ap/files.ts'
import { FACE_AID } from '../../protocol/my-number-card/applications.ts'
import { OATH_NATIVE } from '../../protocol/oath/index.ts'
import { createAccessRules } from './access-rules/applet.ts'
import type { AppletFactory } from './applet.ts'
import { createFaceApplet } from './jicsap/face-applet.ts'
import { FACE_PROFILES } from './jicsap/face-profiles.ts'
import type { ApplicationTable } from './jicsap/table.ts'
import { createJpkiApplet } from './jpki/applet.ts'
import { JPKI_PROFILES, jpkiTable } from './jpki/profile.ts'
import { createOathApplet } from './oath/applet.ts'

/** Names of the JPKI application for a phone's SIM and for the plastic card. */
const JPKI_NATIVE = {
  phone: 'native: jpki-ap 1',
  phone2: 'native: jpki-ap 2',
  card: 'native: jpki-ap-card 1',
} as const

/** Name of the access rule application. */
export const ACCESS_RULES_NATIVE = 'native: access-rules 1'

interface BuiltInApplication {
  readonly aid: Bytes
  readonly native: string
  readonly table: ApplicationTable
}

const face = (name: keyof typeof FACE_AID): BuiltInApplication => ({
  aid: FACE_AID[name],
  native: `native: ${name}-ap 1`,
  table: FACE_PROFILES[name],
})

/** What a plastic card may be manufactured with. */
export const BUILT_IN = {
  jpki: { aid: JPKI.aid, native: JPKI_NATIVE.card, table: jpkiTable(JPKI_PROFILES.card) },
  text: face('text'),
  surface: face('surface'),
  common: face('common'),
  juki: face('juki'),
} as const satisfies Record<string, BuiltInApplication>
export type BuiltIn = keyof typeof BUILT_IN

const FACE_NAMES = ['text', 'surface', 'common', 'juki'] as const

export const NATIVE: Readonly<Record<string, AppletFactory>> = {
  [JPKI_NATIVE.phone]: (context) => createJpkiApplet(context, JPKI_PROFILES.phone),
  // The next version differs in its name alone: there is no bytecode to differ in.
  [JPKI_NATIVE.phone2]: (context) => createJpkiApplet(context, JPKI_PROFILES.phone),
  [JPKI_NATIVE.card]: (context) => createJpkiApplet(context, JPKI_PROFILES.card),
  [ACCESS_RULES_NATIVE]: createAccessRules,
  [OATH_NATIVE]: createOathApplet,
  ...Object.fromEntries(
    FACE_NAMES.map((name) => [
      BUILT_IN[name].native,
      (context: Parameters<AppletFactory>[0]) => createFaceApplet(context, FACE_PROFILES[name]),
    ]),
  ),
}

export const appletScope = (aid: Uint8Array): string => `applet/${hex(aid)}`
