// The SP-TSM's part: its own keys into the security domain, then everything the JPKI applet needs.
// Each may be repeated after a break at any point; the end is the same. Ours: docs/profile.md#personalisation.

import { type Bytes, concat, equal, u16, utf8 } from '../../base/bytes.ts'
import { publicKey as parsePublicKey, verify } from '../../base/crypto.ts'
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
import { encodeTokenInfo, JPKI, type TokenInfo } from '../jpki-ap/files.ts'
import { sealContent } from './content-encryption.ts'
import {
  CONTENT,
  DGI,
  decodeMadeKeyPair,
  decodeState,
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
}: Rotation): Dialogue<SecureChannel> {
  const open = (set: VersionedKeys): OpenScp03 => ({ ...set, entropy, aid: securityDomain })
  yield* select(securityDomain)
  try {
    return yield* openScp03(open(own))
  } catch (error) {
    // GPC-D v1.1.1 §7.1.1.6: 6A88 when there is no such key set, so it was not rotated yet.
    if (!(error instanceof CardRefused) || error.sw !== SW.REFERENCE_NOT_FOUND.sw) throw error
  }
  const channel = yield* openScp03(open(initial))
  yield* secured(channel, putKeySet(channel, own.keyVersion, own.keys, initial.keyVersion))
  yield* select(securityDomain)
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

/** What the applet holds. */
export function* queryState(applet: Bytes = JPKI.aid): Dialogue<PersonalisationState> {
  return decodeState(yield* store(applet, dgi(DGI.queryState), STORE_DATA.answers))
}

function* write({ contentKey, entropy, applet = JPKI.aid }: ContentChannel, content: readonly Dgi[]): Dialogue<void> {
  const { sequence } = yield* queryState(applet)
  const envelope = sealContent(contentKey, sequence + 1, content, entropy)
  yield* store(applet, dgi(DGI.envelope, envelope), STORE_DATA.applicationEncrypted)
}

/**
 * Lets the card make its key pair, or finds the one it made for this request id (16 bytes), and returns the public
 * key with the proof of possession, which is checked here. A new id replaces key pair and certificate.
 */
export function* generateKeyPair(content: ContentChannel, requestId: Bytes): Dialogue<MadeKeyPair> {
  yield* write(content, [{ id: CONTENT.generateKeyPair, value: requestId }])
  const made = decodeMadeKeyPair(yield* readKeyPair(content.applet ?? JPKI.aid))
  const message = possessionMessage(requestId, made.publicKey)
  if (!equal(made.requestId, requestId) || !proves(made, message)) throw new CodecError('personalisation/possession')
  return made
}

function proves({ publicKey, proofOfPossession }: MadeKeyPair, message: Bytes): boolean {
  try {
    return verify('RSA-SHA256', parsePublicKey(publicKey), message, proofOfPossession)
  } catch {
    return false // not a SubjectPublicKeyInfo
  }
}

/** Longest part that fits one response under R-MAC and R-ENCRYPTION, S8. */
export const KEY_PAIR_PART = 224

function* readKeyPair(applet: Bytes): Dialogue<Bytes> {
  const parts: Bytes[] = []
  for (let offset = 0; ; offset += KEY_PAIR_PART) {
    const part = yield* store(applet, dgi(DGI.queryKeyPair, u16(offset)), STORE_DATA.answers)
    parts.push(part)
    if (part.length < KEY_PAIR_PART) return concat(...parts)
  }
}

/** The holder's certificate; the card refuses one for another key. */
export function* writeCertificate(content: ContentChannel, certificate: Bytes): Dialogue<void> {
  yield* write(content, [{ id: CONTENT.authCertificate, value: certificate }])
}

export function* writeCaCertificate(content: ContentChannel, certificate: Bytes): Dialogue<void> {
  yield* write(content, [{ id: CONTENT.authCaCertificate, value: certificate }])
}

/** The key that signs terminals' CVCs. */
export function* writeTerminalCaKey(
  content: ContentChannel,
  { keyId, modulus }: { keyId: Bytes; modulus: Bytes },
): Dialogue<void> {
  yield* write(content, [{ id: CONTENT.terminalCaKey, value: concat(keyId, encodeCvcKey(modulus)) }])
}

export function* writeTokenInfo(content: ContentChannel, info: TokenInfo): Dialogue<void> {
  yield* write(content, [{ id: CONTENT.tokenInfo, value: encodeTokenInfo(info) }])
}

/** Four digits, full tries, transport state: at first issue, and to reset a PIN that is forgotten or blocked. */
export function* setTransportPin(content: ContentChannel, pin: string): Dialogue<void> {
  if (!/^[0-9]{4}$/.test(pin)) throw new RangeError('a transport PIN has four digits')
  yield* write(content, [{ id: CONTENT.transportPin, value: utf8(pin) }])
}
