// GET DATA of a security domain: stored objects, and those that are made on the spot. GPC v2.3.1 §11.3, App. H.

import { type Bytes, bytes, concat, fromHex, hex, u16, u24, u32 } from '../../base/bytes.ts'
import type { Command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { tlv } from '../../codec/tlv.ts'
import { SECRET_KEY_TYPE } from '../../protocol/globalplatform/key-set.ts'
import { PRIVILEGE, privilegeBytes } from '../../protocol/globalplatform/registry.ts'
import {
  counts,
  type ScpParameters,
  scpIdentifiers,
  scpInformation,
} from '../../protocol/globalplatform/scp-parameter.ts'
import { CURVE_REFERENCES } from '../../protocol/globalplatform/signature-key.ts'
import type { CardServices } from './card-services.ts'
import { governs } from './hierarchy.ts'
import { keyInformation } from './keys.ts'
import { APPLICATION_PRIVILEGES, DOMAIN_PRIVILEGES } from './privileges.ts'
import { type Application, isIsd } from './registry.ts'
import { StatusError } from './status-error.ts'

/** Security domain management data: GlobalPlatform 2.3.1 and the secure channel protocols. GPC v2.3.1 Table H-1. */
const managementData = (scp: ScpParameters): Bytes =>
  concat(fromHex('06072a864886fc6b01 600c060a2a864886fc6b02020301 630906072a864886fc6b03'), scpIdentifiers(scp))

/** RSA 1024 with SHA-1, RSA-PSS, retail MAC, AES-CMAC with each key length, P-256, P-384; P-521. GPC v2.3.1 §H.4. */
const SIGNATURE_SUITES = bytes(0xff, 0x02)
/** Triple DES, AES with each key length, an ICV of its own. */
const CIPHER_SUITES = bytes(0x8f)

/** Card capability: protocols, privileges, load file hashes and ciphers, signatures of tokens, receipts and DAP, curves. */
const cardCapability = (scp: ScpParameters): Bytes =>
  concat(
    scpInformation(scp),
    tlv(0x81, privilegeBytes(DOMAIN_PRIVILEGES)),
    tlv(0x82, privilegeBytes(APPLICATION_PRIVILEGES)),
    tlv(0x83, bytes(1, 2, 3, 4)),
    tlv(0x84, CIPHER_SUITES),
    tlv(0x85, SIGNATURE_SUITES),
    tlv(0x86, SIGNATURE_SUITES),
    tlv(0x87, SIGNATURE_SUITES),
    tlv(0x88, bytes(...CURVE_REFERENCES)),
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

/** What belongs to the domain, directly or indirectly, or everything with Global Registry. GPC v2.3.1 §11.3. */
function listOfApplications({ registry }: CardServices, domain: Application, data: Bytes): Bytes {
  if (hex(data) !== '5c00') throw new StatusError(SW.WRONG_DATA)
  const all = (domain.privileges & PRIVILEGE.globalRegistry) !== 0
  const belongs = registry.applications().filter((app) => all || governs(registry, domain.aid, app.securityDomain))
  return concat(...belongs.map(({ aid }) => tlv(0x61, tlv(0x4f, aid))))
}

/** Applications, free non-volatile and volatile memory. ETSI TS 102 226 §8.2.1.7.2. */
function cardResources({ registry, memory }: CardServices): Bytes {
  const { nonVolatile, volatile } = memory.free
  const installed = registry.applications().filter((app) => !isIsd(app)).length
  return concat(tlv(0x81, bytes(installed)), tlv(0x82, u32(nonVolatile)), tlv(0x83, u32(volatile)))
}

function made(card: CardServices, app: Application, tag: number): Bytes | undefined {
  const { registry, profile } = card
  const { aid: domain, privileges } = app
  switch (tag) {
    case 0x66:
      return tlv(0x73, managementData(profile.scp))
    case 0x67:
      return isIsd(app) ? cardCapability(profile.scp) : undefined
    case 0xff21:
      return cardResources(card)
    case 0xe0:
      return concat(...registry.keys(domain).map((key) => tlv(0xc0, keyInformation(key))))
    case 0xc2:
      return (privileges & PRIVILEGE.receiptGeneration) !== 0 ? bytes(0, 0) : undefined
    case 0xc1: {
      const set = registry.keySet(domain, 0)
      if (!set || (set.type === SECRET_KEY_TYPE.aes && !counts(profile.scp.scp03 ?? 0))) return undefined
      const counter = registry.counter(domain, set.version)
      return set.type === SECRET_KEY_TYPE.des ? u16(counter) : u24(counter)
    }
    default:
      return undefined
  }
}

/** File control information of a selected security domain. GPC v2.3.1 Table 11-78. */
export function domainFci({ registry, profile }: CardServices, { aid }: Application): Bytes {
  const management = registry.object(aid, 0x66) ?? tlv(0x73, managementData(profile.scp))
  return tlv(0x6f, tlv(0x84, aid), tlv(0xa5, management, tlv(0x9f65, bytes(profile.commandMax))))
}
