// What a card tells of itself without a key, understood: FCI, card data, capability, keys, production, resources.
// GPC v2.3.1 §11.3, §11.9.3, App. H. Tolerant: what real cards write otherwise is left out, never guessed.

import { type Bytes, fromUint, hex } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeOid } from '../../codec/der-value.ts'
import { decodeTlv, decodeTlvs, findTlv, type Tlv } from '../../codec/tlv.ts'

/** Any bytes to what `read` makes of them, undefined when they are not so. */
export function lenient<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof CodecError) return undefined
    throw error
  }
}

export interface Fci {
  readonly aid?: Bytes
  /** Most bytes of command data. */
  readonly maxCommandData?: number
  readonly cardData?: CardData
}

/** GPC v2.3.1 Table 11-78. */
export function decodeFci(answer: Bytes): Fci {
  const objects = decodeTlvs(decodeTlv(0x6f, answer))
  const aid = findTlv(objects, 0x84)
  const proprietary = decodeTlvs(findTlv(objects, 0xa5) ?? new Uint8Array(0))
  const [longest, data] = [findTlv(proprietary, 0x9f65), findTlv(proprietary, 0x73)]
  const cardData = data && lenient(() => decodeCardData(data))
  return {
    ...(aid && { aid }),
    ...(longest && { maxCommandData: fromUint(longest) }),
    ...(cardData && { cardData }),
  }
}

export interface CardData {
  /** "2.3.1". */
  readonly version?: string
  readonly channels: readonly { readonly scp: number; readonly i: number }[]
  /** Object identifiers of card configuration (65), chip (66) and trust point (67, 68), dotted. */
  readonly identifiers: readonly string[]
}

const GLOBALPLATFORM = [1, 2, 840, 114283]

/** The value of 73, or of 66 with a 73 in it. GPC v2.3.1 Table H-1. */
export function decodeCardData(value: Bytes): CardData {
  const outer = decodeTlvs(value)
  const objects = decodeTlvs(findTlv(outer, 0x73) ?? value)
  const arcs = objects.flatMap(({ tag, value }) => {
    const oid = lenient(() => decodeOid(findTlv(decodeTlvs(value), 0x06) ?? new Uint8Array(0)))
    return oid ? [{ tag, arcs: oid.split('.').map(Number) }] : []
  })
  const under = (arc: number) =>
    arcs
      .filter(({ arcs: a }) => GLOBALPLATFORM.every((n, i) => a[i] === n) && a[4] === arc)
      .map(({ arcs: a }) => a.slice(5))
  const [version] = under(2)
  return {
    ...(version && { version: version.join('.') }),
    channels: under(4).map(([scp = 0, i = 0]) => ({ scp, i })),
    identifiers: arcs.filter(({ tag }) => tag >= 0x65 && tag <= 0x68).map(({ arcs: a }) => a.join('.')),
  }
}

export interface CardCapability {
  readonly channels: readonly {
    readonly scp: number
    readonly i: readonly number[]
    readonly keys?: readonly number[]
  }[]
  readonly domainPrivileges?: number
  readonly applicationPrivileges?: number
  readonly hashes: readonly string[]
  /** AES keys in bits and `3DES`, of ciphered load files. */
  readonly loadFileCiphers: readonly string[]
}

