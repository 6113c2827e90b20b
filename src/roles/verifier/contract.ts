// 署名等検証事業者 (共通プラットフォーム): verifies signatures and logins for services. Seed 2, patterns 1-2 and 3.

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
  zVerdict,
} from '../../base/contract.ts'
import { approvalOperations } from './approvals/contract.ts'
import { consentOperations } from './consents/contract.ts'
import { eventOperations } from './events/contract.ts'
import { evidenceOperations } from './evidence/contract.ts'
import { firmOperations } from './firms/contract.ts'
import { linkOperations } from './links/contract.ts'
import { mandateOperations } from './mandates/contract.ts'
import { zAskedClaim, zClient } from './openid/contract.ts'
import { operatorOperations } from './operator/contract.ts'
import { ownOperations } from './own/contract.ts'
import { readerOperations, zReaderName } from './readers/contract.ts'
import { requestOperations } from './requests/contract.ts'
import { serviceOperations } from './services/contract.ts'
import { signatureOperations } from './signatures/contract.ts'

export { zApproval, zUserCode } from './approvals/contract.ts'
export { type FirmClaim, zFirmName, zFirmNumber } from './firms/contract.ts'
export { zLinkRequest } from './links/contract.ts'
export { type Delegation, zTerms } from './mandates/contract.ts'
export { zOwnPage, zOwnUses, zOwnUsesAsked } from './own/contract.ts'
export { zSignatureRequest } from './requests/contract.ts'

const zLoginState = z.enum(['waiting', 'approved', 'declined', 'refused', 'expired'])

const zLogin = z.object({
  loginId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  /** Where the login began, shown to the person and bound into what is signed. */
  origin: z.string(),
  /** Two digits that browser and phone both show. */
  code: z.string(),
  nonce: zBytes,
  /** Means of which the service demands one (`ACR`); none: any will do. */
  acrValues: z.array(z.string()),
  /** What the service wants to be told of the person, beside who it is. */
  asked: z.array(zAskedClaim),
  expiresAt: zTime,
  state: zLoginState,
  /** The service lets people act for others: the phone may name a mandate. */
  delegation: z.boolean(),
  /** A phone has read it from the screen of another device. */
  scanned: z.boolean(),
  /** Approved on the device of the browser: it goes on from the phone's app only, with the word that the app was told. */
  handedOver: z.boolean(),
  /** The reader of the service that has taken it; null where none has. */
  atReader: zReaderName.nullable(),
  /** Readers of the service at which it may go on. */
  readers: z.array(zReaderName),
  /** A touch without a PIN is enough there. */
  touch: z.boolean(),
})

export type { Client } from './openid/contract.ts'
export type Login = z.output<typeof zLogin>

/** One row of a gate's list: whose certificate, with the key that must answer. */
const zAllowed = z.object({
  serial: zSerial,
  publicKey: zBytes,
  /** Tells whether a revocation filter covers it. */
  notBefore: zTime.optional(),
  notAfter: zTime,
  ticket: z.string(),
})
export type Allowed = z.output<typeof zAllowed>

/** The signed text of an allow-list; on the wire its JSON in UTF-8. */
export const zAllowList = z.object({
  title: z.string(),
  issuedAt: zTime,
  validUntil: zTime,
  entries: z.array(zAllowed),
})
export type AllowList = z.output<typeof zAllowList>

export const zSignedList = z.object({ list: zBytes, signature: zBytes })

const loginId = z.object({ loginId: z.string() })

export const verifierContract = contract({
  role: 'verifier',
  operations: {
    verifySignature: operation(
      'check a CMS SignedData by a 署名用 key with path and revocation; the facts are given only when the verdict is passed',
      z.object({ document: zBytes }),
      z.object({
        verdict: zVerdict,
        serial: zSerial.nullable(),
        fourInfo: zFourInfo.nullable(),
        content: zBytes.nullable(),
      }),
    ),
    verifyCertificate: operation(
      'path and revocation of one end-entity certificate, now',
      z.object({ certificate: zBytes }),
      z.object({ verdict: zVerdict }),
    ),
    ...signatureOperations,
    ...requestOperations,
    ...consentOperations,
    ...eventOperations,
    ...linkOperations,
    ...mandateOperations,
    ...firmOperations,
    ...ownOperations,
    ...serviceOperations,
    ...approvalOperations,
    ...operatorOperations,
    ...evidenceOperations,
    ...readerOperations,
    registerClient: operation(
      'a relying party: OpenID client with private_key_jwt; the same again replaces it',
      zClient,
      zNothing,
    ),
    showLogin: operation(
      'what the person must see before approving',
      loginId,
      // When it began, and the platform by its name at J-LIS: for a proof of age. `biometric`: the service does not ask for the PIN.
      zLogin.extend({ since: zTime, party: z.string().nullable(), biometric: z.boolean() }),
    ),
    answerLogin: operation(
      'certificate and signature over `loginMessage`; approved only when every check passed',
      z.object({
        loginId: z.string(),
        certificate: zBytes,
        signature: zBytes,
        claim: z.string().optional(),
        /** Which of the claims that the service asks for it may have; what it cannot do without is among them. */
        given: z.array(z.string()).optional(),
        /** Sealed for J-LIS, where an age is given. */
        ageProof: zBytes.optional(),
        /** For whom the person acts; part of what is signed. */
        mandateId: z.string().optional(),
        /** What stood for the PIN; part of what is signed. */
        by: z.literal('biometric').optional(),
      }),
      // With the word by which the browser of this device goes on; null where the screen of another does.
      z.object({ verdict: zVerdict, release: z.string().nullable() }),
    ),
    declineLogin: operation('the person says no', loginId.extend({ claim: z.string().optional() }), zNothing),
    loginQr: operation(
      'what the screen of another device shows at this second; null once a phone has read it',
      loginId,
      z.object({ qr: z.string().nullable() }),
    ),
    scanLogin: operation(
      'a phone has read the code of this moment; with `claim` it alone may answer',
      z.object({ qr: z.string() }),
      z.object({ loginId: z.string(), claim: z.string() }),
    ),
    allowList: operation(
      'a signed list of certificates for an offline gate; holders of revoked certificates are left out',
      z.object({
        title: z.string(),
        validHours: z.number().int().min(1).max(72),
        holders: z.array(z.object({ serial: zSerial, ticket: z.string() })),
      }),
      zSignedList,
    ),
    listKey: operation(
      'public key of allow-lists, DER SubjectPublicKeyInfo (ECDSA P-256)',
      zNothing,
      z.object({ publicKey: zBytes }),
    ),
  },
})
export type Verifier = Implementation<typeof verifierContract>
