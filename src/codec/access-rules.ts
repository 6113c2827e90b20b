// Rules of access to a secure element as data objects: REF-DO, AR-DO, REF-AR-DO and the commands and answers around
// them, both ways. GPC-SEAC v1.0 §3 to §4; carrier privileges observed: AOSP. Who may do what is not decided here.

import { type Bytes, concat, equal, fromLatin1, NO_BYTES, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { decodeTlvs, findTlv, needTlv, type Tlv, tlv } from './tlv.ts'

/** GPC-SEAC v1.0 Tables 3-1 to 4-20. */
export const SEAC_TAG = {
  aidRef: 0x4f,
  defaultApplicationRef: 0xc0,
  deviceAppRef: 0xc1,
  packageRef: 0xca,
  ref: 0xe1,
  refAr: 0xe2,
  ar: 0xe3,
  apduAr: 0xd0,
  nfcAr: 0xd1,
  carrierPrivileges: 0xdb,
  refreshTag: 0xdf20,
  configuration: 0xdf21,
  all: 0xff40,
  specific: 0xff50,
  next: 0xff60,
  clientAids: 0xff70,
} as const

/** Whom a rule is about. GPC-SEAC v1.0 §3.1. */
export interface RuleReference {
  /** AID on the card; `default` is the one selected without a name; `none` when only carrier privileges are given. */
  readonly application: Bytes | 'all' | 'default' | 'none'
  /** SHA-1 (20 bytes) or SHA-256 (32) of the certificate that signed the app on the device. */
  readonly caller: Bytes | 'all'
  readonly packageName?: string
}

/** Passes a C-APDU when `(CLA INS P1 P2 & mask) = header`. Four bytes each. */
export interface ApduFilter {
  readonly header: Bytes
  readonly mask: Bytes
}

/** What is allowed; what is absent was not said. GPC-SEAC v1.0 §3.2. */
export interface AccessRule {
  readonly apdu?: 'never' | 'always' | readonly ApduFilter[]
  readonly nfc?: 'never' | 'always'
  /** Eight bytes of permissions on the device. */
  readonly carrierPrivileges?: Bytes
}

export interface ReferencedRule {
  readonly reference: RuleReference
  readonly rule: AccessRule
}

const EMPTY_WORDS = new Map<Bytes | string, number>([
  ['all', SEAC_TAG.aidRef],
  ['default', SEAC_TAG.defaultApplicationRef],
])

function encodeApplication(application: RuleReference['application']): Bytes {
  if (application === 'none') return NO_BYTES
  if (typeof application === 'string') return tlv(EMPTY_WORDS.get(application)!)
  return tlv(SEAC_TAG.aidRef, application)
}

/** REF-DO (E1). */
export const encodeReference = ({ application, caller, packageName }: RuleReference): Bytes =>
  tlv(
    SEAC_TAG.ref,
    encodeApplication(application),
    tlv(SEAC_TAG.deviceAppRef, caller === 'all' ? NO_BYTES : caller),
    packageName === undefined ? NO_BYTES : tlv(SEAC_TAG.packageRef, utf8(packageName)),
  )

const WORD = { never: Uint8Array.of(0), always: Uint8Array.of(1) } as const

/** AR-DO (E3). */
export function encodeAccessRule({ apdu, nfc, carrierPrivileges }: AccessRule): Bytes {
  const filters = typeof apdu === 'string' ? WORD[apdu] : concat(...(apdu ?? []).flatMap((f) => [f.header, f.mask]))
  return tlv(
    SEAC_TAG.ar,
    apdu === undefined ? NO_BYTES : tlv(SEAC_TAG.apduAr, filters),
    nfc === undefined ? NO_BYTES : tlv(SEAC_TAG.nfcAr, WORD[nfc]),
    carrierPrivileges === undefined ? NO_BYTES : tlv(SEAC_TAG.carrierPrivileges, carrierPrivileges),
  )
}

/** REF-AR-DO (E2). */
export const encodeRule = ({ reference, rule }: ReferencedRule): Bytes =>
  tlv(SEAC_TAG.refAr, encodeReference(reference), encodeAccessRule(rule))

const REFERENCE_TAGS: readonly number[] = [
  SEAC_TAG.aidRef,
  SEAC_TAG.defaultApplicationRef,
  SEAC_TAG.deviceAppRef,
  SEAC_TAG.packageRef,
]

/** The value of a REF-DO. An object that it does not know would make the rule wider than meant: `CodecError`. */
export function decodeReference(value: Bytes): RuleReference {
  const objects = decodeTlvs(value)
  const tags = objects.map(({ tag }) => tag)
  if (tags.some((tag) => !REFERENCE_TAGS.includes(tag)))
    throw new CodecError('access-rules/reference', 'unknown object')
  if (new Set(tags).size !== tags.length) throw new CodecError('access-rules/reference', 'an object appears twice')
  const caller = needTlv(objects, SEAC_TAG.deviceAppRef)
  if (![0, 20, 32].includes(caller.length)) throw new CodecError('access-rules/hash', 'a hash has 20 or 32 bytes')
  const packageName = findTlv(objects, SEAC_TAG.packageRef)
  return {
    application: decodeApplication(objects),
    caller: caller.length === 0 ? 'all' : caller,
    ...(packageName && { packageName: fromLatin1(packageName) }),
  }
}

function decodeApplication(objects: readonly Tlv[]): RuleReference['application'] {
  const aid = findTlv(objects, SEAC_TAG.aidRef)
  const unnamed = findTlv(objects, SEAC_TAG.defaultApplicationRef)
  if (aid && unnamed) throw new CodecError('access-rules/reference', 'two applications')
  if (unnamed) {
    if (unnamed.length > 0) throw new CodecError('access-rules/reference', 'the default application has no name')
    return 'default'
  }
  if (!aid) return 'none'
  if (aid.length === 0) return 'all'
  if (aid.length < 5 || aid.length > 16) throw new CodecError('access-rules/aid', 'an AID has 5 to 16 bytes')
  return aid
}

/** The value of an AR-DO; objects that it does not know give no right and are left out. */
export function decodeAccessRule(value: Bytes): AccessRule {
  const objects = decodeTlvs(value)
  const [apdu, nfc, carrierPrivileges] = [SEAC_TAG.apduAr, SEAC_TAG.nfcAr, SEAC_TAG.carrierPrivileges].map((tag) =>
    findTlv(objects, tag),
  )
  if (carrierPrivileges && carrierPrivileges.length !== 8) {
    throw new CodecError('access-rules/privileges', 'carrier privileges have 8 bytes')
  }
  return {
    ...(apdu && { apdu: decodeApduRule(apdu) }),
    ...(nfc && { nfc: decodeWord(nfc) }),
    ...(carrierPrivileges && { carrierPrivileges }),
  }
}

function decodeWord(value: Bytes): 'never' | 'always' {
  for (const word of ['never', 'always'] as const) if (equal(value, WORD[word])) return word
  throw new CodecError('access-rules/word', 'neither 00 nor 01')
}

function decodeApduRule(value: Bytes): NonNullable<AccessRule['apdu']> {
  if (value.length === 1) return decodeWord(value)
  if (value.length === 0 || value.length % 8 !== 0) throw new CodecError('access-rules/filter', 'not pairs of 4 bytes')
  return Array.from({ length: value.length / 8 }, (_, i) => ({
    header: value.slice(8 * i, 8 * i + 4),
    mask: value.slice(8 * i + 4, 8 * i + 8),
  }))
}

/** The value of a REF-AR-DO. */
export function decodeRule(value: Bytes): ReferencedRule {
  const [reference, rule, ...more] = decodeTlvs(value)
  if (reference?.tag !== SEAC_TAG.ref || rule?.tag !== SEAC_TAG.ar || more.length > 0) {
    throw new CodecError('access-rules/rule', 'not one REF-DO and one AR-DO')
  }
  return { reference: decodeReference(reference.value), rule: decodeAccessRule(rule.value) }
}

/** REF-AR-DOs one after the other: the value of FF40. */
export const encodeRules = (rules: readonly ReferencedRule[]): Bytes => concat(...rules.map(encodeRule))

/** Any bytes to the rules in FF40, or a `CodecError`: one bad rule spoils all, because rules limit each other. */
export const decodeRules = (value: Bytes): ReferencedRule[] =>
  decodeTlvs(value).map((object) => {
    if (object.tag !== SEAC_TAG.refAr) throw new CodecError('access-rules/rules', 'not a REF-AR-DO')
    return decodeRule(object.value)
  })
