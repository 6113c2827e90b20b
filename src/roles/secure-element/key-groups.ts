// Keys in data groupings of STORE DATA: 00B9 says which, the groupings after it bring the components.
// GPC v2.3.1 §11.11.4. Secret components are encrypted under the DEK, filled up to whole blocks.

import { type Bytes, fromUint } from '../../base/bytes.ts'
import type { Dgi } from '../../codec/dgi.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, findTlv, needTlv, type Tlv } from '../../codec/tlv.ts'
import { checks, KEY_TYPE as T } from '../../protocol/globalplatform/key-type.ts'
import type { Dek } from './key-fields.ts'
import type { Placement } from './keys.ts'
import type { Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

const KEY_INFORMATION = 0x00b9

/** Which component a grouping brings. GPC v2.3.1 Tables 11-93 to 11-105. */
const COMPONENT_OF: ReadonlyMap<number, readonly number[]> = new Map([
  [0x8113, [T.des, T.psk, T.aes, T.hmacSha1, T.hmacSha1Of160]],
  [0x0010, [T.rsaModulus, T.rsaPrivateModulus]],
  [0x0011, [T.rsaExponent]],
  [0x8112, [T.rsaPrivateExponent]],
  [0x8121, [T.rsaPq]],
  [0x8122, [T.rsaDq1]],
  [0x8123, [T.rsaDp1]],
  [0x8124, [T.rsaQ]],
  [0x8125, [T.rsaP]],
  [0x0030, [T.curveP]],
  [0x0031, [T.curveA]],
  [0x0032, [T.curveB]],
  [0x0033, [T.curveG]],
  [0x0034, [T.curveN]],
  [0x0035, [T.curveK]],
  [0x0036, [T.eccPublic]],
  [0x8137, [T.eccPrivate]],
])
export const isKeyGroup = (id: number): boolean => id === KEY_INFORMATION || COMPONENT_OF.has(id)

interface Described {
  readonly type: number
  readonly length: number
  readonly place: { readonly version: number; readonly id: number } | undefined
  readonly usage: Bytes | undefined
  readonly access: Bytes | undefined
  readonly check: Bytes | undefined
  readonly reference: Bytes | undefined
}

const TAG = {
  type: 0x80,
  length: 0x81,
  id: 0x82,
  version: 0x83,
  check: 0x84,
  reference: 0x85,
  usage: 0x95,
  access: 0x96,
}

function described(crt: Bytes): Described {
  const objects = decodeTlvs(crt)
  const one = (tag: number) => findTlv(objects, tag)
  const [id, version, length] = [one(TAG.id), one(TAG.version), one(TAG.length)]
  return {
    type: fromUint(needTlv(objects, TAG.type)),
    length: length ? fromUint(length) : 0,
    place: id && version && { id: fromUint(id), version: fromUint(version) },
    usage: one(TAG.usage),
    access: one(TAG.access),
    check: one(TAG.check),
    reference: one(TAG.reference),
  }
}

/** The keys of all groupings; `registry` says which exist, which are replaced. Throws 6A80, or 6982 for a wrong check value. */
export function readKeyGroups(registry: Registry, domain: Bytes, groups: readonly Dgi[], dek: Dek): Placement[] {
  const parts: { described: Described; value: Bytes }[] = []
  for (let at = 0; at < groups.length; ) {
    const { id, value } = groups[at]!
    if (id !== KEY_INFORMATION) throw new StatusError(SW.WRONG_DATA)
    const crts = decodeTlvs(value).map(({ tag, value: crt }) => {
      if (tag !== 0xb9) throw new StatusError(SW.WRONG_DATA)
      return described(crt)
    })
    at += 1
    for (const crt of crts) {
      if (crt.reference) {
        parts.push({ described: crt, value: crt.reference })
        continue
      }
      const group = groups[at++]
      if (!group || !COMPONENT_OF.get(group.id)?.includes(crt.type)) throw new StatusError(SW.WRONG_DATA)
      parts.push({ described: crt, value: component(crt, group, dek) })
    }
  }
  return gather(registry, domain, parts)
}

/** From 8000. The modulus of a private key comes as that of a public one. */
const isEncrypted = ({ id }: Dgi): boolean => id >= 0x8000

/** Filled up to whole blocks when it is secret: the description has the true length. */
function component({ type, length, check }: Described, group: Dgi, dek: Dek): Bytes {
  const { value } = group
  if (!isEncrypted(group)) {
    // A point is described without or with its 04.
    if (length !== value.length && !(type === T.eccPublic && length + 1 === value.length)) {
      throw new StatusError(SW.WRONG_DATA)
    }
    return value
  }
  const blocks = value.length > 0 && value.length % dek.block === 0
  if (!blocks || length === 0 || value.length - length < 0 || value.length - length >= dek.block) {
    throw new StatusError(SW.WRONG_DATA)
  }
  const clear = dek.decrypt(value).slice(0, length)
  if (check && !checks([{ tag: type, value: clear }], check)) throw new StatusError(SW.SECURITY_STATUS)
  return clear
}

/** Components of one key follow each other; those without a place belong to the key before, or are a curve. */
function gather(
  registry: Registry,
  domain: Bytes,
  parts: readonly { described: Described; value: Bytes }[],
): Placement[] {
  const keys: { described: Described; components: Tlv[] }[] = []
  for (const { described: part, value } of parts) {
    const last = keys.at(-1)
    const same = part.place && last?.described.place && samePlace(part.place, last.described.place)
    const joins = last && (part.place ? same : true)
    if (joins) last.components.push({ tag: part.type, value })
    else keys.push({ described: part, components: [{ tag: part.type, value }] })
  }
  return keys.map(({ described: { place, usage, access }, components }) => ({
    components: inOrder(components),
    ...(usage && { usage }),
    ...(access && { access }),
    ...(place ?? { id: 0, version: 1 }),
    replaces: place && exists(registry, domain, place) ? place.version : 0,
  }))
}

type Place = { readonly version: number; readonly id: number }
const samePlace = (a: Place, b: Place): boolean => a.id === b.id && a.version === b.version
const exists = (registry: Registry, domain: Bytes, place: Place): boolean =>
  registry.keys(domain).some((key) => samePlace(key, place))

/** The groupings of a Chinese remainder key come from A6 to A4; everything else is in the order of PUT KEY. */
const inOrder = (components: readonly Tlv[]): Tlv[] =>
  components[0]?.tag === T.rsaPq ? components.toSorted((a, b) => a.tag - b.tag) : [...components]
