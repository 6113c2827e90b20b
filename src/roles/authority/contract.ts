// J-LIS: the two certification authorities (署名用, 利用者証明用), their register, links and status. Seed 2, seed 4 (4).

import { z } from 'zod'
import {
  contract,
  type Implementation,
  operation,
  zBytes,
  zFourInfo,
  zNothing,
  zSerial,
  zTime,
} from '../../base/contract.ts'
import { overviewOperations } from './overview/contract.ts'
import { partyOperations } from './parties/contract.ts'

export type { AgeRequest, ConsentRequest } from './parties/asking/contract.ts'
export {
  askingOperations,
  zAgeRequest,
  zConsentRequest,
  zFactsConsent,
  zLatestFacts,
} from './parties/asking/contract.ts'
export type { ConsentStatement, WithdrawalStatement } from './parties/contract.ts'
export { zAgeLimit, zConsentStatement, zFact, zParty, zWithdrawalStatement } from './parties/contract.ts'
export { AGE_LIMITS, type Fact } from './parties/model.ts'

/** Which of the two hierarchies. */
export const zKind = z.enum(['auth', 'sign'])
export type CertificateKind = z.output<typeof zKind>
export const zMedium = z.enum(['card', 'phone'])

/** RFC 5280 §5.3.1, with the meanings of JPKI CPS §4.9.9. `certificateHold` is never released at J-LIS. */
export const zReason = z.enum([
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
])
export type RevocationReason = z.output<typeof zReason>

/** On whose word a certificate is stopped: 24 時間の停止受付 is the hot line, the operator is J-LIS itself. */
const zRequester = z.enum(['holder', 'hot-line', 'counter', 'sp-tsm', 'operator'])
export type Requester = z.output<typeof zRequester>

/** What a generation signs with: now, and on the next card. */
const zAlgorithm = z.enum(['RSA-SHA256', 'ECDSA-P384-SHA384'])

const zIssued = z.object({ serial: zSerial, certificate: zBytes, notAfter: zTime })

/** A certificate that was resumed is valid again. */
const zStatusChange = z.object({
  sequence: z.number().int(),
  kind: zKind,
  serial: zSerial,
  status: z.enum(['valid', 'onHold', 'revoked']),
  reason: zReason.optional(),
  at: zTime,
})

const zLogHead = z.object({
  size: z.number().int(),
  root: zBytes,
  at: zTime,
  signature: zBytes,
  publicKey: zBytes,
})

const zFiles = z.array(z.object({ ef: z.number().int(), content: zBytes }))

