// Loading code: INSTALL [for load], LOAD with DAP blocks or ciphered, and the whole way in one. GPC v2.3.1 §11.5, §11.6.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { aesCbcEncrypt, type HashName, hash } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { type Confirmation, type DapBlock, encodeLoadFile } from './delegated-management.ts'
import {
  type Authorise,
  confirmed,
  INSTALL,
  type Instance,
  install,
  installTokenInput,
  instanceFields,
} from './install.ts'
import { encodeParameters, type ParametersRequest } from './parameters-request.ts'

export interface LoadFile {
  readonly aid: Bytes
  readonly securityDomain: Bytes
  /** The load file data block (codec/cap). */
  readonly dataBlock: Bytes
  /** Of the data block, which the card compares; SHA-256 if absent. Old cards take `sha1` or `none`. */
  readonly hash?: HashName | 'none'
  readonly parameters?: ParametersRequest
  readonly authorise?: Authorise | undefined
}

/** The hash that DAP blocks and the card are given. */
export const loadFileHash = ({ dataBlock, hash: name = 'sha256' }: Pick<LoadFile, 'dataBlock' | 'hash'>): Bytes =>
  name === 'none' ? NO_BYTES : hash(name, dataBlock)

export const loadFields = (file: LoadFile): Bytes[] => [
  file.aid,
  file.securityDomain,
  loadFileHash(file),
  encodeParameters(file.parameters ?? {}),
]

/** The fields of INSTALL [for load]. GPC v2.3.1 §11.5.2.3.1. */
export function* installForLoad(file: LoadFile): Dialogue<Confirmation | undefined> {
  return yield* install({ p1: INSTALL.forLoad, fields: loadFields(file), authorise: file.authorise }, 'for load')
}

/** Most plain bytes of a command under C-MAC and C-DECRYPTION in every session, S16 too (S8: 239). */
export const BLOCK = 223

export interface LoadOptions {
  /** Bytes of a block. */
  readonly capacity?: number
  /** Over the hash of the data block in the clear. */
  readonly daps?: readonly DapBlock[]
  /** AES-CBC key of the domain with Ciphered Load File Data Block, and the initial value. GPC v2.3.1 §C.6. */
  readonly cipher?: { readonly key: Bytes; readonly icv: Bytes }
  /** Told after each block how many bytes of how many are on the card. */
  readonly progress?: ((sent: number, total: number) => void) | undefined
}

/** LOAD; the receipt of delegated management, if the card made one. GPC v2.3.1 §11.6. */
export function* load(dataBlock: Bytes, options: LoadOptions = {}): Dialogue<Confirmation | undefined> {
  const { capacity = BLOCK, daps = [], cipher, progress } = options
  const file = encodeLoadFile(dataBlock, daps, cipher && cipheredBlock(dataBlock, cipher))
  for (let at = 0, block = 0; ; at += capacity, block++) {
    const last = at + capacity >= file.length
    const part = file.slice(at, at + capacity)
    const answer = yield* ask(command(0x80, 0xe8, last ? 0x80 : 0, block & 0xff, part, 256), 'LOAD')
    progress?.(Math.min(at + capacity, file.length), file.length)
    if (last) return confirmed(answer)
  }
}

/** ICV (D3) and the data block under ISO padding (D4). GPC v2.3.1 §C.6. */
function cipheredBlock(dataBlock: Bytes, { key, icv }: NonNullable<LoadOptions['cipher']>): Bytes {
  const padded = new Uint8Array(16 * (Math.floor(dataBlock.length / 16) + 1))
  padded.set(dataBlock)
  padded[dataBlock.length] = 0x80
  return concat(tlv(0xd3, icv), tlv(0xd4, aesCbcEncrypt(key, padded, icv)))
}

const COMBINED = { begin: 0x01, end: 0x03 } as const

/** Load, install and make selectable as one process: one token over both commands, one receipt. GPC v2.3.1 §11.5.2.1. */
export function* loadInstallAndMakeSelectable(
  file: LoadFile,
  instance: Instance,
  options: LoadOptions = {},
): Dialogue<Confirmation | undefined> {
  const begin = { p1: INSTALL.combined, p2: COMBINED.begin, fields: loadFields(file) }
  yield* install(begin, 'for load, install and make selectable: begin')
  yield* load(file.dataBlock, options)
  const { authorise } = instance
  const end = { p1: INSTALL.combined, p2: COMBINED.end, fields: instanceFields(instance), authorise }
  return yield* install({ ...end, before: installTokenInput(begin) }, 'for load, install and make selectable: end')
}
