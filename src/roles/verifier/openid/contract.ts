// What a relying party is registered with. OpenID Connect Dynamic Client Registration 1.0 §2 has the same words; here an
// operator enters them.

import { z } from 'zod'
import { zLine, zTime } from '../../../base/contract.ts'
import { MOST_MINUTES } from '../kept-status/model.ts'
import { zDelegation } from '../mandates/contract.ts'

/** Beside logging people in: what the platform does for a service that is registered for it. */
export const MAY_ASK = ['signatures', 'facts', 'age', 'events', 'links'] as const

/** RFC 7517, public members only. */
const zPublicJwk = z.record(z.string(), z.string())

/** By the key identifier of its certificate; name and place as people there read them. "日本語 / English". */
const zReader = z.object({
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  name: zLine(80),
  place: zLine(120),
})

export const zClient = z.object({
  clientId: z.string(),
  name: z.string(),
  redirectUris: z.array(z.url()),
  /** The key of `private_key_jwt`; or `jwksUri`, and never both. */
  publicJwk: zPublicJwk.optional(),
  jwksUri: z.url().optional(),
  /** `fapi2`: the FAPI 2.0 Security Profile, all of it demanded. Default: code flow with PKCE and `private_key_jwt`. */
  profile: z.enum(['openid', 'fapi2']).optional(),
  /** To what access tokens of FAPI are bound: RFC 9449 (default) or RFC 8705 §3. */
  tokensBoundBy: z.enum(['dpop', 'mtls']).optional(),
  /** Of ID tokens; default ES256. RS256 is what OpenID Connect Core 1.0 §15.1 has every client know; not for FAPI. */
  idTokenAlg: z.enum(['ES256', 'RS256']).optional(),
  /** ID tokens are encrypted for this key (ECDH-ES or RSA-OAEP-256, A256GCM). */
  encryptionJwk: zPublicJwk.optional(),
  /**
   * The host name that stands for an organisation whose services share a person's subject, as the operator has checked.
   * Default: the host of the redirect URIs, which is then one only. OpenID Connect Core 1.0 §8.1.
   */
  sector: z.hostname().optional(),
  postLogoutRedirectUris: z.array(z.url()).optional(),
  /** OpenID Connect Back-Channel Logout 1.0 §2.2. */
  backchannelLogoutUri: z.url().optional(),
  /** Default: everything. */
  mayAsk: z.array(z.enum(MAY_ASK)).optional(),
  /** The key before `publicJwk`, good beside it until then. */
  earlier: z.object({ publicJwk: zPublicJwk, until: zTime }).optional(),
  /** Its tenant, or two clerks, have closed it: it is kept for those who logged in there, and does nothing any more. */
  closed: z.boolean().optional(),
  /** Lets people act for others there. */
  delegation: zDelegation.optional(),
  /**
   * While J-LIS does not answer, a status that it has signed so many minutes ago is enough for logins and approvals here.
   * Default: none is. Ours: docs/profile.md#kept-status.
   */
  keptStatusMinutes: z.number().int().min(1).max(MOST_MINUTES).optional(),
  /** Readers (資格確認端末) of the service, at which its customers log in: entered by the operator. */
  readers: z.array(zReader).optional(),
  /** May ask people who are not at its screen (CIBA Core 1.0 §4). With `fapi2` it signs its requests. */
  ciba: z
    .object({
      /** Where it is pinged; absent: it polls. */
      notificationEndpoint: z.url().optional(),
      /** It must know the user code of whom it asks: for channels on which everybody can call. */
      userCode: z.literal(true).optional(),
      /** Requests; a default keeps a service from asking everybody at once. */
      perMinute: z.number().int().positive().optional(),
    })
    .optional(),
})
export type Client = z.output<typeof zClient>

/** A claim that a service asks for at a login, as the person sees it. */
export const zAskedClaim = z.object({ claim: z.string(), essential: z.boolean(), purpose: z.string() })
