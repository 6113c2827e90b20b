// Words of the GlobalPlatform registry: life cycles, privileges, well-known AIDs, and GET STATUS entries.
// GPC v2.3.1 §11.1.1, §11.1.2, §11.4, App. H.1.3.

import { type Bytes, bytes, fromHex } from '../../base/bytes.ts'
import { decodeTlvs, findTlv, needTlv, type Tlv, tlv } from '../../codec/tlv.ts'

export const AID = {
  isd: fromHex('a000000151000000'),
  /** Executable load file and module of supplementary security domains, as on JCOP cards and eUICCs. */
  ssdPackage: fromHex('a0000001515350'),
  ssdModule: fromHex('a000000151535041'),
} as const

/** GPC v2.3.1 Tables 11-3 to 11-6. */
export const LIFE_CYCLE = {
  loaded: 0x01,
  installed: 0x03,
  selectable: 0x07,
  personalized: 0x0f,
  opReady: 0x01,
  initialized: 0x07,
  secured: 0x0f,
  cardLocked: 0x7f,
  terminated: 0xff,
} as const
export const LOCKED = 0x80

/** GPC v2.3.1 Tables 11-7 to 11-9, as one 24-bit number. */
export const PRIVILEGE = {
  securityDomain: 0x800000,
  dapVerification: 0x400000,
  delegatedManagement: 0x200000,
  cardLock: 0x100000,
  cardTerminate: 0x080000,
  cardReset: 0x040000,
  cvmManagement: 0x020000,
  mandatedDap: 0x010000,
  trustedPath: 0x008000,
  authorizedManagement: 0x004000,
  tokenVerification: 0x002000,
  globalDelete: 0x001000,
  globalLock: 0x000800,
  globalRegistry: 0x000400,
  finalApplication: 0x000200,
  globalService: 0x000100,
  receiptGeneration: 0x000080,
  cipheredLoadFile: 0x000040,
  contactlessActivation: 0x000020,
  contactlessSelfActivation: 0x000010,
} as const

/** What an issuer security domain holds at the beginning: 9E FE 80. */
export const ISD_PRIVILEGES = 0x9efe80
/** What a supplementary security domain is given here: Security Domain and Trusted Path. */
export const SSD_PRIVILEGES = PRIVILEGE.securityDomain | PRIVILEGE.trustedPath

export const privilegeBytes = (privileges: number): Bytes =>
  bytes(privileges >> 16, (privileges >> 8) & 0xff, privileges & 0xff)

/** Names of the bits in one or three bytes; of bits that have none, their number. */
export function privilegeNames(value: Bytes): string[] {
  const bits = (value[0] ?? 0) * 0x10000 + (value[1] ?? 0) * 0x100 + (value[2] ?? 0)
  const named = Object.entries(PRIVILEGE).filter(([, bit]) => (bits & bit) !== 0)
  const rest = named.reduce((left, [, bit]) => left & ~bit, bits)
  return [...named.map(([name]) => name), ...(rest === 0 ? [] : [rest.toString(16).padStart(6, '0')])]
}

const FILE_STATES: Readonly<Record<number, string>> = { 1: 'loaded' }
const CARD_STATES: Readonly<Record<number, string>> = {
  1: 'opReady',
  7: 'initialized',
  15: 'secured',
  127: 'cardLocked',
  255: 'terminated',
}
const STATES: Readonly<Record<number, string>> = { 3: 'installed', 7: 'selectable', 15: 'personalized' }

/** The life cycle in words, as far as GPC v2.3.1 Tables 11-3 to 11-6 have one; otherwise in hex. */
export function lifeCycleName(kind: 'card' | 'application' | 'loadFile', state: number): string {
  const word = { card: CARD_STATES, application: STATES, loadFile: FILE_STATES }[kind]
  const known = word[state]
  if (known || kind !== 'application') return known ?? state.toString(16).padStart(2, '0')
  const locked = (state & 0x83) === 0x83
  const unlocked = locked ? state & 0x7f : state
  return `${STATES[unlocked] ?? unlocked.toString(16).padStart(2, '0')}${locked ? ', locked' : ''}`
}

export interface RegistryEntry {
  readonly aid: Bytes
  readonly lifeCycle: number
  /** Absent for load files. */
  readonly privileges?: Bytes
  /** Implicit selection parameters of an application. GPC v2.3.1 §11.1.7. */
  readonly implicitSelection?: readonly number[]
  /** The load file that an application comes from. */
  readonly loadFile?: Bytes
  readonly securityDomain?: Bytes
  readonly version?: Bytes
  readonly modules?: readonly Bytes[]
}

/** One E3 object. GPC v2.3.1 Table 11-36. */
export function encodeEntry(entry: RegistryEntry): Bytes {
  const optional: [number, Bytes | undefined][] = [
    [0xc5, entry.privileges],
    ...(entry.implicitSelection ?? []).map((parameter): [number, Bytes] => [0xcf, bytes(parameter)]),
    [0xc4, entry.loadFile],
    [0xce, entry.version],
    ...(entry.modules ?? []).map((module): [number, Bytes] => [0x84, module]),
    [0xcc, entry.securityDomain],
  ]
  const rest = optional.flatMap(([tag, value]) => (value ? [tlv(tag, value)] : []))
  return tlv(0xe3, tlv(0x4f, entry.aid), tlv(0x9f70, bytes(entry.lifeCycle)), ...rest)
}

/** The E3 objects of an answer to GET STATUS, or a `CodecError`. */
export const decodeEntries = (answer: Bytes): RegistryEntry[] =>
  decodeTlvs(answer).map(({ value }) => decodeEntry(decodeTlvs(value)))

function decodeEntry(objects: readonly Tlv[]): RegistryEntry {
  const field = <K extends string>(name: K, tag: number) => {
    const value = findTlv(objects, tag)
    return value && ({ [name]: value } as Record<K, Bytes>)
  }
  const modules = objects.filter(({ tag }) => tag === 0x84).map(({ value }) => value)
  const implicitSelection = objects.filter(({ tag }) => tag === 0xcf).map(({ value }) => value[0] ?? 0)
  return {
    aid: needTlv(objects, 0x4f),
    lifeCycle: needTlv(objects, 0x9f70)[0] ?? 0,
    ...field('privileges', 0xc5),
    ...(implicitSelection.length > 0 && { implicitSelection }),
    ...field('loadFile', 0xc4),
    ...field('version', 0xce),
    ...field('securityDomain', 0xcc),
    ...(modules.length > 0 && { modules }),
  }
}
