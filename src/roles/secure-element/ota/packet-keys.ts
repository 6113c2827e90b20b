// The keys of a security domain that open secured packets: versions 01 to 0F, KIc 01, KID 02, KIK 03.
// ETSI TS 102 225 §5.1.2; GPC UICC configuration. A domain without such keys opens nothing.

import type { Bytes } from '../../../base/bytes.ts'
import { desEcbDecrypt } from '../../../base/crypto.ts'
import { SW } from '../../../codec/sw.ts'
import { SECRET_KEY_TYPE } from '../../../protocol/globalplatform/key-set.ts'
import { dekDecrypt } from '../../../protocol/globalplatform/scp03-keys.ts'
import type { PacketKey, PacketKeys } from '../../../protocol/ota/scp80.ts'
import type { Dek } from '../key-fields.ts'
import type { Application, Registry, StoredKey } from '../registry.ts'
import { isSecurityDomain } from '../registry.ts'
import { StatusError } from '../status-error.ts'

const ID = { kic: 1, kid: 2, kik: 3 } as const
const VERSION_MAX = 0x0f

const keyOf = ({ components: [key] }: StoredKey): PacketKey | undefined => {
  if (key?.tag === SECRET_KEY_TYPE.aes) return { algorithm: 'aes', value: key.value }
  return key?.tag === SECRET_KEY_TYPE.des ? { algorithm: 'des3', value: key.value } : undefined
}

const find = (registry: Registry, domain: Bytes, version: number, id: number): StoredKey | undefined =>
  registry.keys(domain).find((key) => key.version === version && key.id === id)

/** The domain whose keys protect what goes to this application. */
export const keeperOf = (app: Application): Bytes => (isSecurityDomain(app) ? app.aid : app.securityDomain)

/** KIc and KID of one set. Undefined when the packet names two sets, none, or one that the domain does not have. */
export function packetKeys(registry: Registry, domain: Bytes, kic: number, kid: number): PacketKeys | undefined {
  const version = kic >> 4
  if (version !== kid >> 4 || version < 1 || version > VERSION_MAX) return undefined
  const [ciphering, checking] = [find(registry, domain, version, ID.kic), find(registry, domain, version, ID.kid)]
  const keys = ciphering && checking && { kic: keyOf(ciphering), kid: keyOf(checking) }
  return keys?.kic && keys.kid && { version, kic: keys.kic, kid: keys.kid }
}

/** What is secret inside a command of the packet is under the key KIK of its set. */
export function packetDek(registry: Registry, domain: Bytes, version: number): Dek {
  const kik = () => {
    const key = find(registry, domain, version, ID.kik)
    const packetKey = key && keyOf(key)
    if (!packetKey) throw new StatusError(SW.CONDITIONS)
    return packetKey
  }
  return {
    get block() {
      return kik().algorithm === 'aes' ? 16 : 8
    },
    decrypt: (blocks) => (kik().algorithm === 'aes' ? dekDecrypt : desEcbDecrypt)(kik().value, blocks),
  }
}
