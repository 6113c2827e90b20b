// Keys of a security domain: which may be put where, what is told of them, their deletion. GPC v2.3.1 §7.5, §11.8.
// How they come is in key-fields.ts (PUT KEY) and key-groups.ts (STORE DATA).

import { type Bytes, bytes, concat, equal, NO_BYTES, u16 } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { lv, type Tlv } from '../../codec/tlv.ts'
import { checkValueFor, isCurve, isLocalReference, KEY_TYPE } from '../../protocol/globalplatform/key-type.ts'
import { LIFE_CYCLE } from '../../protocol/globalplatform/registry.ts'
import { checkCurve, checkKey, isOfSameKind } from '../../protocol/globalplatform/signature-key.ts'
import type { KeyReference } from './authentication.ts'
import { resolved } from './hierarchy.ts'
import { type Dek, type KeyField, readKeyFields } from './key-fields.ts'
import { isIsd, type Registry, type StoredKey } from './registry.ts'
import { StatusError } from './status-error.ts'

/** All keys of the command or none. Answers the new version and the key check values, which public keys have not. */
export function putKey(registry: Registry, domain: Bytes, { p1, p2, data }: Command, dek: Dek): Bytes {
  const version = data[0] ?? 0
  const firstId = p2 & 0x7f
  const fields = readKeyFields(data.slice(1), dek)
  if (p1 > 0x7f) throw new StatusError(SW.WRONG_P1P2)
  if (fields.length === 0 || (fields.length > 1 && (p2 & 0x80) === 0)) throw new StatusError(SW.WRONG_DATA)
  placeKeys(
    registry,
    domain,
    fields.map((field, i) => ({ ...field, version, id: firstId + i, replaces: p1 })),
  )
  return concat(bytes(version), ...fields.map(({ components }) => checkValueFor(components) ?? NO_BYTES))
}

/** A key and its place; `replaces` is the version that it takes the place of, 0 when it is added. */
export interface Placement extends Omit<KeyField, 'check'> {
  readonly version: number
  readonly id: number
  readonly replaces: number
}

/** All or none, by the card's transaction. */
export function placeKeys(registry: Registry, domain: Bytes, placements: readonly Placement[]): void {
  for (const placement of placements) place(registry, domain, placement)
  // GPC-D v1.1.1 §6.2.2.1: the counters begin anew with a new key set, and when a whole one is replaced.
  for (const version of new Set(placements.map((placement) => placement.version))) {
    const ids = placements.filter((placement) => placement.version === version).map(({ id }) => id)
    if ([1, 2, 3].every((id) => ids.includes(id))) registry.resetCounters(domain, version)
  }
  personalizeWhenComplete(registry, domain)
}

function place(registry: Registry, domain: Bytes, { replaces, ...key }: Placement): void {
  if (key.version < 1 || key.version > 0x7f || key.id > 0x7f) throw new StatusError(SW.WRONG_P1P2)
  if (key.components[0]?.tag === KEY_TYPE.reference) {
    placeCurve(registry, domain, key.components)
    return
  }
  checkUsable(registry, domain, key.components)
  const stored = registry.keys(domain)
  const find = (version: number) => stored.find((known) => known.version === version && known.id === key.id)
  const replaced = find(replaces)
  if (replaces !== 0 && !replaced) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  // GPC v2.3.1 §11.8.2.3.3: a key that takes another's place has its size and algorithm.
  if (replaced && !isOfSameKind(replaced.components, key.components)) throw new StatusError(SW.WRONG_DATA)
  if (key.version !== replaces && find(key.version)) throw new StatusError(SW.WRONG_DATA)
  if (replaces !== 0) registry.deleteKey(domain, replaces, key.id)
  registry.putKey(domain, key)
}

/** Curve parameters under a local reference, for keys of this domain and of those below it. GPC v2.3.1 §B.4.1. */
function placeCurve(registry: Registry, domain: Bytes, [reference, ...curve]: readonly Tlv[]): void {
  const number = reference?.value.length === 1 ? reference.value[0]! : -1
  if (!isLocalReference(number) || !isCurve(curve)) throw new StatusError(SW.WRONG_DATA)
  orWrongData(() => checkCurve(curve))
  registry.putCurve(domain, number, curve)
}

const checkUsable = (registry: Registry, domain: Bytes, components: readonly Tlv[]): void =>
  orWrongData(() => checkKey(resolved(registry, domain, components)))

function orWrongData(act: () => void): void {
  try {
    act()
  } catch {
    throw new StatusError(SW.WRONG_DATA)
  }
}

/** GPC v2.3.1 §5.3.2.3 leaves the moment to the domain: ours is the first complete key set. */
function personalizeWhenComplete(registry: Registry, aid: Bytes): void {
  const domain = registry.application(aid)
  if (!domain || isIsd(domain) || domain.lifeCycle !== LIFE_CYCLE.selectable) return
  if (registry.keySet(aid, 0)) registry.putApplication({ ...domain, lifeCycle: LIFE_CYCLE.personalized })
}

/** The content of one C0 object: extended when usage or access were given. GPC v2.3.1 Tables 11-28, 11-29. */
export function keyInformation({ version, id, components, usage, access }: StoredKey): Bytes {
  const told = components.filter(({ tag }) => tag < KEY_TYPE.curveP || tag > KEY_TYPE.curveK)
  if (!usage && !access) return concat(bytes(id, version), ...told.map(basic))
  return concat(bytes(id, version), ...told.map(extended), lv(usage ?? NO_BYTES), lv(access ?? NO_BYTES))
}

/** Without the 04 of a point. */
const lengthOf = ({ tag, value }: Tlv): number => (tag === KEY_TYPE.eccPublic ? value.length - 1 : value.length)

const basic = (component: Tlv): Bytes => {
  if (component.tag === KEY_TYPE.reference) return concat(bytes(component.tag), component.value)
  const length = lengthOf(component)
  return bytes(component.tag, length > 255 ? 0 : length)
}

const extended = (component: Tlv): Bytes =>
  component.tag === KEY_TYPE.reference
    ? concat(bytes(0xff, component.tag), component.value)
    : concat(bytes(0xff, component.tag), u16(lengthOf(component)))

/** All keys that match; not those that opened the session. GPC v2.3.1 §11.2.2.3.2. */
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
