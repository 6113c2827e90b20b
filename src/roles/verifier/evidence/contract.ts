// Evidence for auditors: what the platform verified, was told by persons, delivered and did, line by line, each with the digest of
// the one before. Part of the verifier's contract. docs/profile.md#evidence.

import { z } from 'zod'
import { operation, zBytes, zNothing, zTime } from '../../../base/contract.ts'

/** Whose evidence, of which time: from, up to but not including. A clerk names a tenant; an administrator has only the own one. */
const zSpan = z.object({
  session: z.string(),
  tenantId: z.string().optional(),
  from: zTime,
  to: zTime,
})

export const evidenceOperations = {
  evidence: operation(
    'lines of a tenant and a span of time, a thousand at a time, in the order of their numbers',
    zSpan.extend({ after: z.number().int().optional() }),
    z.object({
      lines: z.array(z.string()),
      /** Of the last one here; null where nothing follows. */
      next: z.number().int().nullable(),
      /** Of the whole span. */
      total: z.number().int(),
    }),
  ),
  evidenceManifest: operation(
    'what all lines of the span come to, signed by the platform: CMS, detached, with its certificate',
    zSpan,
    z.object({ manifest: zBytes, signature: zBytes, certificate: zBytes }),
  ),
  sealEvidence: operation('number and chain what was kept; safe in several processes at once', zNothing, zNothing),
} as const

/** JSON in UTF-8; digests are SHA-256 in lower-case hexadecimal. */
export const zManifest = z.object({
  schema: z.literal('kazasu/evidence/1'),
  platform: z.string(),
  tenantId: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  madeAt: z.iso.datetime(),
  lines: z.number().int(),
  /** Numbers of the first and the last line; null where there is none. */
  first: z.number().int().nullable(),
  last: z.number().int().nullable(),
  /** Of the line before the first, and of the last line, which holds that of the one before it, and so of all. */
  previous: z.string(),
  chain: z.string(),
  /** How far the chain of this tenant went when this was made. */
  head: z.object({ number: z.number().int(), chain: z.string() }),
})
export type Manifest = z.output<typeof zManifest>
