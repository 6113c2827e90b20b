// The JPKI application seen from outside: AIDs, elementary files, keys and PINs, and EF 0006.
// Observed: OpenSC jpki.h, myna-card. The AIDs of load file and security domain are ours: docs/profile.md#aids.

import { type Bytes, bytes, concat, fromHex, fromLatin1, utf8 } from '../../base/bytes.ts'
import { encodeCap } from '../../codec/cap.ts'
import { CodecError } from '../../codec/codec-error.ts'

export const JPKI = {
  aid: fromHex('d392f000260100000001'),
  module: fromHex('d392f000260100000001'),
  loadFile: fromHex('d392f00026010000'),
  securityDomain: fromHex('d392f000260100005344'),
} as const

/** The load file data block of the applet. Its code is the card's own; the block names it. Ours: docs/divergences.md. */
export const jpkiLoadFile = (version = 1): Bytes =>
  encodeCap({
    aid: JPKI.loadFile,
    major: version,
    minor: 0,
    applets: [{ aid: JPKI.module, installMethodOffset: 0 }],
    method: utf8(`native: jpki-ap ${version}`),
  })

export type KeyKind = 'auth' | 'sign'
export type CertificateKind = 'auth' | 'sign' | 'authCa' | 'signCa'

/** One entry knows all about a key. Observed: OpenSC jpki.h. */
export const KEYS = {
  auth: { certificate: 0x000a, key: 0x0017, pin: 0x0018, tries: 3, pinFormat: /^[0-9]{4}$/ },
  sign: { certificate: 0x0001, key: 0x001a, pin: 0x001b, tries: 5, pinFormat: /^[0-9A-Z]{6,16}$/ },
} as const satisfies Record<KeyKind, object>

export const FILES = {
  signCertificate: 0x0001,
  signCaCertificate: 0x0002,
  tokenInfo: 0x0006,
  availability: 0x0008,
  /** Transparent, of unknown purpose; nothing was found that opens it. */
  neverReadable: 0x0009,
  authCertificate: 0x000a,
  authCaCertificate: 0x000b,
  terminalCaKey: 0x0016,
} as const

export const CERTIFICATE_FILE = {
  auth: FILES.authCertificate,
  sign: FILES.signCertificate,
  authCa: FILES.authCaCertificate,
  signCa: FILES.signCaCertificate,
} as const satisfies Record<CertificateKind, number>

/** SIGN schemes, P1 of 80 2A. Observed: myna-card. */
export const SIGN_SCHEME = {
  /** PKCS#1 v1.5 over the input as it is: what clients use, with a DigestInfo. */
  raw: 0x00,
  bareSha256: 0x01,
  pkcs1OfHash: 0x02,
  pkcs1OfMessage: 0x03,
  pssOfHash: 0x04,
  pssOfMessage: 0x05,
  /** Of a key on a curve, whose signature is a DER ECDSA-Sig-Value. Ours: docs/profile.md#elliptic-curves. */
  ecdsaOfMessage: 0x06,
} as const

/** RFC 8017 §9.2 note 1. */
const SHA256_PREFIX = fromHex('3031300d060960864801650304020105000420')
/** DigestInfo of a SHA-256 hash. */
export const sha256DigestInfo = (hash: Bytes): Bytes => concat(SHA256_PREFIX, hash)

/** Labels by which clients tell the kinds of token apart. Observed: myna, myna-card. */
export const TOKEN_LABEL = {
  jukiCard: 'JPKIAPICCTOKEN',
  card: 'JPKIAPICCTOKEN2',
  phone: 'JPKIAPGPSETOKEN',
  iphone: 'JPKIAPIOSTOKEN',
} as const

export interface TokenInfo {
  readonly label: string
  readonly manufacturer: string
  readonly model: string
  readonly serialNumber: string
}

const TOKEN_INFO_LENGTH = 160
/** Flags 0000040D, sessions, PIN lengths, memory, versions and time as on a physical card. Observed: myna-card. */
const TOKEN_INFO_REST = concat(
  fromHex('0000040d 00000001 00000000 00000001 00000000 00000010 00000006 ffffffff ffffffff ffffffff ffffffff'),
  utf8('0301'),
  utf8('9'.repeat(16)),
)

/** EF 0006: 160 bytes, a serialised CK_TOKEN_INFO. */
export const encodeTokenInfo = ({ label, manufacturer, model, serialNumber }: TokenInfo): Bytes =>
  concat(field(label, 32), field(manufacturer, 32), field(model, 16), field(serialNumber, 16), TOKEN_INFO_REST)

function field(text: string, length: number): Bytes {
  if (!/^[\x20-\x7e]*$/.test(text) || text.length > length) throw new RangeError('token field is too long')
  return utf8(text.padEnd(length))
}

/** Any bytes to the fields of EF 0006, or a `CodecError`. */
export function decodeTokenInfo(from: Bytes): TokenInfo {
  if (from.length !== TOKEN_INFO_LENGTH) throw new CodecError('token-info/length', 'EF 0006 has 160 bytes')
  const text = (start: number, end: number) => fromLatin1(from.subarray(start, end)).trimEnd()
  return { label: text(0, 32), manufacturer: text(32, 64), model: text(64, 80), serialNumber: text(80, 96) }
}

/** GET DATA DF01 of the phone's applet, without PIN. Ours: docs/profile.md#applet-state. */
export const APPLET_STATE_TAG = 0xdf01

/** none: no PIN set yet; transport: the issuer's PIN, to be changed before use; own: the holder's. */
export type PinState = 'none' | 'transport' | 'own'
const PIN_STATES = ['none', 'transport', 'own'] as const satisfies readonly PinState[]

/** Ours: docs/profile.md#states-of-the-application. */
export type Life = 'active' | 'suspended' | 'terminated'
export const LIFE = ['active', 'suspended', 'terminated'] as const satisfies readonly Life[]

export interface AppletState {
  readonly hasKey: boolean
  readonly hasCertificate: boolean
  readonly pin: PinState
  readonly pinTriesLeft: number
  readonly life: Life
}

export const encodeAppletState = ({ hasKey, hasCertificate, pin, pinTriesLeft, life }: AppletState): Bytes =>
  bytes(hasKey ? 1 : 0, hasCertificate ? 1 : 0, PIN_STATES.indexOf(pin), pinTriesLeft, LIFE.indexOf(life))

/** Any bytes to the state, or a `CodecError`. */
export function decodeAppletState(from: Bytes): AppletState {
  const [hasKey, hasCertificate, pinState, pinTriesLeft, lifeState] = from
  const [pin, life] = [PIN_STATES[pinState ?? -1], LIFE[lifeState ?? -1]]
  const flags = ((hasKey ?? 2) | (hasCertificate ?? 2)) <= 1
  if (from.length !== 5 || !flags || !pin || !life) throw new CodecError('applet-state')
  return { hasKey: hasKey === 1, hasCertificate: hasCertificate === 1, pin, pinTriesLeft: pinTriesLeft!, life }
}
