// The parameters field of INSTALL as it is written: application, system and TS 102 226 parameters, control of tokens.
// GPC v2.3.1 Tables 11-48 to 11-53. Reading it, and what belongs to which purpose: parameter-objects.ts.

import { type Bytes, bytes, concat, NO_BYTES, u16, u32 } from '../../base/bytes.ts'
import { tlv } from '../../codec/tlv.ts'
import { PARAMETER, PROVIDER, SYSTEM } from './parameter-objects.ts'

/** Who may use a token. GPC v2.3.1 Table 11-50. */
export interface TokenControl {
  readonly issuerNumber?: Bytes
  readonly imageNumber?: Bytes
  readonly providerId?: Bytes
  readonly tokenId?: Bytes
}

export interface ParametersRequest {
  /** C9: goes to the application. */
  readonly application?: Bytes
  /** C6: code space needed, in bytes. */
  readonly code?: number
  /** C7 and C8: with INSTALL [for load] what is needed, else the quota. */
  readonly volatile?: number
  readonly nonVolatile?: number
  /** D7 and D8: reserved. */
  readonly volatileReserved?: number
  readonly nonVolatileReserved?: number
  /** CB: service of two bytes each. */
  readonly globalServices?: readonly Bytes[]
  /** CF: 80 contactless, 40 contact, the low five bits a channel. */
  readonly implicitSelection?: readonly number[]
  /** D9: what is forbidden from now on. */
  readonly restrict?: number
  /** CA: SIM file access and toolkit parameters. ETSI TS 102 226 §8.2.1.3.2.2. */
  readonly sim?: Bytes
  /** EA: UICC parameters, among them the TARs. ETSI TS 102 226 §8.2.1.3.2.2. */
  readonly uicc?: Bytes
  readonly control?: TokenControl
}

/** GPC v2.3.1 §11.5.2.3.7: two bytes up to 32767, else four. */
const size = (value: number): Bytes => (value > 0x7fff ? u32(value) : u16(value))
const some = (tag: number, value: Bytes | undefined): Bytes => (value === undefined ? NO_BYTES : tlv(tag, value))
const template = (tag: number, ...values: Bytes[]): Bytes =>
  concat(...values).length > 0 ? tlv(tag, ...values) : NO_BYTES

/** Empty when nothing is given. */
export function encodeParameters(p: ParametersRequest): Bytes {
  const sized = (tag: number, value: number | undefined) => some(tag, value === undefined ? undefined : size(value))
  const system = template(
    PARAMETER.system,
    sized(SYSTEM.codeMinimum, p.code),
    sized(SYSTEM.volatile, p.volatile),
    sized(SYSTEM.nonVolatile, p.nonVolatile),
    sized(SYSTEM.volatileReserved, p.volatileReserved),
    sized(SYSTEM.nonVolatileReserved, p.nonVolatileReserved),
    some(SYSTEM.sim, p.sim),
    ...(p.globalServices ?? []).map((service) => tlv(SYSTEM.services, service)),
    ...(p.implicitSelection ?? []).map((how) => tlv(SYSTEM.implicitSelection, bytes(how))),
    some(SYSTEM.restriction, p.restrict === undefined ? undefined : bytes(p.restrict)),
  )
  const { issuerNumber, imageNumber, providerId, tokenId } = p.control ?? {}
  const control = template(
    PARAMETER.controlReference,
    some(0x42, issuerNumber),
    some(0x45, imageNumber),
    some(PROVIDER, providerId),
    some(0x93, tokenId),
  )
  return concat(some(PARAMETER.application, p.application), system, some(PARAMETER.ts102226, p.uicc), control)
}
