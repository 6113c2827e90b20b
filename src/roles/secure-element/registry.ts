// The GlobalPlatform registry of the card over its records: applications, load files, keys, data objects.
// GPC v2.3.1 §6.6, §9.

import { type Bytes, bytes, concat, equal, fromHex, fromUint, fromUtf8, hex, u24, utf8 } from '../../base/bytes.ts'
import { decodeTlvs, encodeTlvs, findTlv, needTlv, type Tlv, tlv } from '../../codec/tlv.ts'
import type { KeySet, SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import { AID, LIFE_CYCLE, LOCKED, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { decodeRemoteAccess, encodeRemoteAccess, type RemoteAccess } from './ota/remote-access.ts'
import type { RecordStore } from './records.ts'

export interface Application {
  readonly aid: Bytes
  readonly lifeCycle: number
  readonly privileges: number
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly securityDomain: Bytes
}

export interface LoadedFile {
  readonly aid: Bytes
  readonly version: Bytes
  readonly securityDomain: Bytes
  readonly modules: readonly Bytes[]
  /** Which code of the card this file names; absent when it names none. */
  readonly native?: string
}

export interface StoredPublicKey {
  readonly version: number
  readonly id: number
  /** Modulus and exponent, or point and curve reference, by key type. */
  readonly components: readonly Tlv[]
}

export interface StoredKey {
  readonly version: number
  readonly id: number
  readonly type: SecretKeyType
  readonly key: Bytes
}

/** ENC, MAC and DEK of one version and one type. */
export interface StoredKeySet {
  readonly version: number
  readonly type: SecretKeyType
  readonly keys: KeySet
}

const byte = (value: number) => value.toString(16).padStart(2, '0')

export const isSecurityDomain = (app: Application): boolean => (app.privileges & PRIVILEGE.securityDomain) !== 0
export const isLocked = (app: Application): boolean => !isIsd(app) && (app.lifeCycle & LOCKED) !== 0
export const isIsd = (app: Application): boolean => equal(app.aid, AID.isd)
export const isPersonalized = (app: Application): boolean => isIsd(app) || app.lifeCycle === LIFE_CYCLE.personalized

/** Key versions of SCP03, which the default key set (version 00) is of when there is one. GPC UICC configuration. */
const isScp03Version = (version: number): boolean => version >= 0x30 && version <= 0x3f

export class Registry {
  readonly #records: RecordStore

  constructor(records: RecordStore) {
    this.#records = records
  }

  application(aid: Bytes): Application | undefined {
    const record = this.#records.get(`app/${hex(aid)}`)
    return record && decodeApplication(record)
  }

  /** The issuer security domain first, the others by AID. */
  applications(): Application[] {
    const all = this.#records.names('app/').map((name) => this.application(fromHex(name.slice(4)))!)
    return [...all.filter(isIsd), ...all.filter((app) => !isIsd(app))]
  }

  putApplication(app: Application): void {
    this.#records.set(`app/${hex(app.aid)}`, encodeApplication(app))
  }

  /** The application with all its records, keys and data objects. */
  deleteApplication(aid: Bytes): void {
    const id = hex(aid)
    const prefixes = [`applet/${id}/`, `key/${id}/`, `pubkey/${id}/`, `counter/${id}/`, `object/${id}/`, `ota/${id}/`]
    for (const name of prefixes.flatMap((prefix) => this.#records.names(prefix))) this.#records.delete(name)
    this.#records.delete(`app/${id}`)
  }

  loadFile(aid: Bytes): LoadedFile | undefined {
    const record = this.#records.get(`elf/${hex(aid)}`)
    return record && decodeLoadFile(record)
  }

  loadFiles(): LoadedFile[] {
    return this.#records.names('elf/').map((name) => this.loadFile(fromHex(name.slice(4)))!)
  }

  putLoadFile(file: LoadedFile): void {
    this.#records.set(`elf/${hex(file.aid)}`, encodeLoadFile(file))
  }

  deleteLoadFile(aid: Bytes): void {
    this.#records.delete(`elf/${hex(aid)}`)
  }

  keys(domain: Bytes): StoredKey[] {
    const prefix = `key/${hex(domain)}/`
    return this.#records.names(prefix).map((name) => {
      const [version, id] = fromHex(name.slice(prefix.length))
      const record = this.#records.get(name)!
      return { version: version!, id: id!, type: record[0] as SecretKeyType, key: record.slice(1) }
    })
  }

  putKey(domain: Bytes, { version, id, type, key }: StoredKey): void {
    this.#records.set(`key/${hex(domain)}/${byte(version)}${byte(id)}`, concat(bytes(type), key))
  }

  deleteKey(domain: Bytes, version: number, id: number): void {
    this.#records.delete(`key/${hex(domain)}/${byte(version)}${byte(id)}`)
    this.#records.delete(`pubkey/${hex(domain)}/${byte(version)}${byte(id)}`)
  }

  publicKeys(domain: Bytes): StoredPublicKey[] {
    const prefix = `pubkey/${hex(domain)}/`
    return this.#records.names(prefix).map((name) => {
      const [version, id] = fromHex(name.slice(prefix.length))
      return { version: version!, id: id!, components: decodeTlvs(this.#records.get(name)!) }
    })
  }

  putPublicKey(domain: Bytes, { version, id, components }: StoredPublicKey): void {
    this.#records.set(`pubkey/${hex(domain)}/${byte(version)}${byte(id)}`, encodeTlvs(components))
  }

  /** Version 0 is the first complete set. */
  keySet(domain: Bytes, version: number): StoredKeySet | undefined {
    const keys = this.keys(domain)
    const find = (v: number, id: number) => keys.find((key) => key.version === v && key.id === id)
    const versions = [...new Set(keys.map((key) => key.version))]
    for (const candidate of [...versions.filter(isScp03Version), ...versions]) {
      const [enc, mac, dek] = [find(candidate, 1), find(candidate, 2), find(candidate, 3)]
      const whole = enc && mac && dek && enc.type === mac.type && enc.type === dek.type
      if (whole && (version === 0 || version === candidate)) {
        return { version: candidate, type: enc.type, keys: { enc: enc.key, mac: mac.key, dek: dek.key } }
      }
    }
    return undefined
  }

  /** Sequence counter of a key set; 0 when it was never used. */
  counter(domain: Bytes, version: number): number {
    const record = this.#records.get(`counter/${hex(domain)}/${byte(version)}`)
    return record ? fromUint(record) : 0
  }

  setCounter(domain: Bytes, version: number, value: number): void {
    this.#records.set(`counter/${hex(domain)}/${byte(version)}`, u24(value))
  }

  /** Of sessions and of packets, when the key set is new. */
  resetCounters(domain: Bytes, version: number): void {
    this.setCounter(domain, version, 0)
    this.#records.delete(`ota/${hex(domain)}/counter/${byte(version)}`)
  }

  /** Counter of an SCP80 key set: that of the last packet which was taken, 0 before the first. */
  packetCounter(domain: Bytes, version: number): number {
    return fromUint(this.#records.get(`ota/${hex(domain)}/counter/${byte(version)}`) ?? bytes(0))
  }

  setPacketCounter(domain: Bytes, version: number, value: number): void {
    this.#records.set(`ota/${hex(domain)}/counter/${byte(version)}`, fromHex(value.toString(16).padStart(10, '0')))
  }

  /** By which references secured packets reach the application, and how secure they must be. */
  remoteAccess(aid: Bytes): RemoteAccess | undefined {
    const record = this.#records.get(`ota/${hex(aid)}/access`)
    return record && decodeRemoteAccess(record)
  }

  putRemoteAccess(aid: Bytes, access: RemoteAccess): void {
    this.#records.set(`ota/${hex(aid)}/access`, encodeRemoteAccess(access))
  }

  object(domain: Bytes, tag: number): Bytes | undefined {
    return this.#records.get(`object/${hex(domain)}/${tag.toString(16).padStart(4, '0')}`)
  }

  putObject(domain: Bytes, tag: number, value: Bytes): void {
    this.#records.set(`object/${hex(domain)}/${tag.toString(16).padStart(4, '0')}`, value)
  }
}

const encodeApplication = (app: Application): Bytes =>
  concat(
    tlv(0x4f, app.aid),
    tlv(0x9f70, bytes(app.lifeCycle)),
    tlv(0xc5, u24(app.privileges)),
    tlv(0xc4, app.loadFile),
    tlv(0x84, app.module),
    tlv(0xcc, app.securityDomain),
  )

function decodeApplication(record: Bytes): Application {
  const objects = decodeTlvs(record)
  return {
    aid: needTlv(objects, 0x4f),
    lifeCycle: fromUint(needTlv(objects, 0x9f70)),
    privileges: fromUint(needTlv(objects, 0xc5)),
    loadFile: needTlv(objects, 0xc4),
    module: needTlv(objects, 0x84),
    securityDomain: needTlv(objects, 0xcc),
  }
}

const encodeLoadFile = (file: LoadedFile): Bytes =>
  concat(
    tlv(0x4f, file.aid),
    tlv(0xce, file.version),
    tlv(0xcc, file.securityDomain),
    ...file.modules.map((module) => tlv(0x84, module)),
    ...(file.native ? [tlv(0xdf01, utf8(file.native))] : []),
  )

function decodeLoadFile(record: Bytes): LoadedFile {
  const objects = decodeTlvs(record)
  const native = findTlv(objects, 0xdf01)
  return {
    aid: needTlv(objects, 0x4f),
    version: needTlv(objects, 0xce),
    securityDomain: needTlv(objects, 0xcc),
    modules: objects.filter(({ tag }) => tag === 0x84).map(({ value }) => value),
    ...(native && { native: fromUtf8(native) }),
  }
}