export const authorityContract = contract({
  role: 'authority',
  operations: {
    issueForCard: operation(
      'issue for a key of the plastic card; the same request key gives the same certificate',
      z.object({ requestKey: z.string(), residentId: z.string(), kind: zKind, publicKey: zBytes }),
      zIssued,
    ),
    issueForPhone: operation(
      'issue 利用者証明用 for a key pair made in a SIM, linked to the certificate of the card; idempotent by request key, which is the request id (16 bytes) of the key pair in lower-case hex',
      z.object({
        requestKey: z.string(),
        cardAuthSerial: zSerial,
        publicKey: zBytes,
        proofOfPossession: zBytes,
        /** The phone's certificate whose place it takes; it stays valid until it is revoked. */
        replaces: zSerial.optional(),
      }),
      zIssued,
    ),
    deliverKey: operation(
      'a key pair that the authority made, for a card that makes none: encrypted to the receiver (uncompressed point of P-256), the same again until it is confirmed; issueForPhone certifies it when the card proves that it has it',
      z.object({ requestKey: z.string(), receiver: zBytes }),
      z.object({ publicKey: zBytes, envelope: zBytes }),
    ),
    confirmKey: operation(
      'the card has the key pair, or none is wanted any more: it is erased, and none is delivered for this request again',
      z.object({ requestKey: z.string() }),
      zNothing,
    ),
    fillKeyPool: operation(
      'make key pairs ahead, up to so many',
      z.object({ upTo: z.number().int().min(0).max(100_000) }),
      z.object({ made: z.number().int() }),
    ),
    revoke: operation(
      'revoke at once; a certificate revoked already keeps its first reason and time',
      z.object({ kind: zKind, serial: zSerial, reason: zReason, requestedBy: zRequester }),
      z.object({ revokedAt: zTime, reason: zReason }),
    ),
    resume: operation(
      'end the temporary stop of a phone’s certificate; that of a card is never ended',
      z.object({ kind: zKind, serial: zSerial, requestedBy: zRequester }),
      zNothing,
    ),
    statusChanges: operation(
      'what changed after this number, in order, and the number of the last change; nothing is lost or told twice',
      z.object({ after: z.number().int(), limit: z.number().int().max(1000) }),
      z.object({ changes: z.array(zStatusChange), last: z.number().int() }),
    ),
    status: operation(
      'the register row of one certificate',
      z.object({ kind: zKind, serial: zSerial }),
      z.object({
        status: z.enum(['valid', 'onHold', 'revoked', 'expired', 'unknown']),
        medium: zMedium.optional(),
        reason: zReason.optional(),
        revokedAt: zTime.optional(),
        notAfter: zTime.optional(),
      }),
    ),
    link: operation(
      'from one serial to its partner: card 署名用 ↔ card 利用者証明用 ↔ phone 利用者証明用; null when there is none valid',
      z.object({
        kind: zKind,
        serial: zSerial,
        want: z.enum(['card-auth', 'card-sign', 'phone-auth']),
        asker: z.enum(['sp-tsm', 'verifier', 'counter']),
      }),
      z.object({ serial: zSerial.nullable() }),
    ),
    cardOf: operation(
      'the valid 利用者証明用 certificate on the card of whoever has exactly these four facts; null when there is none, whatever the reason',
      z.object({ fourInfo: zFourInfo, asker: z.enum(['sp-tsm']) }),
      z.object({ serial: zSerial.nullable() }),
    ),
    chain: operation(
      'the certificates before and after this one in the same place of the same person, oldest first',
      z.object({ kind: zKind, serial: zSerial, asker: z.enum(['sp-tsm', 'verifier', 'counter']) }),
      z.object({
        serials: z.array(zSerial),
        position: z.number().int(),
        predecessor: zSerial.nullable(),
        successor: zSerial.nullable(),
      }),
    ),
    ...partyOperations,
    ...overviewOperations,
    certificate: operation(
      'one issued certificate, DER',
      z.object({ kind: zKind, serial: zSerial }),
      z.object({ certificate: zBytes }),
    ),
    caCertificates: operation(
      'the trust anchors, DER: the generations that issue, and the earlier ones whose certificates still live',
      zNothing,
      z.object({
        auth: zBytes,
        sign: zBytes,
        earlier: z.object({ auth: z.array(zBytes), sign: z.array(zBytes) }),
      }),
    ),
    crl: operation(
      'the current CRL of one municipality’s partition and its delta, DER; of the generation that issues unless said',
      z.object({ kind: zKind, municipalityCode: z.string(), generation: z.number().int().optional() }),
      z.object({ crl: zBytes, delta: zBytes }),
    ),
    ocsp: operation(
      'answer one OCSPRequest (RFC 6960), DER in, DER out',
      z.object({ kind: zKind, request: zBytes }),
      z.object({ response: zBytes }),
    ),
    filter: operation(
      'the revocation filter of an authority and the delta upon it, for terminals without network',
      z.object({ kind: zKind }),
      z.object({ filter: zBytes, delta: zBytes }),
    ),
    refreshStatus: operation(
      'make anew and put out what is due of CRLs, filters and answers; every quarter of an hour, by any process',
      zNothing,
      z.object({ answers: z.number().int() }),
    ),
    followRegister: operation(
      'take over what changed in the resident register since the last time, in order, exactly once',
      zNothing,
      z.object({ taken: z.number().int(), revoked: z.number().int() }),
    ),
    generations: operation(
      'the living generations of one authority: the number of the one that issues, and all of them',
      z.object({ kind: zKind }),
      z.object({ current: z.number().int(), living: z.array(z.number().int()) }),
    ),
    rollOver: operation(
      'make this generation of an authority unless it is there, and issue under it from now on',
      z.object({ kind: zKind, generation: z.number().int().min(1), algorithm: zAlgorithm.optional() }),
      z.object({ certificate: zBytes }),
    ),
    audit: operation(
      'the whole log of signatures against the register of certificates and the lists in force: what does not fit',
      zNothing,
      z.object({
        entries: z.number().int(),
        heads: z.number().int(),
        certificates: z.number().int(),
        lists: z.number().int(),
        head: zLogHead,
        findings: z.array(z.object({ what: z.string(), where: z.string() })),
      }),
    ),
    logHead: operation(
      'the newest signed head of the log of signatures (RFC 9162 §2.1) and the key that signs heads',
      zNothing,
      zLogHead,
    ),
    logInclusion: operation(
      'that what has this SHA-256 was logged before it was signed; against the newest head unless a size is said',
      z.object({ statement: zBytes, size: z.number().int().optional() }),
      z.object({ position: z.number().int(), entry: zBytes, size: z.number().int(), proof: z.array(zBytes) }),
    ),
    logConsistency: operation(
      'that the log goes on from its first so many entries',
      z.object({ first: z.number().int(), second: z.number().int().optional() }),
      z.object({ size: z.number().int(), proof: z.array(zBytes) }),
    ),
    logEntries: operation(
      'entries of the log of signatures in order, as they are hashed',
      z.object({ from: z.number().int().min(0), most: z.number().int().min(1) }),
      z.object({ entries: z.array(zBytes) }),
    ),
    terminalCa: operation(
      'the public key that cards check terminals by, the root, DER SubjectPublicKeyInfo, with its identifier of 16 bytes',
      zNothing,
      z.object({ publicKey: zBytes, keyId: zBytes }),
    ),
    terminalsInForce: operation(
      'for who is on line: the CA that certifies terminals now, with its key (DER SubjectPublicKeyInfo), and the key identifiers of those that are revoked',
      zNothing,
      z.object({ caKeyId: zBytes, caPublicKey: zBytes, revoked: z.array(zBytes) }),
    ),
    issueTerminalCertificate: operation(
      'a card-verifiable certificate for a 資格確認端末 that may use PIN-less authentication; idempotent by request key',
      z.object({ requestKey: z.string(), publicKey: zBytes }),
      z.object({ certificate: zBytes, keyId: zBytes, caCertificate: zBytes, revokedTerminals: zBytes }),
    ),
    issueCardFace: operation(
      'what is printed on a card as signed files of its text and surface applications, by EF, with the chain of the card manager; keys are DER SubjectPublicKeyInfo made for this card',
      z.object({
        residentId: z.string(),
        myNumber: z.string().regex(/^[0-9]{12}$/),
        securityCode: z.string().regex(/^[0-9]{4}$/),
        expiry: z.string().regex(/^[0-9]{8}$/),
        signingKey: zBytes,
        sessionKey: zBytes,
      }),
      z.object({
        text: zFiles,
        surface: zFiles,
        chain: z.object({ upper: zBytes, lower: zBytes, intermediateKeyId: zBytes }),
      }),
    ),
    cardFaceCas: operation(
      'the keys by which card faces are checked, DER SubjectPublicKeyInfo by key identifier: root, surface, text',
      zNothing,
      z.object({ cas: z.array(z.object({ keyId: zBytes, publicKey: zBytes })) }),
    ),
    revokeTerminal: operation(
      'a terminal that was lost or misused: cards refuse it when they meet the next list',
      z.object({ keyId: zBytes }),
      z.object({ revokedTerminals: zBytes }),
    ),
  },
})
export type Authority = Implementation<typeof authorityContract>
