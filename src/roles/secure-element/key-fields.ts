// The key data fields of PUT KEY, in both formats: components, key check value, usage and access. GPC v2.3.1 §11.8.2.3.
// Secret components are opened with the DEK; whether a key may take its place is said in keys.ts.

import type { Bytes } from '../../base/bytes.ts'
import { SW } from '../../codec/sw.ts'
import { readLength, type Tlv } from '../../codec/tlv.ts'
import { checks, isKeyComponent, isSecretComponent } from '../../protocol/globalplatform/key-type.ts'
import { StatusError } from './status-error.ts'

/** How the session's data encryption key opens secrets. */
export interface Dek {
  readonly block: 8 | 16
  readonly decrypt: (blocks: Bytes) => Bytes
}

/** A key that is to be put. Usage and access are there when the extended format gave them. */
export interface KeyField {
  readonly components: readonly Tlv[]
  readonly check: Bytes
  readonly usage?: Bytes
  readonly access?: Bytes
}

const EXTENDED = 0xff

/** One LV field at `at` and the offset after it; 128 may be a single 80. */
function field(data: Bytes, at: number): [value: Bytes, next: number] {
  const [length, start] = data[at] === 0x80 ? [0x80, at + 1] : readLength(data, at)
  if (start + length > data.length) throw new StatusError(SW.WRONG_DATA)
  return [data.slice(start, start + length), start + length]
}

/** Whole blocks are the key as it is; otherwise the length of the clear key comes first. GPC v2.3.1 §11.8.2.3.2. */
function openComponent(block: Bytes, dek: Dek): Bytes {
  if (block.length % dek.block === 0) return opened(block, block.length, dek)
  const [length, start] = block[0] === 0x80 ? [0x80, 1] : readLength(block, 0)
  return opened(block.slice(start), length, dek)
}

function opened(blocks: Bytes, length: number, dek: Dek): Bytes {
  const wrong = blocks.length === 0 || blocks.length % dek.block !== 0 || length > blocks.length
  if (wrong || length === 0 || blocks.length - length >= dek.block) throw new StatusError(SW.WRONG_DATA)
  return dek.decrypt(blocks).slice(0, length)
}

/** All keys of the command. A wrong key check value is 6982, anything that is no key field 6A80. */
export function readKeyFields(data: Bytes, dek: Dek): KeyField[] {
  const fields: KeyField[] = []
  for (let at = 0; at < data.length; ) {
    const [read, next] = readKeyField(data, at, dek)
    if (!checks(read.components, read.check)) throw new StatusError(SW.SECURITY_STATUS)
    fields.push(read)
    at = next
  }
  return fields
}

/** The length of the check value, under 80, tells it from the type of one more component. */
function readKeyField(data: Bytes, start: number, dek: Dek): [read: KeyField, next: number] {
  const extended = data[start] === EXTENDED
  const components: Tlv[] = []
  let at = start
  while (at < data.length && data[at]! >= 0x80) {
    if ((data[at] === EXTENDED) !== extended) throw new StatusError(SW.WRONG_DATA)
    if (extended) at += 1
    const tag = data[at] ?? 0
    if (!isKeyComponent(tag)) throw new StatusError(SW.WRONG_DATA)
    const [block, next] = field(data, at + 1)
    components.push({ tag, value: isSecretComponent(tag) ? openComponent(block, dek) : block })
    at = next
  }
  if (components.length === 0 || at >= data.length) throw new StatusError(SW.WRONG_DATA)
  const [check, afterCheck] = field(data, at)
  if (!extended) return [{ components, check }, afterCheck]
  const [usage, afterUsage] = field(data, afterCheck)
  const [access, next] = field(data, afterUsage)
  if (usage.length > 2 || access.length > 1) throw new StatusError(SW.WRONG_DATA)
  return [{ components, check, usage, access }, next]
}
