// What a security domain keeps of STORE DATA: data objects in TLV or in grouping 0070, and keys. GPC v2.3.1 §11.11.2.3.
// Objects that the card makes itself cannot be stored.

import type { Bytes } from '../../base/bytes.ts'
import { decodeDgis } from '../../codec/dgi.ts'
import { SW } from '../../codec/sw.ts'
import { decodeTlvs, type Tlv } from '../../codec/tlv.ts'
import { SecureMessagingError, unpad } from '../../protocol/globalplatform/secure-session.ts'
import type { Personalisation } from './applet.ts'
import { checkedAid, isFree } from './content-install.ts'
import type { Dek } from './key-fields.ts'
import { isKeyGroup, readKeyGroups } from './key-groups.ts'
import { placeKeys } from './keys.ts'
import { type Application, isIsd, type Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** P1 of STORE DATA, as far as it says how the data are built. GPC v2.3.1 Table 11-89. */
const FORMAT = { structure: 0x18, dgi: 0x08, encryption: 0x60, encrypted: 0x60 } as const
/** Grouping that carries TLV objects. */
const DGI_TLV = 0x0070
const ISD_AID = 0x4f
const STORABLE = { every: [0x42, 0x45, 0x66, 0x5f50], issuer: [0x67, ISD_AID] } as const
/** Made by the card. */
const GENERATED: readonly number[] = [0xd3, 0x2f00, 0xff21, 0xc1, 0xc2, 0xe0]

/** All of the sequence or nothing. Unknown objects and groupings are 6A88, generated ones and broken data 6A80. */
export function keepData(
  registry: Registry,
  domain: Application,
  { data, format, decrypt, block }: Personalisation,
): void {
  const dek = { decrypt, block }
  const encrypted = (format & FORMAT.encryption) === FORMAT.encrypted
  if ((format & FORMAT.structure) !== FORMAT.dgi) {
    keepObjects(registry, domain, encrypted ? decodeTlvs(data).map((object) => opened(object, dek)) : decodeTlvs(data))
    return
  }
  const groups = decodeDgis(data)
  const keys = groups.filter(({ id }) => isKeyGroup(id))
  for (const { id, value } of groups) {
    if (isKeyGroup(id)) continue
    if (id !== DGI_TLV) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    keepObjects(registry, domain, decodeTlvs(encrypted ? openValue(value, dek) : value))
  }
  if (keys.length > 0) placeKeys(registry, domain.aid, readKeyGroups(registry, domain.aid, keys, dek))
}

const opened = ({ tag, value }: Tlv, dek: Dek): Tlv => ({ tag, value: openValue(value, dek) })

/** A value under the DEK with the padding of GPC v2.3.1 §B.2.3: ours, docs/profile.md#card-management. */
function openValue(value: Bytes, { block, decrypt }: Dek): Bytes {
  if (value.length === 0 || value.length % block !== 0) throw new StatusError(SW.WRONG_DATA)
  try {
    return unpad(decrypt(value), block)
  } catch (error) {
    throw error instanceof SecureMessagingError ? new StatusError(SW.WRONG_DATA) : error
  }
}

function keepObjects(registry: Registry, domain: Application, objects: readonly Tlv[]): void {
  if (objects.length === 0) throw new StatusError(SW.WRONG_DATA)
  const allowed: readonly number[] = isIsd(domain) ? [...STORABLE.every, ...STORABLE.issuer] : STORABLE.every
  for (const { tag, value } of objects) {
    if (GENERATED.includes(tag)) throw new StatusError(SW.WRONG_DATA)
    if (!allowed.includes(tag)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    if (tag !== ISD_AID) registry.putObject(domain.aid, tag, value)
  }
  const name = objects.findLast(({ tag }) => tag === ISD_AID)?.value
  if (name) rename(registry, name)
}

/** A new name for the issuer security domain; keys, objects and what belongs to it come along. GPC v2.3.1 §11.11.2.3. */
function rename(registry: Registry, name: Bytes): void {
  if (!isFree(registry, checkedAid(name))) throw new StatusError(SW.CONDITIONS)
  registry.renameIsd(name)
}
