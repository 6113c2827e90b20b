// Signatures of documents in any format: made in two steps around the card, verified with a report. Part of the verifier's
// contract. Seed 2, patterns 1-1 and 1-2.

import { z } from 'zod'
import { operation, zBytes, zFourInfo, zSerial } from '../../../base/contract.ts'
import type { ReportedRevocation } from '../../../protocol/validate/report.ts'

export const zFormat = z.enum(['CAdES', 'XAdES', 'PAdES'])
const zPackaging = z.enum(['enveloped', 'enveloping', 'detached'])
/** ETSI EN 319 122-1 §6.1 and its siblings. */
export const zLevel = z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA'])

/** What was signed, outside of the document that is verified; `uri` is '' for a detached CAdES. */
const zDetached = z.array(z.object({ uri: z.string().max(2048), content: zBytes })).max(16)

const zOutcome = z.enum(['passed', 'failed', 'indeterminate'])
const zIndication = z.enum(['TOTAL-PASSED', 'TOTAL-FAILED', 'INDETERMINATE'])
const zCheck = z.object({
  name: z.string(),
  cite: z.string(),
  outcome: zOutcome,
  evidence: z.string(),
  subIndication: z.string().optional(),
})

const zCertificate = z.object({
  sha256: z.string(),
  serialNumber: z.string(),
  subject: z.string(),
  issuer: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
})

/** ETSI EN 319 102-1; the form is that of `DocumentReport` in protocol/ades/report.ts. */
const zOneReport = z.object({
  indication: zIndication,
  indicationUri: z.string(),
  subIndication: z.string().optional(),
  format: zFormat,
  level: z.enum(['none', ...zLevel.options]),
  signingTime: z.string().optional(),
  bestSignatureTime: z.string().optional(),
  checks: z.array(zCheck).readonly(),
  scope: z.array(z.object({ name: z.string(), sha256: z.string(), whole: z.boolean() })).readonly(),
  path: z.array(zCertificate).readonly(),
  /** Of each certificate below the anchor, with what it was read from: protocol/validate/report.ts. */
  revocation: z.array(z.custom<ReportedRevocation>((value) => typeof value === 'object' && value !== null)).readonly(),
  timeStamps: z
    .array(
      z.object({
        kind: z.enum(['content', 'signature', 'archive']),
        believed: z.boolean(),
        time: z.string().optional(),
        authority: z.string().optional(),
        checks: z.array(zCheck).readonly(),
      }),
    )
    .readonly(),
  /** By its name in the standard, or its object identifier. */
  notJudged: z.array(z.string()).readonly(),
})

/** Counter-signatures are over the value of this signature, not over the document. */
const zSignatureReport = zOneReport.extend({ counterSignatures: z.array(zOneReport).readonly() })

export const zDocumentReport = z.object({
  schema: z.literal('kazasu/signature-report/1'),
  indication: zIndication,
  judgedAt: z.string(),
  documentSha256: z.string(),
  signatures: z.array(zSignatureReport).readonly(),
})

const zQuestion = z.object({
  document: zBytes,
  detached: zDetached.optional(),
  /** XML only: the places that must be signed, as `/Envelope/Body`; without it the whole document. */
  mustCover: z.array(z.string().max(512)).min(1).max(16).optional(),
})

const zAnswer = z.object({
  report: zDocumentReport,
  /** In the order of the report; null where a signature is not TOTAL-PASSED. */
  signers: z.array(z.object({ serial: zSerial, fourInfo: zFourInfo }).nullable()).readonly(),
})

export const signatureOperations = {
  prepareSignature: operation(
    'what the card must sign of a document, and the document without the signature; the certificate is a 署名用 one',
    z.object({
      format: zFormat,
      /** Default: enveloped for XAdES, enveloping for CAdES; PAdES is always inside. */
      packaging: zPackaging.optional(),
      document: zBytes,
      /** Of what is signed, for a detached XAdES. */
      uri: z.string().min(1).max(2048).optional(),
      certificate: zBytes,
    }),
    z.object({ draft: zBytes, toBeSigned: zBytes }),
  ),
  finishSignature: operation(
    'the draft with its signature, brought to a level; the signature must be right and its certificate good now',
    z.object({
      draft: zBytes,
      signature: zBytes,
      level: zLevel,
      /** For a detached one, what was signed. */
      detached: zDetached.optional(),
    }),
    z.object({ document: zBytes, report: zDocumentReport }),
  ),
  verifyDocument: operation(
    'every signature of a CMS, XML or PDF judged now, with a report; facts only of those that are TOTAL-PASSED',
    zQuestion,
    zAnswer,
  ),
  verifyDocuments: operation(
    'as verifyDocument for up to 100 documents, each with its own answer',
    z.object({ documents: z.array(zQuestion).min(1).max(100) }),
    z.object({ answers: z.array(zAnswer) }),
  ),
  timeStamp: operation(
    'a time stamp of the platform over a TimeStampReq, DER; RFC 3161 §2.4',
    z.object({ request: zBytes }),
    z.object({ response: zBytes }),
  ),
}
