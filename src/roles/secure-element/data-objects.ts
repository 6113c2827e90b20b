// GET DATA of a security domain: stored objects, and those that are made on the spot. GPC v2.3.1 §11.3, App. H.

import { type Bytes, bytes, concat, equal, fromHex, hex, u16, u24 } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { SECRET_KEY_TYPE } from '../../protocol/globalplatform/key-set.ts'
import { AID, PRIVILEGE, privilegeBytes } from '../../protocol/globalplatform/registry.ts'
import { type ScpParameters, scpIdentifiers, scpInformation } from '../../protocol/globalplatform/scp-parameter.ts'
import type { CardProfile } from './card-profile.ts'
import type { CardServices } from './card-services.ts'
import { DOMAIN_PRIVILEGES } from './content-install.ts'
import { governs } from './hierarchy.ts'
import { listKeys } from './keys.ts'
import type { Application } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Security domain management data: GlobalPlatform 2.3.1 and the secure channel protocols. GPC v2.3.1 Table H-1. */
const managementData = (scp: ScpParameters): Bytes =>
  concat(fromHex('06072a864886fc6b01 600c060a2a864886fc6b02020301 630906072a864886fc6b03'), scpIdentifiers(scp))

/** RSA 1024 with SHA-1, RSA-PSS, AES-CMAC with each key length, P-256, P-384; P-521. GPC v2.3.1 §H.4. */
const CHECKING_SUITES = bytes(0xfb, 0x02)
const CMAC_SUITES = bytes(0x38, 0x00)

/** Card capability: protocols, SSD privileges, load file hashes, suites of tokens, receipts and DAP, curves. GPC v2.3.1 §H.4. */
const cardCapability = (scp: ScpParameters): Bytes =>
  concat(
    scpInformation(scp),
    tlv(0x81, privilegeBytes(DOMAIN_PRIVILEGES)),
    tlv(0x83, bytes(1, 2, 3, 4)),
    tlv(0x85, CHECKING_SUITES),
    tlv(0x86, CMAC_SUITES),
    tlv(0x87, CHECKING_SUITES),
    tlv(0x88, bytes(0, 1, 2)),
  )

const LIST_OF_APPLICATIONS = 0x2f00
const SECURITY_LEVEL = 0xd3
/** GPC v2.3.1 §10.6. */
const AUTHENTICATED = 0x80

/** The whole object for the GlobalPlatform class, its value alone for the ISO class. */
export function getData(
  card: CardServices,
  domain: Application,
  { cla, p1, p2, data, le }: Command,
  level: number | undefined,
): Bytes {
  const tag = (p1 << 8) | p2
  if (tag === LIST_OF_APPLICATIONS) return listOfApplications(card, domain, data)
  if (tag === SECURITY_LEVEL) return tlv(tag, bytes(level === undefined ? 0 : AUTHENTICATED | level))
  const value = card.registry.object(domain.aid, tag) ?? made(card, domain, tag)
  if (!value) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  return (cla & 0x80) === 0 ? checkedAnswer(value, le) : tlv(tag, value)
}

/** Observed: myna-card, at MF level, answers 6700 where GlobalPlatform goes on with GET RESPONSE. */
function checkedAnswer(answer: Bytes, le = 256): Bytes {
  if (answer.length > le) throw new StatusError(SW.WRONG_LENGTH)
  return answer
}

/** What belongs to the domain, directly or indirectly, as on an EF.DIR. GPC v2.3.1 §11.3. */
function listOfApplications({ registry }: CardServices, domain: Application, data: Bytes): Bytes {
  if (hex(data) !== '5c00') throw new StatusError(SW.WRONG_DATA)
  const belongs = registry.applications().filter((app) => governs(registry, domain.aid, app.securityDomain))
  return concat(...belongs.map(({ aid }) => tlv(0x61, tlv(0x4f, aid))))
}

function made(
  { registry, profile }: CardServices,
  { aid: domain, privileges }: Application,
  tag: number,
): Bytes | undefined {
  switch (tag) {
    case 0x66:
      return tlv(0x73, managementData(profile.scp))
    case 0x67:
      return equal(domain, AID.isd) ? cardCapability(profile.scp) : undefined
    case 0xe0:
      return concat(
        ...listKeys(registry, domain).map(({ id, version, shape }) => tlv(0xc0, bytes(id, version, ...shape.flat()))),
      )
    case 0xc2:
      return (privileges & PRIVILEGE.receiptGeneration) !== 0 ? bytes(0, 0) : undefined
    case 0xc1: {
      const set = registry.keySet(domain, 0)
      if (!set) return undefined
      const counter = registry.counter(domain, set.version)
      return set.type === SECRET_KEY_TYPE.des ? u16(counter) : u24(counter)
    }
    default:
      return undefined
  }
}

/** File control information of a selected security domain. GPC v2.3.1 Table 11-78. */
export const domainFci = (aid: Bytes, { scp, commandMax }: CardProfile): Bytes =>
  tlv(0x6f, tlv(0x84, aid), tlv(0xa5, tlv(0x73, managementData(scp)), tlv(0x9f65, bytes(commandMax))))
