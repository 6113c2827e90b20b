// The other service asked, and being asked: `GET <door>` with a JWT that the asking service has signed with the key that it is registered
// with at the platform (RFC 7523 §3), for this door and this one id, for a minute. Whoever answers learns the key from the platform.

import { Hono } from 'hono'
import { createLocalJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { problemResponse, refusalOf } from '../../../adapters/http/index.ts'
import type { Clock } from '../../../base/ports.ts'
import type { Service } from '../contract.ts'
import { no } from '../refusals.ts'
import type { TieDoor } from './model.ts'

const LIFE_SECONDS = 60
/** Of the other's clock. */
const TOLERANCE_SECONDS = 5
const ALGORITHMS = ['ES256', 'PS256']
const ANSWER_MS = 10_000

export interface AskingOptions {
  readonly clientId: string
  readonly door: string
  readonly clock: Clock
  readonly signed: (claims: object) => Promise<string>
}

const zBalance = z.object({ balance: z.number().int() })

export const balanceAt =
  ({ clientId, door, clock, signed }: AskingOptions) =>
  async (serviceId: string): Promise<number> => {
    const iat = Math.floor(clock().getTime() / 1000)
    const request = await signed({ iss: clientId, sub: serviceId, aud: door, iat, exp: iat + LIFE_SECONDS })
    const headers = { authorization: `Bearer ${request}` }
    const signal = AbortSignal.timeout(ANSWER_MS)
    const answer = await fetch(door, { headers, signal, redirect: 'error' }).catch((error: unknown) => {
      throw no.otherAway({}, error)
    })
    if (!answer.ok) throw await refusalOf(answer, 'service')
    const { success, data } = zBalance.safeParse(await answer.json().catch(() => undefined))
    if (!success) throw no.otherAway()
    return data.balance
  }

/** What is asked here, as `door`. */
export const signedFor = (options: { readonly door: string; readonly clock: Clock }): TieDoor => ({
  idIn,
  signedBy: (request, from) => signedBy(request, from, options),
})

function idIn(request: string): string {
  try {
    const { sub } = decodeJwt(request)
    if (sub) return sub
  } catch (error) {
    throw no.notThatService({}, error)
  }
  throw no.notThatService()
}

async function signedBy(
  request: string,
  from: Parameters<TieDoor['signedBy']>[1],
  { door, clock }: { readonly door: string; readonly clock: Clock },
): Promise<void> {
  const keys = createLocalJWKSet({ keys: from.keys as never })
  const expected = { issuer: from.with, audience: door, algorithms: ALGORITHMS, maxTokenAge: LIFE_SECONDS }
  try {
    await jwtVerify(request, keys, {
      ...expected,
      requiredClaims: ['exp'],
      currentDate: clock(),
      clockTolerance: TOLERANCE_SECONDS,
    })
  } catch (error) {
    throw error instanceof errors.JOSEError ? no.notThatService({}, error) : error
  }
}

/** Where other services ask. */
export function tieDoor(service: Pick<Service, 'tiedBalance'>): Hono {
  const app = new Hono()
  app.get('*', async (c) => {
    const request = /^Bearer ([\w.-]+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
    try {
      return c.json(await service.tiedBalance({ request }), 200, { 'cache-control': 'no-store' })
    } catch (error) {
      return problemResponse(error)
    }
  })
  return app
}
