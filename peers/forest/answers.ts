// OCSP responses on the leaves of the forest: each row says who answers what, and how we must read it.

import type { Bytes } from '../../src/base/bytes.ts'
import { encodeIssuingDistributionPoint } from '../../src/codec/crl.ts'
import * as der from '../../src/codec/der.ts'
import { uri } from '../../src/codec/name-general.ts'
import { type CertStatus, certId, encodeTbsResponseData } from '../../src/codec/ocsp.ts'
import { OID } from '../../src/codec/oid.ts'
import { type Extension, encodeExtensions } from '../../src/codec/x509.ts'
import * as ext from '../../src/codec/x509-extensions.ts'
import type { Chain } from './build.ts'
import { type Issued, issue, issueList, KEYS, keyIdentifier, type Shape, signed } from './issue.ts'

/** An answer to be; what is left out is as an honest CA would have it. */
interface AnswerPlan {
  readonly status?: CertStatus['kind']
  /** A responder with its own certificate. */
  readonly responder?: Partial<Shape> & { readonly by?: 'itself'; readonly revoked?: boolean }
  readonly namedByKey?: boolean
  readonly about?: 'another serial number' | 'another issuer'
  readonly hash?: 'sha1' | 'sha256'
  /** Hours from now; `next` may be absent. */
  readonly made?: number
  readonly next?: number | 'none'
  readonly breakSignature?: boolean
  readonly extension?: Extension
  readonly withoutCertificate?: boolean
}

export type Reading = 'good' | 'revoked' | 'unknown'

const usage = (...usages: ext.KeyUsage[]): Extension => ext.extension(OID.keyUsage, true, ext.encodeKeyUsage(...usages))
const purpose = (oid: string): Extension => ext.extension(OID.extendedKeyUsage, false, ext.encodeExtendedKeyUsage(oid))
const noCheck = ext.extension(OID.ocspNoCheck, false, der.nullValue())
/** Responders have lists of their own, so that these say nothing of the leaf. */
const POINT = { fullName: [uri('http://responders.example.jp/crl')] }
const ofResponders = ext.extension(OID.issuingDistributionPoint, true, encodeIssuingDistributionPoint(POINT))
const point = ext.extension(OID.cRLDistributionPoints, false, ext.encodeDistributionPoints(POINT))
const appointed = [point, usage('digitalSignature'), purpose(OID.ocspSigning)]

export const ANSWERS: Readonly<Record<string, readonly [Reading, AnswerPlan]>> = {
  'good, by the CA': ['good', {}],
  'revoked, by the CA': ['revoked', { status: 'revoked' }],
  'unknown to the CA': ['unknown', { status: 'unknown' }],
  'CertID by SHA-256': ['good', { hash: 'sha256' }],
  'responder named by its key': ['good', { namedByKey: true }],
  'by a responder that nobody needs to check': ['good', { responder: { extensions: [...appointed, noCheck] } }],
  'by a responder that no list names': ['good', { responder: { extensions: appointed } }],
  'revoked, by a responder': ['revoked', { status: 'revoked', responder: { extensions: appointed } }],
  'without nextUpdate, fresh': ['good', { made: 0, next: 'none' }],
  'without nextUpdate, of this morning': ['unknown', { made: -6, next: 'none' }],
  'out of date': ['unknown', { made: -6, next: -1 }],
  'of the future': ['unknown', { made: 2, next: 3 }],
  'revoked, out of date': ['revoked', { status: 'revoked', made: -6, next: -1 }],
  'signature broken': ['unknown', { breakSignature: true }],
  'about another serial number': ['unknown', { about: 'another serial number' }],
  'about another issuer': ['unknown', { about: 'another issuer' }],
  'unknown critical extension': ['unknown', { extension: ext.extension('1.2.3.4.5', true, der.nullValue()) }],
  'unknown extension, not critical': ['good', { extension: ext.extension('1.2.3.4.5', false, der.nullValue()) }],
  'by a responder that may not answer': [
    'unknown',
    { responder: { extensions: [point, usage('digitalSignature'), purpose(OID.clientAuth)] } },
  ],
  'by a responder that may not sign': [
    'unknown',
    { responder: { extensions: [point, usage('keyEncipherment'), purpose(OID.ocspSigning)] } },
  ],
  'by a responder that appointed itself': ['unknown', { responder: { extensions: appointed, by: 'itself' } }],
  'by a responder that has expired': [
    'unknown',
    { responder: { extensions: appointed, notBefore: new Date(0), notAfter: new Date(86_400_000) } },
  ],
  'by a responder that is revoked': ['unknown', { responder: { extensions: appointed, revoked: true } }],
  'by a responder whose certificate is missing': [
    'unknown',
    { responder: { extensions: appointed }, withoutCertificate: true },
  ],
}

