// Records of the registry as TLV objects under the tags that GET STATUS and INSTALL have for them. GPC v2.3.1 §6.5.

import { type Bytes, bytes, concat, fromUint, fromUtf8, u24, u32, utf8 } from '../../base/bytes.ts'
import { decodeTlvs, encodeTlvs, findTlv, needTlv, tlv } from '../../codec/tlv.ts'
import { PROVIDER } from '../../protocol/globalplatform/parameter-objects.ts'
import type { Application, LoadedFile, StoredKey } from './registry.ts'

const KEY_USAGE = 0x95
const KEY_ACCESS = 0x96

export const encodeKey = ({ components, usage, access }: Omit<StoredKey, 'version' | 'id'>): Bytes =>
  concat(
    encodeTlvs(components),
    ...(usage ? [tlv(KEY_USAGE, usage)] : []),
    ...(access ? [tlv(KEY_ACCESS, access)] : []),
  )

export function decodeKey(record: Bytes): Omit<StoredKey, 'version' | 'id'> {
  const objects = decodeTlvs(record)
  const [usage, access] = [findTlv(objects, KEY_USAGE), findTlv(objects, KEY_ACCESS)]
  const components = objects.filter(({ tag }) => tag !== KEY_USAGE && tag !== KEY_ACCESS)
  return { components, ...(usage && { usage }), ...(access && { access }) }
}

export const encodeApplication = (app: Application): Bytes =>
  concat(
    tlv(0x4f, app.aid),
    tlv(0x9f70, bytes(app.lifeCycle)),
    tlv(0xc5, u24(app.privileges)),
    tlv(0xc4, app.loadFile),
    tlv(0x84, app.module),
    tlv(0xcc, app.securityDomain),
    encodeTlvs(app.parameters ?? []),
  )

export function decodeApplication(record: Bytes): Application {
  const objects = decodeTlvs(record)
  return {
    aid: needTlv(objects, 0x4f),
    lifeCycle: fromUint(needTlv(objects, 0x9f70)),
    privileges: fromUint(needTlv(objects, 0xc5)),
    loadFile: needTlv(objects, 0xc4),
    module: needTlv(objects, 0x84),
    securityDomain: needTlv(objects, 0xcc),
    parameters: objects.slice(FIXED_FIELDS),
  }
}

/** Objects of an application's record before its parameters. */
const FIXED_FIELDS = 6

export const encodeLoadFile = (file: LoadedFile): Bytes =>
  concat(
    tlv(0x4f, file.aid),
    tlv(0xce, file.version),
    tlv(0xcc, file.securityDomain),
    ...file.modules.map((module) => tlv(0x84, module)),
    ...(file.native ? [tlv(0xdf01, utf8(file.native))] : []),
    ...(file.size ? [tlv(0xdf02, u32(file.size))] : []),
    ...(file.provider ? [tlv(PROVIDER, file.provider)] : []),
    ...(file.imports ?? []).map((name) => tlv(0xdf03, name)),
  )

export function decodeLoadFile(record: Bytes): LoadedFile {
  const objects = decodeTlvs(record)
  const [native, size] = [findTlv(objects, 0xdf01), findTlv(objects, 0xdf02)]
  const provider = findTlv(objects, PROVIDER)
  const imports = objects.filter(({ tag }) => tag === 0xdf03).map(({ value }) => value)
  return {
    aid: needTlv(objects, 0x4f),
    version: needTlv(objects, 0xce),
    securityDomain: needTlv(objects, 0xcc),
    modules: objects.filter(({ tag }) => tag === 0x84).map(({ value }) => value),
    ...(native && { native: fromUtf8(native) }),
    ...(size && { size: fromUint(size) }),
    ...(provider && { provider }),
    ...(imports.length > 0 && { imports }),
  }
}
