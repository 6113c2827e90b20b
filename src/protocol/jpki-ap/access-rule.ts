// What the UI app of J-LIS may send to the JPKI application of a phone, as a rule in the SIM.
// Ours: docs/profile.md#access-rules.

import { type Bytes, bytes } from '../../base/bytes.ts'
import type { ApduFilter, ReferencedRule } from '../access-rules/index.ts'
import { JPKI } from './files.ts'

/** CLA and INS, whatever P1 and P2 are. */
const instruction = (cla: number, ins: number): ApduFilter => ({
  header: bytes(cla, ins, 0, 0),
  mask: bytes(0xff, 0xff, 0, 0),
})

const UI_APP_MAY: readonly ApduFilter[] = [
  instruction(0x00, 0xa4), // SELECT
  instruction(0x00, 0xb0), // READ BINARY
  instruction(0x00, 0x20), // VERIFY
  instruction(0x00, 0x24), // CHANGE REFERENCE DATA
  instruction(0x80, 0x2a), // COMPUTE DIGITAL SIGNATURE
  instruction(0x80, 0xca), // GET DATA: state of the applet
]

/** `uiApp` is the SHA-256 of the certificate that signed the app. It alone hears of taps, too. */
export const uiAppRule = (uiApp: Bytes): ReferencedRule => ({
  reference: { application: JPKI.aid, caller: uiApp },
  rule: { apdu: UI_APP_MAY, nfc: 'always' },
})
