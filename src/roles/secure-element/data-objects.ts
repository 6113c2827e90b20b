// GET DATA of a security domain: stored objects, and those that are made on the spot. GPC v2.3.1 §11.3, App. H.

import { type Bytes, bytes, concat, equal, fromHex, u24 } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { AID } from '../../protocol/globalplatform/registry.ts'
import type { Registry } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Security domain management data: GlobalPlatform 2.3.1, SCP03 i=70. GPC v2.3.1 Table H-1. */
export const MANAGEMENT_DATA = fromHex(
  '06072a864886fc6b01 600c060a2a864886fc6b02020301 630906072a864886fc6b03 640b06092a864886fc6b040370',
)

/** Card capability: SCP03 i=70 with AES-128/192/256, SSD privileges, load file hashes. GPC v2.3.1 Table H-4. */
const CARD_CAPABILITY = concat(
  tlv(0xa0, tlv(0x80, bytes(0x03)), tlv(0x81, bytes(0x70)), tlv(0x82, bytes(0x07))),
  tlv(0x81, bytes(0x80, 0x80, 0x00)),
  tlv(0x83, bytes(1, 2, 3, 4)),
)

const TYPE_AES = 0x88

/** The whole object for the GlobalPlatform class, its value alone for the ISO class. */
export function getData(registry: Registry, domain: Bytes, { cla, p1, p2, le }: Command): Bytes {
  const tag = (p1 << 8) | p2
  const value = registry.object(domain, tag) ?? made(registry, domain, tag)
  if (!value) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  const answer = (cla & 0x80) === 0 ? value : tlv(tag, value)
  if (answer.length > (le ?? 256)) throw new StatusError(SW.WRONG_LENGTH)
  return answer
}

function made(registry: Registry, domain: Bytes, tag: number): Bytes | undefined {
  switch (tag) {
    case 0x66:
      return tlv(0x73, MANAGEMENT_DATA)
    case 0x67:
      return equal(domain, AID.isd) ? CARD_CAPABILITY : undefined
    case 0xe0:
      return concat(
        ...registry.keys(domain).map(({ id, version, key }) => tlv(0xc0, bytes(id, version, TYPE_AES, key.length))),
      )
    case 0xc1: {
      const set = registry.keySet(domain, 0)
      return set && u24(registry.counter(domain, set.version))
    }
    default:
      return undefined
  }
}

/** File control information of a selected security domain. GPC v2.3.1 Table 11-78. */
export const domainFci = (aid: Bytes): Bytes =>
  tlv(0x6f, tlv(0x84, aid), tlv(0xa5, tlv(0x73, MANAGEMENT_DATA), tlv(0x9f65, bytes(0xff))))
