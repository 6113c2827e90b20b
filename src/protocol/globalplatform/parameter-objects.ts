// The parameters field of INSTALL: which data objects belong to which purpose, and what they say.
// GPC v2.3.1 §11.5.2.3.7 (Tables 11-48 to 11-53), §11.1.7, §9.7.

import { type Bytes, fromUint } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeTlvs, findTlv, type Tlv } from '../../codec/tlv.ts'

/** Top level. */
export const PARAMETER = {
  application: 0xc9,
  system: 0xef,
  ts102226: 0xea,
  controlReference: 0xb6,
} as const

/** In the system specific parameters. */
export const SYSTEM = {
  codeMinimum: 0xc6,
  /** Minimum of a load file, quota of an application. */
  volatile: 0xc7,
  nonVolatile: 0xc8,
  sim: 0xca,
  services: 0xcb,
  dataBlockFormat: 0xcd,
  implicitSelection: 0xcf,
  volatileReserved: 0xd7,
  nonVolatileReserved: 0xd8,
  restriction: 0xd9,
  dataBlockParameters: 0xdd,
} as const

/** In the control reference template. */
export const PROVIDER = 0x5f20

interface Allowed {
  readonly top: readonly number[]
  readonly system: readonly number[]
}

const { application, system, ts102226, controlReference } = PARAMETER
const S = SYSTEM

/** By purpose. */
export const INSTALL_PARAMETERS = {
  load: {
    top: [system, controlReference],
    system: [S.codeMinimum, S.volatile, S.nonVolatile, S.dataBlockFormat, S.dataBlockParameters],
  },
  install: {
    top: [application, system, ts102226, controlReference],
    system: [S.volatile, S.nonVolatile, S.sim, S.services, S.volatileReserved, S.nonVolatileReserved],
  },
  installAndMakeSelectable: {
    top: [application, system, ts102226, controlReference],
    system: [
      ...[S.volatile, S.nonVolatile, S.sim, S.services, S.volatileReserved, S.nonVolatileReserved],
      S.implicitSelection,
    ],
  },
  makeSelectable: { top: [system, controlReference], system: [S.implicitSelection] },
  extradition: { top: [controlReference], system: [] },
  registryUpdate: { top: [system, controlReference], system: [S.implicitSelection, S.services, S.restriction] },
} as const satisfies Record<string, Allowed>

export type InstallPurpose = keyof typeof INSTALL_PARAMETERS

/** The objects of a parameters field, those of EF and B6 among them, in order. */
export interface ParameterObjects {
  readonly application: Bytes | undefined
  readonly ts102226: Bytes | undefined
  readonly system: readonly Tlv[]
  readonly controlReference: readonly Tlv[]
}

/** Any bytes to the parameters, or a `CodecError` for an object that does not belong to this purpose. */
export function decodeInstallParameters(purpose: InstallPurpose, field: Bytes): ParameterObjects {
  const allowed: Allowed = INSTALL_PARAMETERS[purpose]
  const objects = decodeTlvs(field)
  const inner = decodeTlvs(findTlv(objects, system) ?? new Uint8Array())
  const strangers = [
    ...objects.filter(({ tag }) => !allowed.top.includes(tag)),
    ...inner.filter(({ tag }) => !allowed.system.includes(tag)),
  ]
  if (strangers.length > 0) throw new CodecError('install/parameter', 'not a parameter of this INSTALL')
  return {
    application: findTlv(objects, application),
    ts102226: findTlv(objects, ts102226),
    system: inner,
    controlReference: decodeTlvs(findTlv(objects, controlReference) ?? new Uint8Array()),
  }
}

/** An amount of memory: 2 bytes up to 32767, else 4. Undefined when it is not said. */
export function memoryOf(objects: readonly Tlv[], tag: number): number | undefined {
  const value = findTlv(objects, tag)
  if (!value) return undefined
  if (value.length !== 2 && value.length !== 4) throw new CodecError('install/memory', 'memory is 2 or 4 bytes')
  return fromUint(value)
}

/** GPC v2.3.1 Table 11-15. */
export const IMPLICIT = { contactless: 0x80, contact: 0x40, channel: 0x1f } as const

/** GPC v2.3.1 Table 11-53: what a restriction takes away. */
export const RESTRICTION = {
  registryUpdate: 0x40,
  personalization: 0x20,
  extradition: 0x10,
  makeSelectable: 0x08,
  install: 0x04,
  load: 0x02,
  delete: 0x01,
} as const
export type Restricted = keyof typeof RESTRICTION
