// The SP-TSM's part: its own keys into the security domain, then everything the JPKI applet needs.
// Each may be repeated after a break at any point; the end is the same. Ours: docs/profile.md#personalisation.

import { type Bytes, bytes, concat, equal, u16, utf8 } from '../../base/bytes.ts'
import { type KeyKind as KeyAlgorithm, keyFacts, publicKey as parsePublicKey, verify } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { encodeCvcKey } from '../../codec/cvc.ts'
import { type Dgi, dgi } from '../../codec/dgi.ts'
import { SW } from '../../codec/sw.ts'
import { installForPersonalization, putKeySet, STORE_DATA, select, storeData } from '../globalplatform/index.ts'
import { type OpenScp03, openScp03 } from '../globalplatform/scp03.ts'
import { dekEncrypt, keyCheckValue, type Scp03Keys } from '../globalplatform/scp03-keys.ts'
import { type SecureChannel, secured } from '../globalplatform/secure-channel.ts'
import { CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { encodeTokenInfo, FILES, JPKI, KEYS, type KeyKind, LIFE, type Life, type TokenInfo } from '../jpki-ap/files.ts'
import { sealContent } from './content-encryption.ts'
import {
  ALGORITHMS,
  CONTENT,
  DGI,
  decodeMadeKeyPair,
  decodeState,
  KEY_PAIR_PART,
  type MadeKeyPair,
  type PersonalisationState,
  possessionMessage,
} from './layout.ts'

/** A key set by its version. */
export interface VersionedKeys {
  readonly keyVersion: number
  readonly keys: Scp03Keys
}

export interface Rotation {
  /** What the carrier handed over. */
  readonly initial: VersionedKeys
  /** What only the SP-TSM knows; another version than the initial ones. */
  readonly own: VersionedKeys
  readonly entropy: Entropy
  readonly securityDomain?: Bytes
  /** The link leads to the domain already, as a conversation does. */
  readonly selected?: boolean
}

/**
 * Selects the security domain and opens a channel under the SP-TSM's own keys; if the card still has the carrier's
 * initial keys, replaces them first. After it the carrier knows no key of this domain.
 */
export function* rotateKeys({
  initial,
  own,
  entropy,
  securityDomain = JPKI.securityDomain,
  selected = false,
}: Rotation): Dialogue<SecureChannel> {
  const open = (set: VersionedKeys): OpenScp03 => ({ ...set, entropy, aid: securityDomain })
  if (!selected) yield* select(securityDomain)
  try {
    return yield* openScp03(open(own))
  } catch (error) {
    // GPC-D v1.1.1 §7.1.1.6: 6A88 when there is no such key set, so it was not rotated yet.
    if (!(error instanceof CardRefused) || error.sw !== SW.REFERENCE_NOT_FOUND.sw) throw error
  }
  const channel = yield* openScp03(open(initial))
  yield* secured(channel, putKeySet(channel, own.keyVersion, own.keys, initial.keyVersion))
  if (!selected) yield* select(securityDomain)
  return yield* openScp03(open(own))
}

/** What the content encryption needs; run the dialogues below inside `secured(channel, …)`. */
export interface ContentChannel {
  /** 32 bytes, known to SP-TSM and applet only. */
  readonly contentKey: Bytes
  readonly entropy: Entropy
  readonly applet?: Bytes
}

function* store(applet: Bytes, data: Bytes, format: number): Dialogue<Bytes> {
  yield* installForPersonalization(applet)
  return yield* storeData(data, STORE_DATA.dgi | format)
}

/** Sets the content key under the DEK of the security domain. The same key again changes nothing. */
export function* setContentKey(dek: Bytes, { contentKey, applet = JPKI.aid }: ContentChannel): Dialogue<void> {
  const value = concat(dekEncrypt(dek, contentKey), keyCheckValue(contentKey))
  yield* store(applet, dgi(DGI.contentKey, value), STORE_DATA.encrypted)
}

/** What the applet holds, of one of its keys. */
export function* queryState(applet: Bytes = JPKI.aid, kind: KeyKind = 'auth'): Dialogue<PersonalisationState> {
  return decodeState(yield* store(applet, dgi(DGI.queryState, u16(KEYS[kind].key)), STORE_DATA.answers))
}

/** One operation in an envelope: about this EF, with these fields. */
function* write(
  { contentKey, entropy, applet = JPKI.aid }: ContentChannel,
  id: number,
  ef: number,
  ...fields: readonly Bytes[]
): Dialogue<void> {
  const { sequence } = yield* queryState(applet)
  const content: Dgi = { id, value: concat(u16(ef), ...fields) }
  const envelope = sealContent(contentKey, sequence + 1, [content], entropy)
  yield* store(applet, dgi(DGI.envelope, envelope), STORE_DATA.applicationEncrypted)
}

/** Which key pair is meant, and of what kind it shall be; the 利用者証明用 key and RSA-2048 if nothing is said. */
export interface KeyPairRequest {
  readonly kind?: KeyKind
  readonly algorithm?: KeyAlgorithm
}

/**
 * Lets the card make its key pair, or finds the one it made for this request id (16 bytes), and returns the public
 * key with the proof of possession, which is checked here. A new id replaces key pair and certificate.
 */
export function* generateKeyPair(
  content: ContentChannel,
  requestId: Bytes,
  { kind = 'auth', algorithm = 'RSA-2048' }: KeyPairRequest = {},
): Dialogue<MadeKeyPair> {
  yield* write(content, CONTENT.makeKeyPair, KEYS[kind].key, bytes(ALGORITHMS.indexOf(algorithm)), requestId)
  return yield* provenKeyPair(content, requestId, kind)
}

/** Brings a key pair in that was made elsewhere (PKCS#8, DER); otherwise as `generateKeyPair`. Seed 4 別紙3. */
export function* importKeyPair(
  content: ContentChannel,
  requestId: Bytes,
  pkcs8: Bytes,
  kind: KeyKind = 'auth',
): Dialogue<MadeKeyPair> {
  yield* write(content, CONTENT.importKeyPair, KEYS[kind].key, requestId, pkcs8)
  return yield* provenKeyPair(content, requestId, kind)
}

function* provenKeyPair(content: ContentChannel, requestId: Bytes, kind: KeyKind): Dialogue<MadeKeyPair> {
  const made = decodeMadeKeyPair(yield* readKeyPair(content.applet ?? JPKI.aid, kind))
  const message = possessionMessage(requestId, made.publicKey)
  if (!equal(made.requestId, requestId) || !proves(made, message)) throw new CodecError('personalisation/possession')
  return made
}

function proves({ publicKey, proofOfPossession }: MadeKeyPair, message: Bytes): boolean {
  try {
    const key = parsePublicKey(publicKey)
    const { curve } = keyFacts(key)
    const onCurve = curve === 'secp384r1' ? 'ECDSA-P384-SHA384' : 'ECDSA-P256-SHA256'
    return verify(curve === undefined ? 'RSA-SHA256' : onCurve, key, message, proofOfPossession)
  } catch {
    return false // not a SubjectPublicKeyInfo
  }
}

function* readKeyPair(applet: Bytes, kind: KeyKind): Dialogue<Bytes> {
  const parts: Bytes[] = []
  for (let offset = 0; ; offset += KEY_PAIR_PART) {
    const question = dgi(DGI.queryKeyPair, u16(KEYS[kind].key), u16(offset))
    const part = yield* store(applet, question, STORE_DATA.answers)
    parts.push(part)
    if (part.length < KEY_PAIR_PART) return concat(...parts)
  }
}

/** The holder's certificate; the card refuses one for another key. */
export function* writeCertificate(content: ContentChannel, certificate: Bytes, kind: KeyKind = 'auth'): Dialogue<void> {
  yield* write(content, CONTENT.file, KEYS[kind].certificate, certificate)
}

export function* writeCaCertificate(
  content: ContentChannel,
  certificate: Bytes,
  kind: KeyKind = 'auth',
): Dialogue<void> {
  const file = { auth: FILES.authCaCertificate, sign: FILES.signCaCertificate }[kind]
  yield* write(content, CONTENT.file, file, certificate)
}

/** The root of the terminals' CVCs. */
export function* writeTerminalCaKey(
  content: ContentChannel,
  { keyId, modulus }: { keyId: Bytes; modulus: Bytes },
): Dialogue<void> {
  yield* write(content, CONTENT.file, FILES.terminalCaKey, keyId, encodeCvcKey(modulus))
}

/** The signed list; a card that has a newer one keeps it. */
export function* writeRevokedTerminals(content: ContentChannel, signed: Bytes): Dialogue<void> {
  yield* write(content, CONTENT.revokedTerminals, FILES.terminalCaKey, signed)
}

export function* writeTokenInfo(content: ContentChannel, info: TokenInfo): Dialogue<void> {
  yield* write(content, CONTENT.file, FILES.tokenInfo, encodeTokenInfo(info))
}

/** Full tries, transport state: at first issue, and to reset a PIN that is forgotten. */
export function* setTransportPin(content: ContentChannel, pin: string, kind: KeyKind = 'auth'): Dialogue<void> {
  if (!KEYS[kind].pinFormat.test(pin)) throw new RangeError(`not a PIN of the ${kind} key`)
  yield* write(content, CONTENT.transportPin, KEYS[kind].pin, utf8(pin))
}

/** Full tries for the PIN that the holder has: nobody learns it, nobody but the holder can use the key. */
export function* unblockPin(content: ContentChannel, kind: KeyKind = 'auth'): Dialogue<void> {
  yield* write(content, CONTENT.unblockPin, KEYS[kind].pin)
}

/** Suspends, lets go on, or ends for ever: a terminated application has erased the holder's keys. */
export function* setLife(content: ContentChannel, life: Life): Dialogue<void> {
  yield* write(content, CONTENT.life, 0, bytes(LIFE.indexOf(life)))
}
