// What a client says to the JPKI application of a card or a phone. Observed: OpenSC, myna (command by command).

import { type Bytes, concat, fromUint, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW, triesLeft } from '../../codec/sw.ts'
import { decodeTlv } from '../../codec/tlv.ts'
import { ask, CardRefused, type Dialogue, selectByName } from '../iso7816/dialogue.ts'
import {
  APPLET_STATE_TAG,
  type AppletState,
  CERTIFICATE_FILE,
  type CertificateKind,
  decodeAppletState,
  decodeTokenInfo,
  FILES,
  JPKI,
  KEYS,
  type KeyKind,
  SIGN_SCHEME,
  sha256DigestInfo,
  type TokenInfo,
} from './files.ts'

/** Selects the application; also takes every PIN verification back. */
export function* select(): Dialogue<void> {
  yield* selectByName(JPKI.aid, 0x0c)
}

function* selectFile(file: number): Dialogue<void> {
  yield* ask(command(0x00, 0xa4, 0x02, 0x0c, u16(file)), 'SELECT file')
}

const read = (offset: number, length: number) => command(0x00, 0xb0, offset >> 8, offset & 0xff, NO_BYTES, length)

/** A file that begins with `30 82 LL LL`, as long as that says. */
function* readDer(file: number): Dialogue<Bytes> {
  yield* selectFile(file)
  const head = yield* ask(read(0, 4), 'READ BINARY')
  if (head.length !== 4 || head[0] !== 0x30 || head[1] !== 0x82) throw new CodecError('jpki/certificate')
  const parts = [head]
  for (let at = 4, end = 4 + fromUint(head.subarray(2)); at < end; ) {
    const part = yield* ask(read(at, Math.min(256, end - at)), 'READ BINARY')
    if (part.length === 0 || part.length > end - at) throw new CodecError('jpki/certificate', undefined, at)
    parts.push(part)
    at += part.length
  }
  return concat(...parts)
}

/**
 * A certificate as DER. `sign` needs the password verified before, `auth` on a phone the PIN; the CAs' are free.
 * A missing certificate is `CardRefused` 6A82.
 */
export function* readCertificate(kind: CertificateKind): Dialogue<Bytes> {
  return yield* readDer(CERTIFICATE_FILE[kind])
}

/** EF 0006. */
export function* tokenInfo(): Dialogue<TokenInfo> {
  yield* selectFile(FILES.tokenInfo)
  return decodeTokenInfo(yield* ask(read(0, 160), 'READ BINARY'))
}

/** VERIFY. A wrong PIN is `CardRefused` 63Cx (`triesLeft` of its status word), a blocked one 6984. */
export function* verifyPin(kind: KeyKind, pin: string): Dialogue<void> {
  yield* selectFile(KEYS[kind].pin)
  yield* ask(command(0x00, 0x20, 0x00, 0x80, checkedPin(kind, pin)), 'VERIFY')
}

/** Refuses before a try is lost what cannot be a PIN of this kind. */
function checkedPin(kind: KeyKind, pin: string): Bytes {
  if (!KEYS[kind].pinFormat.test(pin)) throw new RangeError(`not a PIN of the ${kind} key`)
  return utf8(pin)
}

/** Tries left; 0 when blocked. Costs none. */
export function* pinRetries(kind: KeyKind): Dialogue<number> {
  yield* selectFile(KEYS[kind].pin)
  const { sw } = yield command(0x00, 0x20, 0x00, 0x80)
  const tries = triesLeft(sw)
  if (tries === undefined) throw new CardRefused(sw, 'VERIFY query')
  return tries
}

/** Verifies the old PIN and sets the new one; on a phone this also ends the transport state. */
export function* changePin(kind: KeyKind, pin: string, newPin: string): Dialogue<void> {
  const replacement = checkedPin(kind, newPin)
  yield* verifyPin(kind, pin)
  yield* ask(command(0x00, 0x24, 0x01, 0x80, replacement), 'CHANGE REFERENCE DATA')
}

/** RSASSA-PKCS1-v1_5 over a DigestInfo: selects, verifies the PIN, signs. The application must be selected. */
export function* signWith(kind: KeyKind, pin: string, digestInfo: Bytes): Dialogue<Bytes> {
  yield* verifyPin(kind, pin)
  yield* selectFile(KEYS[kind].key)
  return yield* ask(command(0x80, 0x2a, SIGN_SCHEME.raw, 0x80, digestInfo, 256), 'COMPUTE DIGITAL SIGNATURE')
}

/** RSASSA-PKCS1-v1_5 with SHA-256 over a message, which is hashed here. */
export function* signMessage(kind: KeyKind, pin: string, message: Bytes): Dialogue<Bytes> {
  return yield* signWith(kind, pin, sha256DigestInfo(sha256(message)))
}

/** What the phone's applet shows without a PIN; a plastic card says 6A88. Ours: docs/profile.md#applet-state. */
export function* appletState(): Dialogue<AppletState> {
  const request = command(0x80, 0xca, APPLET_STATE_TAG >> 8, APPLET_STATE_TAG & 0xff, NO_BYTES, 256)
  return decodeAppletState(decodeTlv(APPLET_STATE_TAG, yield* ask(request, 'GET DATA')))
}

/** EF 0008: which certificates there are. Observed: myna-card. */
export function* availability(): Dialogue<{ sign: boolean; auth: boolean }> {
  yield* selectFile(FILES.availability)
  const [sign, auth] = yield* ask(read(0, 3), 'READ BINARY')
  return { sign: sign === 0x8f, auth: auth === 0x8f }
}

/** True when this refusal means that the PIN is used up. */
export const isPinBlocked = (error: unknown): boolean =>
  error instanceof CardRefused && (error.sw === SW.PIN_BLOCKED.sw || triesLeft(error.sw) === 0)
