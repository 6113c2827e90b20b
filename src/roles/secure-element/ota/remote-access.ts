// Which application a TAR means, and how secure its packets must be. ETSI TS 102 226 §8.2.1.3.2; ETSI TS 101 220 §5.
// The issuer's domain has its references from the beginning, others by their install parameters.

import { type Bytes, bytes, concat, equal, NO_BYTES } from '../../../base/bytes.ts'
import { decodeSpi, type Spi } from '../../../codec/secured-packet.ts'
import { SW } from '../../../codec/sw.ts'
import { decodeTlvs, findTlv, needTlv, tlv } from '../../../codec/tlv.ts'
import { decodeToolkitParameters, TAR, type ToolkitParameters } from '../../../protocol/ota/toolkit-parameters.ts'
import type { Application, Registry } from '../registry.ts'
import { StatusError } from '../status-error.ts'

export type RemoteAccess = ToolkitParameters

const RECORD = { tars: 0x80, minimumSpi: 0x81 } as const

export const encodeRemoteAccess = ({ tars, minimumSpi }: RemoteAccess): Bytes =>
  concat(tlv(RECORD.tars, ...tars), minimumSpi === undefined ? NO_BYTES : tlv(RECORD.minimumSpi, bytes(minimumSpi)))

export function decodeRemoteAccess(record: Bytes): RemoteAccess {
  const objects = decodeTlvs(record)
  const joined = needTlv(objects, RECORD.tars)
  const tars = Array.from({ length: joined.length / 3 }, (_, i) => joined.slice(3 * i, 3 * i + 3))
  const [minimumSpi] = findTlv(objects, RECORD.minimumSpi) ?? []
  return minimumSpi === undefined ? { tars } : { tars, minimumSpi }
}

const ISSUER = [TAR.ram, TAR.adminAgent]

/** The application that this TAR reaches. */
export function applicationOf(registry: Registry, tar: Bytes): Application | undefined {
  if (ISSUER.some((own) => equal(own, tar))) return registry.isd()
  return registry
    .applications()
    .find(({ aid }) => registry.remoteAccess(aid)?.tars.some((known) => equal(known, tar)) ?? false)
}

/** ETSI TS 101 220 §5: an AID of 16 bytes has its TAR in bytes 13 to 15. */
const tarOfAid = (aid: Bytes): Bytes[] => (aid.length === 16 ? [aid.slice(12, 15)] : [])

/** Takes TAR and level from the parameters of INSTALL; a TAR that another has is refused. */
export function registerRemoteAccess(registry: Registry, aid: Bytes, parameters: Bytes): void {
  const found = decodeToolkitParameters(parameters)
  if (!found) return
  const access = found.tars.length > 0 ? found : { ...found, tars: tarOfAid(aid) }
  if (access.tars.some((tar) => applicationOf(registry, tar))) throw new StatusError(SW.WRONG_DATA)
  registry.putRemoteAccess(aid, access)
}

/** A cryptographic checksum and a rising counter: less is never enough. Ours: docs/profile.md#over-the-air. */
const FLOOR = decodeSpi(bytes(0x12, 0x00))
const CHECK_RANK = ['none', 'rc', 'cc', 'ds'] as const
const COUNTER_RANK = ['none', 'unchecked', 'higher', 'next'] as const

const covers = (spi: Spi, least: Spi): boolean =>
  CHECK_RANK.indexOf(spi.check) >= CHECK_RANK.indexOf(least.check) &&
  COUNTER_RANK.indexOf(spi.counter) >= COUNTER_RANK.indexOf(least.counter) &&
  (spi.ciphered || !least.ciphered)

export function secureEnough(registry: Registry, app: Application, spi: Spi): boolean {
  const minimum = registry.remoteAccess(app.aid)?.minimumSpi ?? 0
  return covers(spi, FLOOR) && covers(spi, decodeSpi(bytes(minimum, 0)))
}