export interface Answer {
  readonly chain: Chain
  readonly kind: string
  readonly reading: Reading
  readonly response: Bytes
  /** Of its CertID: who asks with another finds no answer. */
  readonly hash: 'sha1' | 'sha256'
  /** What the leaf's issuer says of its responders. */
  readonly list: Bytes
}

const HOUR = 3_600_000

/** The `n`th answer is of the `n`th kind. */
export function answerOn(chain: Chain, n: number, now: Date): Answer {
  const kinds = Object.keys(ANSWERS)
  const kind = kinds[n % kinds.length]!
  const [reading, plan] = ANSWERS[kind]!
  const { leaf, issuer } = chain.issued
  const responder = responderOf(plan, issuer, chain.id, now)
  const by = responder ?? issuer
  const tbs = responseData(plan, { leaf, issuer, by, now })
  const certificates = responder && !plan.withoutCertificate ? [der.explicit(0, der.sequence(responder.der))] : []
  const basic = signed(tbs, by.key, by.key.method, plan.breakSignature, ...certificates)
  const bytes = der.sequence(der.oid(OID.ocspBasic), der.octetString(basic))
  const response = der.sequence(der.enumerated(0), der.explicit(0, bytes))
  const revoked = plan.responder?.revoked && responder ? [responder.serial] : []
  const times = { thisUpdate: new Date(now.getTime() - HOUR), nextUpdate: new Date(now.getTime() + HOUR) }
  return {
    chain,
    kind,
    reading,
    response,
    list: issueList(issuer, { revoked, ...times, extensions: [ofResponders] }),
    hash: plan.hash ?? 'sha1',
  }
}

function responderOf({ responder }: AnswerPlan, issuer: Issued, id: number, now: Date): Issued | undefined {
  if (!responder) return undefined
  const times = { notBefore: new Date(now.getTime() - 24 * HOUR), notAfter: new Date(now.getTime() + 24 * HOUR) }
  const shape = { cn: `responder ${id}`, key: KEYS.others[id % 3]!, serial: BigInt(900_000 + id), ...times }
  return issue({ extensions: [], ...shape, ...responder }, responder.by === 'itself' ? undefined : issuer)
}

interface Parties {
  readonly leaf: Issued
  readonly issuer: Issued
  readonly by: Issued
  readonly now: Date
}

function responseData(plan: AnswerPlan, { leaf, issuer, by, now }: Parties): Bytes {
  const { status = 'good', made = -1, next = 1 } = plan
  const at = (hours: number): Date => new Date(now.getTime() + hours * HOUR)
  const asked = { subject: issuer.subject, subjectPublicKeyInfo: issuer.key.spki }
  if (plan.about === 'another issuer') asked.subjectPublicKeyInfo = KEYS.p384.spki
  const serial = plan.about === 'another serial number' ? leaf.serial + 1n : leaf.serial
  const single = {
    certId: certId(asked, serial, plan.hash),
    status:
      status === 'revoked' ? ({ kind: status, revokedAt: at(-2), reason: 'keyCompromise' } as const) : { kind: status },
    thisUpdate: at(made),
    ...(next !== 'none' && { nextUpdate: at(next) }),
  }
  const tbs = encodeTbsResponseData({
    responderId: plan.namedByKey ? { keyHash: keyIdentifier(by.key) } : { name: by.subject },
    producedAt: at(made),
    responses: [single],
  })
  if (!plan.extension) return tbs
  const fields = der.decode(tbs, (r) => r.contents(der.TAG.SEQUENCE))
  return der.sequence(fields, der.explicit(1, encodeExtensions([plan.extension])))
}
