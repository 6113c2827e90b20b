// Card content management from outside: the commands of GPC v2.3.1 §11.2 to §11.11 as dialogues.
// Run them inside `secured(channel, …)`; the card refuses them otherwise. No tokens, receipts or DAP blocks.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { encodeLength, lv, tlv } from '../../codec/tlv.ts'
import { ask, CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { decodeEntries, privilegeBytes, type RegistryEntry } from './registry.ts'
import { dekEncrypt, keyCheckValue, type Scp03Keys } from './scp03-keys.ts'

/** SELECT by AID with the FCI; without an AID the issuer security domain. GPC v2.3.1 §11.9. */
export function* select(aid: Bytes = NO_BYTES): Dialogue<Bytes> {
  return yield* ask(command(0x00, 0xa4, 0x04, 0x00, aid, 256), 'SELECT')
}

/** The whole data object, its tag included. GPC v2.3.1 §11.3. */
export function* getData(tag: number): Dialogue<Bytes> {
  return yield* ask(command(0x80, 0xca, tag >> 8, tag & 0xff, NO_BYTES, 256), 'GET DATA')
}

/** GPC v2.3.1 Table 11-32. */
const SCOPE = { issuer: 0x80, applications: 0x40, loadFiles: 0x20, loadFilesAndModules: 0x10 } as const

/** Entries of the registry whose AID begins with `prefix`; none is an empty list. GPC v2.3.1 §11.4. */
export function* getStatus(scope: keyof typeof SCOPE, prefix: Bytes = NO_BYTES): Dialogue<RegistryEntry[]> {
  const parts: Bytes[] = []
  for (let next = 0; ; next = 1) {
    const { data, sw } = yield command(0x80, 0xf2, SCOPE[scope], 0x02 | next, tlv(0x4f, prefix), 256)
    if (sw === SW.REFERENCE_NOT_FOUND.sw && next === 0) return []
    if (sw !== SW.OK.sw && sw !== SW.MORE_DATA.sw) throw new CardRefused(sw, 'GET STATUS')
    parts.push(data)
    if (sw === SW.OK.sw) return decodeEntries(concat(...parts))
  }
}

const install = (p1: number, ...fields: readonly Bytes[]) =>
  command(0x80, 0xe6, p1, 0x00, concat(...fields.map(lv)), 256)

export interface LoadFile {
  readonly aid: Bytes
  readonly securityDomain: Bytes
  /** The load file data block (codec/cap). */
  readonly dataBlock: Bytes
}

/** INSTALL [for load] with the SHA-256 of the data block, which the card compares. GPC v2.3.1 §11.5.2.3.1. */
export function* installForLoad({ aid, securityDomain, dataBlock }: LoadFile): Dialogue<void> {
  yield* ask(install(0x02, aid, securityDomain, sha256(dataBlock), NO_BYTES, NO_BYTES), 'INSTALL [for load]')
}

/** LOAD, in blocks of `capacity` bytes. GPC v2.3.1 §11.6. */
export function* load(dataBlock: Bytes, capacity: number = BLOCK): Dialogue<void> {
  const file = concat(bytes(0xc4), encodeLength(dataBlock.length), dataBlock)
  for (let at = 0, block = 0; at < file.length; at += capacity, block++) {
    const last = at + capacity >= file.length ? 0x80 : 0x00
    yield* ask(command(0x80, 0xe8, last, block & 0xff, file.slice(at, at + capacity), 256), 'LOAD')
  }
}

/** Most plain bytes of a command under C-MAC and C-DECRYPTION, S8. */
const BLOCK = 239

export interface Instance {
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly aid: Bytes
  readonly privileges?: number
  /** Parameters of the application (tag C9). */
  readonly parameters?: Bytes
}

const instanceFields = ({ loadFile, module, aid, privileges = 0, parameters = NO_BYTES }: Instance): Bytes[] => [
  loadFile,
  module,
  aid,
  privilegeBytes(privileges),
  tlv(0xc9, parameters),
  NO_BYTES,
]

/** GPC v2.3.1 §11.5.2.3.2. */
export function* installForInstall(instance: Instance): Dialogue<void> {
  yield* ask(install(0x04, ...instanceFields(instance)), 'INSTALL [for install]')
}

/** GPC v2.3.1 §11.5.2.3.2 and §11.5.2.3.3 in one. */
export function* installForInstallAndMakeSelectable(instance: Instance): Dialogue<void> {
  yield* ask(install(0x0c, ...instanceFields(instance)), 'INSTALL [for install and make selectable]')
}

/** GPC v2.3.1 §11.5.2.3.3. */
export function* installForMakeSelectable(aid: Bytes, privileges = 0): Dialogue<void> {
  const fields = [NO_BYTES, NO_BYTES, aid, privilegeBytes(privileges), NO_BYTES, NO_BYTES]
  yield* ask(install(0x08, ...fields), 'INSTALL [for make selectable]')
}

/** STORE DATA that follows goes to this application. GPC v2.3.1 §11.5.2.3.6. */
export function* installForPersonalization(aid: Bytes): Dialogue<void> {
  const fields = [NO_BYTES, NO_BYTES, aid, NO_BYTES, NO_BYTES, NO_BYTES]
  yield* ask(install(0x20, ...fields), 'INSTALL [for personalization]')
}

/** GPC v2.3.1 §11.10: an application or security domain, or with `p2` 80 a load file and what comes from it. */
export function* deleteContent(aid: Bytes, related = false): Dialogue<void> {
  yield* ask(command(0x80, 0xe4, 0x00, related ? 0x80 : 0x00, tlv(0x4f, aid), 256), 'DELETE')
}

/** GPC v2.3.1 §11.10.2.2: the current state with bit 8 locks, without it unlocks. */
export function* setLocked(aid: Bytes, locked: boolean): Dialogue<void> {
  yield* ask(command(0x80, 0xf0, 0x40, locked ? 0x80 : 0x00, aid), 'SET STATUS')
}

/** An AES key as in PUT KEY format 1, inner length and check value included. GPC-D v1.1.1 §7.2, Table 7-8. */
function aesKeyField(dek: Bytes, key: Bytes): Bytes {
  const block = lv(dekEncrypt(dek, key))
  return concat(bytes(0x88), lv(concat(bytes(key.length), block.subarray(1))), lv(keyCheckValue(key)))
}

/**
 * PUT KEY with ENC, MAC and DEK as keys 01 to 03. `replaces` is the version that goes; 0 adds a key set.
 * Checks the key check values that the card returns. GPC v2.3.1 §11.8.
 */
export function* putKeySet(dek: Bytes, keyVersion: number, keys: Scp03Keys, replaces = 0): Dialogue<void> {
  const set = [keys.enc, keys.mac, keys.dek]
  const data = concat(bytes(keyVersion), ...set.map((key) => aesKeyField(dek, key)))
  const answer = yield* ask(command(0x80, 0xd8, replaces, 0x81, data, 256), 'PUT KEY')
  const expected = concat(bytes(keyVersion), ...set.map(keyCheckValue))
  if (!answer.every((byte, i) => byte === expected[i]) || answer.length !== expected.length) {
    throw new CardRefused(SW.WRONG_DATA.sw, 'PUT KEY answer')
  }
}

/** GPC v2.3.1 Table 11-88. */
export const STORE_DATA = { last: 0x80, applicationEncrypted: 0x20, encrypted: 0x60, dgi: 0x08, answers: 0x01 } as const

/** STORE DATA in blocks; the answer of the last one. `format` are the bits of P1 but the last-block one. GPC v2.3.1 §11.11. */
export function* storeData(data: Bytes, format: number, capacity: number = BLOCK): Dialogue<Bytes> {
  for (let at = 0, block = 0; ; at += capacity, block++) {
    const last = at + capacity >= data.length
    const answers = last && (format & STORE_DATA.answers) !== 0
    const p1 = (format & ~STORE_DATA.answers) | (last ? STORE_DATA.last : 0) | (answers ? STORE_DATA.answers : 0)
    const part = data.slice(at, at + capacity)
    const answer = yield* ask(command(0x80, 0xe2, p1, block & 0xff, part, answers ? 256 : undefined), 'STORE DATA')
    if (last) return answer
  }
}