const HASHES = ['', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']
const CIPHERS: readonly [bit: number, name: string][] = [
  [0x01, '3DES'],
  [0x02, 'AES-128'],
  [0x04, 'AES-192'],
  [0x08, 'AES-256'],
]
const AES_BITS: readonly [bit: number, bits: number][] = [
  [0x01, 128],
  [0x02, 192],
  [0x04, 256],
]

/** The value of 67. Observed: a card that says 67 twice. GPC v2.3.1 §H.4. */
export function decodeCapability(value: Bytes): CardCapability {
  const outer = decodeTlvs(value)
  const objects = decodeTlvs(findTlv(outer, 0x67) ?? value)
  const number = (tag: number) => {
    const found = findTlv(objects, tag)
    return found && fromUint(found)
  }
  const [domainPrivileges, applicationPrivileges] = [number(0x81), number(0x82)]
  return {
    channels: objects.filter(({ tag }) => tag === 0xa0).map(capabilityChannel),
    ...(domainPrivileges !== undefined && { domainPrivileges }),
    ...(applicationPrivileges !== undefined && { applicationPrivileges }),
    hashes: [...(findTlv(objects, 0x83) ?? [])].flatMap((code) => HASHES[code] || []),
    loadFileCiphers: CIPHERS.filter(([bit]) => ((findTlv(objects, 0x84)?.[0] ?? 0) & bit) !== 0).map(
      ([, name]) => name,
    ),
  }
}

function capabilityChannel({ value }: Tlv) {
  const objects = decodeTlvs(value)
  const keys = findTlv(objects, 0x82)?.[0]
  return {
    scp: findTlv(objects, 0x80)?.[0] ?? 0,
    i: [...(findTlv(objects, 0x81) ?? [])],
    ...(keys !== undefined && { keys: AES_BITS.filter(([bit]) => (keys & bit) !== 0).map(([, bits]) => bits) }),
  }
}

export interface KeyInformation {
  readonly id: number
  readonly version: number
  /** Type and length in bytes of each component; length 0 is 256 or more. */
  readonly components: readonly { readonly type: number; readonly length: number }[]
}

/** The value of E0: keys in the basic and the extended form. GPC v2.3.1 §11.3.3.1. */
export const decodeKeyInformation = (value: Bytes): KeyInformation[] =>
  decodeTlvs(value)
    .filter(({ tag }) => tag === 0xc0)
    .map(({ value: key }) => ({ id: key[0] ?? 0, version: key[1] ?? 0, components: components(key) }))

function components(key: Bytes): KeyInformation['components'] {
  const found: { type: number; length: number }[] = []
  const extended = key[2] === 0xff
  for (let at = 2; at < key.length; ) {
    if (!extended) {
      found.push({ type: key[at]!, length: key[at + 1] ?? 0 })
      at += 2
      continue
    }
    // Key usage follows the components: a length below 80. Observed: components without FF after the first.
    if (key[at]! < 0x80) break
    if (key[at] === 0xff) at += 1
    found.push({ type: key[at] ?? 0, length: fromUint(key.subarray(at + 1, at + 3)) })
    at += 3
  }
  return found
}

/** Card production life cycle data, as hex but for what it is. Observed: EMV and JCOP cards. */
const CPLC: readonly [name: string, length: number][] = [
  ['icFabricator', 2],
  ['icType', 2],
  ['operatingSystem', 2],
  ['operatingSystemDate', 2],
  ['operatingSystemLevel', 2],
  ['icFabricationDate', 2],
  ['icSerialNumber', 4],
  ['icBatch', 2],
  ['icModuleFabricator', 2],
  ['icModuleDate', 2],
  ['iccManufacturer', 2],
  ['icEmbeddingDate', 2],
  ['prePersonalizer', 2],
  ['prePersonalizationDate', 2],
  ['prePersonalizationEquipment', 4],
  ['personalizer', 2],
  ['personalizationDate', 2],
  ['personalizationEquipment', 4],
]

/** The value of 9F7F, 42 bytes, by field. */
export function decodeCplc(value: Bytes): Readonly<Record<string, string>> {
  if (value.length !== 42) throw new CodecError('cplc/length', 'CPLC has 42 bytes')
  let at = 0
  return Object.fromEntries(CPLC.map(([name, length]) => [name, hex(value.slice(at, (at += length)))]))
}

export interface CardResources {
  readonly applications: number
  readonly nonVolatile: number
  readonly volatile: number
}

/** The value of FF21, free memory in bytes. ETSI TS 102 226 §8.2.1.7.2. */
export function decodeResources(value: Bytes): CardResources {
  const objects = decodeTlvs(value)
  const number = (tag: number) => fromUint(findTlv(objects, tag) ?? new Uint8Array(0))
  return { applications: number(0x81), nonVolatile: number(0x82), volatile: number(0x83) }
}
