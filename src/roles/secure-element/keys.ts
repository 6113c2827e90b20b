// PUT KEY and deletion of keys: AES keys of a security domain, whole or single. GPC v2.3.1 §11.8, GPC-D v1.1.1 §7.2.
// Both codings of the key field are taken: with and without the inner length of the clear key.

import { type Bytes, bytes, concat, equal } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { readLength } from '../../codec/tlv.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import { keyCheckValue } from '../../protocol/globalplatform/scp03-keys.ts'
import type { KeyReference } from './authentication.ts'
import { isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const TYPE_AES = 0x88
const AES_LENGTHS = [16, 24, 32]

type Decrypt = (blocks: Bytes) => Bytes

/** One LV field at `at` and the offset after it. */
function field(data: Bytes, at: number): [value: Bytes, next: number] {
  const [length, start] = readLength(data, at)
  if (start + length > data.length) throw new StatusError(SW.WRONG_DATA)
  return [data.slice(start, start + length), start + length]
}

/** Block length a multiple of 16: no inner length. Otherwise the first byte is the length of the clear key. */
function clearKey(block: Bytes, decrypt: Decrypt): Bytes {
  const inner = block.length % 16 !== 0
  const [length, blocks] = inner ? [block[0] ?? 0, block.slice(1)] : [block.length, block]
  const wrong = blocks.length === 0 || blocks.length % 16 !== 0 || length > blocks.length
  if (wrong || !AES_LENGTHS.includes(length)) throw new StatusError(SW.WRONG_DATA)
  return decrypt(blocks).slice(0, length)
}

function readKeys(data: Bytes, decrypt: Decrypt): Bytes[] {
  const keys: Bytes[] = []
  for (let at = 1; at < data.length; ) {
    if (data[at] !== TYPE_AES) throw new StatusError(SW.WRONG_DATA)
    const [block, afterBlock] = field(data, at + 1)
    const [check, next] = field(data, afterBlock)
    const key = clearKey(block, decrypt)
    if (check.length !== 3) throw new StatusError(SW.WRONG_DATA)
    if (!equal(keyCheckValue(key), check)) throw new StatusError(SW.SECURITY_STATUS)
    keys.push(key)
    at = next
  }
  return keys
}

/** All keys of the command or none. Answers the new version and the key check values. */
export function putKey(registry: Registry, domain: Bytes, { p1, p2, data }: Command, decrypt: Decrypt): Bytes {
  const version = data[0] ?? 0
  const firstId = p2 & 0x7f
  const keys = readKeys(data, decrypt)
  if (p1 > 0x7f || version < 1 || version > 0x7f || firstId === 0) throw new StatusError(SW.WRONG_P1P2)
  if (keys.length === 0 || (keys.length > 1 && (p2 & 0x80) === 0)) throw new StatusError(SW.WRONG_DATA)
  const ids = keys.map((_, i) => firstId + i)
  const stored = registry.keys(domain)
  const find = (v: number, id: number) => stored.find((key) => key.version === v && key.id === id)
  keys.forEach((key, i) => {
    const replaced = find(p1, ids[i]!)
    if (p1 !== 0 && !replaced) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (replaced && replaced.key.length !== key.length) throw new StatusError(SW.WRONG_DATA)
    if (version !== p1 && find(version, ids[i]!)) throw new StatusError(SW.WRONG_DATA)
    if (p1 !== 0) registry.deleteKey(domain, p1, ids[i]!)
    registry.putKey(domain, { version, id: ids[i]!, key })
  })
  // GPC-D v1.1.1 §6.2.2.1: the counter begins anew with a new key set.
  if ([1, 2, 3].every((id) => ids.includes(id))) registry.setCounter(domain, version, 0)
  personalizeWhenComplete(registry, domain)
  return concat(bytes(version), ...keys.map(keyCheckValue))
}

/** GPC v2.3.1 §5.3.2.3 leaves the moment to the domain: ours is the first complete key set. */
function personalizeWhenComplete(registry: Registry, aid: Bytes): void {
  const domain = registry.application(aid)
  if (!domain || isIsd(domain) || domain.lifeCycle !== LIFE_CYCLE.selectable) return
  if (registry.keySet(aid, 0)) registry.putApplication({ ...domain, lifeCycle: LIFE_CYCLE.personalized })
}

/** All keys that match; not those that opened the session. GPC v2.3.1 §11.10. */
export function deleteKeys(
  registry: Registry,
  domain: Bytes,
  inUse: KeyReference,
  { id, version }: { id: number | undefined; version: number | undefined },
): void {
  const chosen = registry
    .keys(domain)
    .filter((key) => (id === undefined || key.id === id) && (version === undefined || key.version === version))
  if (chosen.length === 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (equal(inUse.domain, domain) && chosen.some((key) => key.version === inUse.version)) {
    throw new StatusError(SW.CONDITIONS)
  }
  for (const key of chosen) registry.deleteKey(domain, key.version, key.id)
}
