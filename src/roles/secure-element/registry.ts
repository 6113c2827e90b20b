// The GlobalPlatform registry of the card over its records: applications, load files, keys, data objects.
// GPC v2.3.1 §6.6, §9.

import { type Bytes, bytes, equal, fromHex, fromUint, hex, u24 } from '../../base/bytes.ts'
import { readOnce } from '../../base/read-once.ts'
import { decodeTlvs, encodeTlvs, type Tlv } from '../../codec/tlv.ts'
import { type KeySet, SECRET_KEY_TYPE, type SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import { AID, LIFE_CYCLE, LOCKED, PRIVILEGE } from '../../protocol/globalplatform/registry.ts'
import { isOfSameKind } from '../../protocol/globalplatform/signature-key.ts'
import { decodeRemoteAccess, encodeRemoteAccess, type RemoteAccess } from './ota/remote-access.ts'
import type { RecordStore } from './records.ts'
import {
  decodeApplication,
  decodeKey,
  decodeLoadFile,
  encodeApplication,
  encodeKey,
  encodeLoadFile,
} from './registry-records.ts'

export interface Application {
  readonly aid: Bytes
  readonly lifeCycle: number
  readonly privileges: number
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly securityDomain: Bytes
  /** What INSTALL registered besides, by tag: GPC v2.3.1 Tables 11-49 to 11-52. */
  readonly parameters?: readonly Tlv[]
}

export interface LoadedFile {
  readonly aid: Bytes
  readonly version: Bytes
  readonly securityDomain: Bytes
  readonly modules: readonly Bytes[]
  /** AIDs of the packages that it refers to. */
  readonly imports?: readonly Bytes[]
  /** Bytes of its data block. */
  readonly size?: number
  /** Identifier of the application provider. */
  readonly provider?: Bytes
  /** Which code of the card this file names; absent when it names none. */
  readonly native?: string
}

export interface StoredKey {
  readonly version: number
  readonly id: number
  /** By key type. */
  readonly components: readonly Tlv[]
  /** Key usage qualifier and key access, when they were given. GPC v2.3.1 §11.1.9, §11.1.10. */
  readonly usage?: Bytes
  readonly access?: Bytes
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
/** It comes from no load file. */
export const isIsd = (app: Application): boolean => app.loadFile.length === 0
export const isPersonalized = (app: Application): boolean => isIsd(app) || app.lifeCycle === LIFE_CYCLE.personalized

/** Key versions of SCP03, which the default key set (version 00) is of when there is one. GPC UICC configuration. */
const isScp03Version = (version: number): boolean => version >= 0x30 && version <= 0x3f

const opensSession = ({ tag, value }: Tlv): boolean =>
  tag === SECRET_KEY_TYPE.aes || (tag === SECRET_KEY_TYPE.des && value.length === 16)

export class Registry {
  readonly #records: RecordStore

  constructor(records: RecordStore) {
    this.#records = records
  }

  application(aid: Bytes): Application | undefined {
    const record = this.#records.get(applicationName(aid))
    return record && readApplication(record)
  }

  /** Undefined on a card without one. */
  isd(): Application | undefined {
    const name = this.#records.get('card/isd') ?? AID.isd
    return this.application(name)
  }

  /** Everything that has its name gets the new one. */
  renameIsd(name: Bytes): void {
    const isd = this.isd()
    if (!isd) return
    const [from, to] = [hex(isd.aid), hex(name)]
    for (const kind of ['key', 'curve', 'counter', 'object', 'ota']) {
      for (const record of this.#records.names(`${kind}/${from}/`)) {
        this.#records.set(`${kind}/${to}/${record.slice(kind.length + from.length + 2)}`, this.#records.get(record)!)
        this.#records.delete(record)
      }
    }
    const belongs = ({ securityDomain }: { securityDomain: Bytes }) => equal(securityDomain, isd.aid)
    for (const app of this.applications().filter(belongs)) this.putApplication({ ...app, securityDomain: name })
    for (const file of this.loadFiles().filter(belongs)) this.putLoadFile({ ...file, securityDomain: name })
    this.#records.delete(`app/${from}`)
    this.putApplication({ ...isd, aid: name, securityDomain: name })
    this.#records.set('card/isd', name)
  }

  /** Restrictions of the whole card. GPC v2.3.1 Table 11-53. */
  restrictions(): number {
    return this.#records.get('card/restrictions')?.[0] ?? 0
  }

  restrict(functions: number): void {
    this.#records.set('card/restrictions', bytes(this.restrictions() | functions))
  }

  /** The issuer security domain first, the others by AID. */
  applications(): Application[] {
    const all = this.#records.names('app/').map((name) => readApplication(this.#records.get(name)!))
    return [...all.filter(isIsd), ...all.filter((app) => !isIsd(app))]
  }

  putApplication(app: Application): void {
    this.#records.set(`app/${hex(app.aid)}`, encodeApplication(app))
  }

  /** The application with all its records, keys and data objects. */
  deleteApplication(aid: Bytes): void {
    const id = hex(aid)
    const prefixes = [`applet/${id}/`, `key/${id}/`, `curve/${id}/`, `counter/${id}/`, `object/${id}/`, `ota/${id}/`]
    for (const name of prefixes.flatMap((prefix) => this.#records.names(prefix))) this.#records.delete(name)
    this.#records.delete(`app/${id}`)
  }

  loadFile(aid: Bytes): LoadedFile | undefined {
    const record = this.#records.get(`elf/${hex(aid)}`)
    return record && readLoadFile(record)
  }

  /** The load file for which an upgrade has begun. */
  upgrading(): Bytes | undefined {
    return this.#records.get('card/elf-upgrade')
  }

  setUpgrading(aid: Bytes | undefined): void {
    if (aid) this.#records.set('card/elf-upgrade', aid)
    else this.#records.delete('card/elf-upgrade')
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
      return { version: version!, id: id!, ...decodeKey(this.#records.get(name)!) }
    })
  }

  putKey(domain: Bytes, { version, id, ...key }: StoredKey): void {
    this.#records.set(`key/${hex(domain)}/${byte(version)}${byte(id)}`, encodeKey(key))
  }

  deleteKey(domain: Bytes, version: number, id: number): void {
    this.#records.delete(`key/${hex(domain)}/${byte(version)}${byte(id)}`)
  }

  /** Curve parameters that keys of this domain and of those below it may refer to. */
  curve(domain: Bytes, reference: number): Tlv[] | undefined {
    const record = this.#records.get(`curve/${hex(domain)}/${byte(reference)}`)
    return record && decodeTlvs(record)
  }

  putCurve(domain: Bytes, reference: number, parameters: readonly Tlv[]): void {
    this.#records.set(`curve/${hex(domain)}/${byte(reference)}`, encodeTlvs(parameters))
  }

  /** Version 0 is the first complete set. */
  keySet(domain: Bytes, version: number): StoredKeySet | undefined {
    const keys = this.keys(domain)
    const find = (v: number, id: number) => keys.find((key) => key.version === v && key.id === id)?.components[0]
    const versions = [...new Set(keys.map((key) => key.version))]
    for (const candidate of [...versions.filter(isScp03Version), ...versions]) {
      const [enc, mac, dek] = [find(candidate, 1), find(candidate, 2), find(candidate, 3)]
      if (!enc || !mac || !dek || (version !== 0 && version !== candidate)) continue
      if (opensSession(enc) && isOfSameKind([enc], [mac]) && isOfSameKind([enc], [dek])) {
        const type = enc.tag as SecretKeyType
        return { version: candidate, type, keys: { enc: enc.value, mac: mac.value, dek: dek.value } }
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

/** Asked for several times in each command. */
const applicationName = readOnce((aid) => `app/${hex(aid)}`)
/** Records are replaced, never changed. */
const readApplication = readOnce(decodeApplication)
const readLoadFile = readOnce(decodeLoadFile)
