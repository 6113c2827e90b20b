// An event as the token that is delivered. The jti is the event's: however often it is sent, it is the same event.

import { base64url, utf8 } from '../../../base/bytes.ts'
import { hmacSha256, seal, unseal } from '../../../base/crypto.ts'
import { encodeSet } from '../../../protocol/security-event/set.ts'
import type { Deps } from '../model.ts'
import { type EventKey, eventKey } from './key.ts'
import type { EventRow, StreamRow } from './store.ts'

/** For one event after another. */
export async function tokenMaker(
  deps: Pick<Deps, 'keys' | 'clock' | 'issuer'>,
): Promise<(event: EventRow) => Promise<string>> {
  const key = await eventKey(deps.keys)
  return (event) => tokenOf(deps, key, event)
}

const tokenOf = ({ clock, issuer }: Pick<Deps, 'clock' | 'issuer'>, { signer, kid }: EventKey, event: EventRow) => {
  const iss = issuer ?? ''
  return encodeSet(
    {
      iss,
      aud: event.client_id,
      jti: event.jti,
      iat: clock(),
      toe: event.at,
      subject:
        event.subject === ''
          ? { format: 'opaque', id: event.stream_id }
          : { format: 'iss_sub', iss, sub: event.subject },
      type: event.type,
      claims: JSON.parse(event.claims),
    },
    signer,
    kid,
  )
}

const secretOf = async ({ keys }: Pick<Deps, 'keys'>, streamId: string) =>
  hmacSha256(await keys.secret('verifier-stream-authorization', 32), utf8(streamId))
const LABEL = utf8('authorization of a stream')

/** What a receiver wants to see in the header `Authorization`: kept sealed. */
export const sealedAuthorization = async (
  deps: Pick<Deps, 'keys' | 'entropy'>,
  streamId: string,
  authorization: string | undefined,
) =>
  authorization === undefined ? null : seal(await secretOf(deps, streamId), utf8(authorization), LABEL, deps.entropy)

export async function authorizationOf(deps: Pick<Deps, 'keys'>, { stream_id, authorization }: StreamRow) {
  if (authorization === null) return null
  return new TextDecoder().decode(unseal(await secretOf(deps, stream_id), authorization, LABEL))
}

export const newStreamId = ({ entropy }: Pick<Deps, 'entropy'>): string => base64url(entropy(16))
