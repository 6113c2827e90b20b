// The keys of a security domain for its bearers: secured packets (versions 01 to 0F) and TLS (40 to 4F).
// ETSI TS 102 225 §5.1.2; GPC UICC configuration; GPC-B §3.8.2. A domain without such keys opens nothing.

import type { Bytes } from '../../../base/bytes.ts'
import { desEcbDecrypt } from '../../../base/des.ts'
import { SW } from '../../../codec/sw.ts'
import type { Tlv } from '../../../codec/tlv.ts'
import { KEY_TYPE } from '../../../protocol/globalplatform/key-type.ts'
import { dekDecrypt } from '../../../protocol/globalplatform/scp03-keys.ts'
import type { PacketKey, PacketKeys } from '../../../protocol/ota/scp80.ts'
import type { Dek } from '../key-fields.ts'
import { type Application, isSecurityDomain, type Registry } from '../registry.ts'
import { StatusError } from '../status-error.ts'

const PACKETS = { kic: 1, kid: 2, kik: 3, from: 0x01, to: 0x0f } as const
/** Key 01 is the pre-shared key, key 02 the DEK of what comes over it. Observed: an eUICC in use. */
const TLS = { psk: 1, dek: 2, from: 0x40, to: 0x4f } as const

const find = (registry: Registry, domain: Bytes, version: number, id: number): Tlv | undefined =>
  registry.keys(domain).find((key) => key.version === version && key.id === id)?.components[0]

function packetKey({ tag, value }: Tlv): PacketKey | undefined {
  if (tag === KEY_TYPE.aes) return { algorithm: 'aes', value }
  return tag === KEY_TYPE.des ? { algorithm: 'des3', value } : undefined
}

/** The domain whose keys protect what goes to this application. */
export const keeperOf = (app: Application): Bytes => (isSecurityDomain(app) ? app.aid : app.securityDomain)

/** KIc and KID of one set. Undefined when the packet names two sets, none, or one that the domain does not have. */
export function packetKeys(registry: Registry, domain: Bytes, kic: number, kid: number): PacketKeys | undefined {
  const version = kic >> 4
  if (version !== kid >> 4 || version < PACKETS.from || version > PACKETS.to) return undefined
  const [ciphering, checking] = [PACKETS.kic, PACKETS.kid].map((id) => find(registry, domain, version, id))
  const keys = ciphering && checking && { kic: packetKey(ciphering), kid: packetKey(checking) }
  return keys?.kic && keys.kid && { version, kic: keys.kic, kid: keys.kid }
}

/** The key of this reference, if it is a pre-shared key of the domain. */
export function preSharedKey(registry: Registry, domain: Bytes, version: number, id: number): Bytes | undefined {
  if (version < TLS.from || version > TLS.to || id !== TLS.psk) return undefined
  const key = find(registry, domain, version, id)
  return key?.tag === KEY_TYPE.psk ? key.value : undefined
}

/** Under which keys a script came: that is what it may do, and how secrets in it are hidden. */
export interface ScriptKeys {
  readonly domain: Bytes
  readonly version: number
  /** Of the key that opens secrets. */
  readonly dek: number
}

export const packetScriptKeys = (domain: Bytes, version: number): ScriptKeys => ({ domain, version, dek: PACKETS.kik })
export const tlsScriptKeys = (domain: Bytes, version: number): ScriptKeys => ({ domain, version, dek: TLS.dek })

/** What is secret inside a command of the script is under this key; 6985 when there is none. */
export function scriptDek(registry: Registry, { domain, version, dek }: ScriptKeys): Dek {
  const key = () => {
    const found = find(registry, domain, version, dek)
    const usable = found && packetKey(found)
    if (!usable) throw new StatusError(SW.CONDITIONS)
    return usable
  }
  return {
    get block() {
      return key().algorithm === 'aes' ? 16 : 8
    },
    decrypt: (blocks) => (key().algorithm === 'aes' ? dekDecrypt : desEcbDecrypt)(key().value, blocks),
  }
}
