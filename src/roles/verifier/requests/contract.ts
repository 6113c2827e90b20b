// A service has a person sign: the document waits here until its signer has read it, held the card to a phone and signed.
// Part of the verifier's contract. Seed 2, patterns 1-1 and 1-2.

import { z } from 'zod'
import { operation, zBytes, zFourInfo, zLine, zNothing, zSerial, zTime } from '../../../base/contract.ts'
import { zDocumentReport, zFormat, zLevel } from '../signatures/contract.ts'

const zSignatureState = z.enum(['waiting', 'signed', 'declined', 'expired'])

const request = z.object({ requestId: z.string() })

export const zSignatureRequest = request.extend({
  clientName: z.string(),
  title: z.string(),
  format: zFormat,
  document: zBytes,
  /** Two digits that the service's screen and the signer's both show. */
  code: z.string(),
  expiresAt: zTime,
  state: zSignatureState,
  /** Once it is signed. */
  reportId: z.string().nullable(),
})

const zSigned = z.object({
  document: zBytes,
  reportId: z.string(),
  serial: zSerial,
  fourInfo: zFourInfo,
})

export const requestOperations = {
  askSignature: operation(
    'a document for somebody to sign; the signature is enveloped in XML and PDF, and around anything else',
    z.object({
      clientId: z.string(),
      title: zLine(120),
      format: zFormat,
      level: zLevel,
      document: zBytes,
    }),
    request.extend({ code: z.string(), expiresAt: zTime }),
  ),
  signatureRequest: operation('what is to be signed, for whom, and what became of it', request, zSignatureRequest),
  answerSignature: operation(
    'from the signer: certificate, time and the card’s signature over the attributes that follow from these and the document',
    request.extend({ certificate: zBytes, signingTime: zTime, signature: zBytes }),
    z.object({ reportId: z.string() }),
  ),
  declineSignature: operation('from the signer: no', request, zNothing),
  signedDocument: operation(
    'for the service that asked: what became of it; the document with its signature and whose it is',
    request.extend({ clientId: z.string() }),
    z.object({ state: zSignatureState, signed: zSigned.nullable() }),
  ),
  reportOn: operation(
    'judge every signature of a document now, and keep the report; the document is not kept',
    z.object({ document: zBytes }),
    z.object({ reportId: z.string() }),
  ),
  report: operation(
    'a report that was kept, for a day; it names certificates and no facts',
    z.object({ reportId: z.string() }),
    z.object({ report: zDocumentReport }),
  ),
} as const
