// PUT KEY and deletion of keys: AES and DES keys, and public RSA and ECC keys. GPC v2.3.1 §11.8, GPC-D v1.1.1 §7.2.
// Both codings of a secret key field are taken: with and without the inner length of the clear key.

import { type Bytes, bytes, concat, equal, NO_BYTES } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { readLength, type Tlv } from '../../codec/tlv.ts'
import { checkValueOf, SECRET_KEY_TYPE, type SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import type { KeyReference } from './authentication.ts'
import { checkedComponents, KEY_TYPE } from './public-keys.ts'
import { isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Bytes of a key, by type. DES is triple DES with two keys. */
const LENGTHS: Record<SecretKeyType, readonly number[]> = {
  [SECRET_KEY_TYPE.aes]: [16, 24, 32],
  [SECRET_KEY_TYPE.des]: [16],
}

type Decrypt = (blocks: Bytes) => Bytes

/** One LV field at `at` and the offset after it. */
function field(data: Bytes, at: number): [value: Bytes, next: number] {
  const [length, start] = readLength(data, at)
  if (start + length > data.length) throw new StatusError(SW.WRONG_DATA)
  return [data.slice(start, start + length), start + length]
}

/** Block length a multiple of 16: no inner length. Otherwise the first byte is the length of the clear key. */
function clearKey(type: SecretKeyType, block: Bytes, decrypt: Decrypt): Bytes {
  const inner = block.length % 16 !== 0
  const [length, blocks] = inner ? [block[0] ?? 0, block.slice(1)] : [block.length, block]
  const wrong = blocks.length === 0 || blocks.length % 16 !== 0 || length > blocks.length
  if (wrong || !LENGTHS[type].includes(length)) throw new StatusError(SW.WRONG_DATA)
  return decrypt(blocks).slice(0, length)
}

type NewKey = { readonly type: SecretKeyType; readonly key: Bytes } | { readonly components: readonly Tlv[] }

function readKeys(data: Bytes, decrypt: Decrypt): NewKey[] {
  const keys: NewKey[] = []
  for (let at = 1; at < data.length; ) {
    const type = data[at]!
    const [key, next] = isSecret(type) ? readSecretKey(data, at, type, decrypt) : readPublicKey(data, at)
    keys.push(key)
    at = next
  }
  return keys
}

const isSecret = (type: number): type is SecretKeyType => Object.values(SECRET_KEY_TYPE).some((known) => known === type)

function readSecretKey(data: Bytes, at: number, type: SecretKeyType, decrypt: Decrypt): [NewKey, next: number] {
  const [block, afterBlock] = field(data, at + 1)
  const [check, next] = field(data, afterBlock)
  const key = clearKey(type, block, decrypt)
  if (check.length !== 3) throw new StatusError(SW.WRONG_DATA)
  if (!equal(checkValueOf(type, key), check)) throw new StatusError(SW.SECURITY_STATUS)
  return [{ type, key }, next]
}

/** Components in the clear up to an empty key check value. GPC v2.3.1 §11.8. */
function readPublicKey(data: Bytes, start: number): [NewKey, next: number] {
  if (data[start] !== KEY_TYPE.modulus && data[start] !== KEY_TYPE.point) throw new StatusError(SW.WRONG_DATA)
  const components: Tlv[] = []
  let at = start
  while (data[at] !== undefined && data[at] !== 0) {
    const [value, next] = field(data, at + 1)
    components.push({ tag: data[at]!, value })
    at = next
  }
  if (data[at] !== 0) throw new StatusError(SW.WRONG_DATA)
  return [{ components: checkedComponents(components) }, at + 1]
}

interface Listed {
  readonly version: number
  readonly id: number
  /** Type and length of each component. GPC v2.3.1 §11.3. */
  readonly shape: readonly (readonly [type: number, length: number])[]
}

/** All keys of a domain without their values. */
export const listKeys = (registry: Registry, domain: Bytes): Listed[] => [
  ...registry.keys(domain).map((key) => ({ version: key.version, id: key.id, shape: shapeOf(key) })),
  ...registry.publicKeys(domain).map((key) => ({ version: key.version, id: key.id, shape: shapeOf(key) })),
]

function shapeOf(key: NewKey): Listed['shape'] {
  if ('type' in key) return [[key.type, key.key.length]]
  return key.components.map(({ tag, value }) => {
    if (tag === KEY_TYPE.reference) return [tag, value[0]!]
    const length = tag === KEY_TYPE.point ? value.length - 1 : value.length
    return [tag, length > 255 ? 0 : length]
  })
}

/** All keys of the command or none. Answers the new version and the key check values, which public keys have not. */
export function putKey(registry: Registry, domain: Bytes, { p1, p2, data }: Command, decrypt: Decrypt): Bytes {
  const version = data[0] ?? 0
  const firstId = p2 & 0x7f
  const keys = readKeys(data, decrypt)
  if (p1 > 0x7f || version < 1 || version > 0x7f || firstId === 0) throw new StatusError(SW.WRONG_P1P2)
  if (keys.length === 0 || (keys.length > 1 && (p2 & 0x80) === 0)) throw new StatusError(SW.WRONG_DATA)
  if (firstId + keys.length > 0x80) throw new StatusError(SW.WRONG_P1P2)
  const stored = listKeys(registry, domain)
  for (const [i, key] of keys.entries()) put(registry, domain, stored, { key, old: p1, version, id: firstId + i })
  const ids = keys.map((_, i) => firstId + i)
  // GPC-D v1.1.1 §6.2.2.1: the counters begin anew with a new key set.
  if ([1, 2, 3].every((id) => ids.includes(id))) registry.resetCounters(domain, version)
  personalizeWhenComplete(registry, domain)
  return concat(bytes(version), ...keys.map((key) => ('type' in key ? checkValueOf(key.type, key.key) : NO_BYTES)))
}

interface Placement {
  readonly key: NewKey
  readonly old: number
  readonly version: number
  readonly id: number
}

/** A key that takes another's place has its size and algorithm. GPC v2.3.1 §11.8. */
function put(registry: Registry, domain: Bytes, stored: readonly Listed[], { key, old, version, id }: Placement): void {
  const find = (v: number) => stored.find((known) => known.version === v && known.id === id)
  const replaced = find(old)
  if (old !== 0 && !replaced) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (replaced && replaced.shape.join() !== shapeOf(key).join()) throw new StatusError(SW.WRONG_DATA)
  if (version !== old && find(version)) throw new StatusError(SW.WRONG_DATA)
  if (old !== 0) registry.deleteKey(domain, old, id)
  if ('type' in key) registry.putKey(domain, { version, id, ...key })
  else registry.putPublicKey(domain, { version, id, components: key.components })
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
  const chosen = listKeys(registry, domain).filter(
    (key) => (id === undefined || key.id === id) && (version === undefined || key.version === version),
  )
  if (chosen.length === 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  if (equal(inUse.domain, domain) && chosen.some((key) => key.version === inUse.version)) {
    throw new StatusError(SW.CONDITIONS)
  }
  for (const key of chosen) registry.deleteKey(domain, key.version, key.id)
}
