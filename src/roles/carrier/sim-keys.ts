// Keys of a carrier's SIMs, each SIM its own: diversified from masters in the key store by the ICCID, written at the
// factory, and known here ever after. GPC v2.3.1 §11.1.8; ETSI TS 102 225; GPC-B §3.8.2.

import { type Bytes, bytes } from '../../base/bytes.ts'
import type { KeyStore, Signer } from '../../base/ports.ts'
import type { ReferencedRule } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { KEY_TYPE } from '../../protocol/globalplatform/key-type.ts'
import type { PacketKeys } from '../../protocol/ota/index.ts'
import { carrierRules, type SimModel, simKeys } from './model.ts'

/** Key versions of the issuer domain by use. GPC UICC configuration. */
export const OTA_KEY = { packets: 0x01, psk: 0x40, pskId: 0x01 } as const

/** Master key of this carrier's SIMs of one key length in its key store. */
export const simMaster = (keys: KeyStore, id: string, { keyLength }: Pick<SimModel, 'keyLength'>): Promise<Bytes> =>
  keys.secret(keyLength === 16 ? `sim-master-${id}` : `sim-master-${id}-${8 * keyLength}`, keyLength)

const threeOf = async (keys: KeyStore, use: string, id: string, iccid: string): Promise<gp.KeySet> =>
  gp.KDF.kdf3(await keys.secret(`sim-${use}-master-${id}`, 16), gp.diversificationDataOf(iccid))

const aes = (value: Bytes) => ({ algorithm: 'aes', value }) as const

/** KIc and KID of SCP80. */
export async function packetKeysOf(keys: KeyStore, id: string, iccid: string): Promise<PacketKeys> {
  const { enc, mac } = await threeOf(keys, 'packet', id, iccid)
  return { version: OTA_KEY.packets, kic: aes(enc), kid: aes(mac) }
}

/** What hides keys inside packets (`dek`), and the pre-shared key of TLS with what hides keys inside that. */
export const packetDek = async (keys: KeyStore, id: string, iccid: string): Promise<Bytes> =>
  (await threeOf(keys, 'packet', id, iccid)).dek
export async function pskOf(keys: KeyStore, id: string, iccid: string): Promise<{ psk: Bytes; dek: Bytes }> {
  const { enc, dek } = await threeOf(keys, 'psk', id, iccid)
  return { psk: enc, dek }
}

/** The SIM makes receipts under this. */
export const receiptKeyOf = async (keys: KeyStore, id: string, iccid: string): Promise<Bytes> =>
  (await threeOf(keys, 'receipt', id, iccid)).enc

/** Signs tokens; the SIMs have its public half. */
export const tokenSigner = (keys: KeyStore, id: string): Promise<Signer> =>
  keys.signer(`token-${id}`, 'ECDSA-P256-SHA256')

const POINT_LENGTH = 65
const P256 = 0x00

/** What the maker writes into a SIM of this carrier. */
export async function simPersonalisation(
  keys: KeyStore,
  id: string,
  sim: { readonly iccid: string; readonly model: SimModel; readonly proxyApp: Bytes },
) {
  const { iccid, model, proxyApp } = sim
  const isdKeys = simKeys(await simMaster(keys, id, model), iccid, model)
  const accessRules: ReferencedRule[] = carrierRules(proxyApp)
  if (model.scp.scp03 === undefined) return { iccid, isdKeys, accessRules, furtherKeys: [] }
  const key = (version: number, keyId: number, tag: number, value: Bytes) => ({
    version,
    id: keyId,
    components: [{ tag, value }],
  })
  const { kic, kid } = await packetKeysOf(keys, id, iccid)
  const { psk, dek } = await pskOf(keys, id, iccid)
  const point = (await tokenSigner(keys, id)).publicKey.slice(-POINT_LENGTH)
  const furtherKeys = [
    key(OTA_KEY.packets, 1, KEY_TYPE.aes, kic.value),
    key(OTA_KEY.packets, 2, KEY_TYPE.aes, kid.value),
    key(OTA_KEY.packets, 3, KEY_TYPE.aes, await packetDek(keys, id, iccid)),
    key(OTA_KEY.psk, OTA_KEY.pskId, KEY_TYPE.psk, psk),
    key(OTA_KEY.psk, 2, KEY_TYPE.aes, dek),
    {
      version: gp.KEY_VERSION.token,
      id: 1,
      components: [
        { tag: KEY_TYPE.eccPublic, value: point },
        { tag: KEY_TYPE.reference, value: bytes(P256) },
      ],
    },
    key(gp.KEY_VERSION.receipt, 1, KEY_TYPE.aes, await receiptKeyOf(keys, id, iccid)),
  ]
  return { iccid, isdKeys, accessRules, furtherKeys }
}
