// `POST <issuer>/access/v1/evaluation` and `/evaluations`: whether somebody may act for somebody at this service. The forms are those of
// AuthZEN §6 and AuthZEN §7; persons are the pairwise subjects of the service that asks.

import { noRequest } from '../../../adapters/http/index.ts'
import { concat, fromUtf8 } from '../../../base/bytes.ts'
import type { Client } from '../contract.ts'
import { zEvaluation, zEvaluations } from '../mandates/contract.ts'
import { decide, decideAll } from '../mandates/decide.ts'
import type { StandingDeps } from '../mandates/standing.ts'

const DECISIONS = ['evaluation', 'evaluations'] as const
export type DecisionName = (typeof DECISIONS)[number]

export const decisionAt = (path: string, pathname: string): DecisionName | undefined =>
  DECISIONS.find((one) => pathname === `${path}/access/v1/${one}`)

/** AuthZEN §9: where decisions are asked for. What is not named there is not to be had. */
export const decisionMetadata = (issuer: string) => ({
  policy_decision_point: issuer,
  access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
  access_evaluations_endpoint: `${issuer}/access/v1/evaluations`,
})

/** AuthZEN §9.2: `/.well-known/authzen-configuration/verifier` for `https://host/verifier`. */
export const decisionMetadataPath = (path: string): string => `/.well-known/authzen-configuration${path}`

/** A request that has not the form is 400; the id of a request comes back with its answer. */
export async function decided(
  deps: StandingDeps,
  client: Client,
  name: DecisionName,
  request: Request,
): Promise<Response> {
  const id = request.headers.get('x-request-id')
  const headers = { 'cache-control': 'no-store', ...(id && { 'x-request-id': id }) }
  const body = await bodyOf(request)
  // Without a list, or with an empty one, it is one request like the other.
  const many = name === 'evaluations' ? zEvaluations.safeParse(body) : undefined
  if (many?.data?.evaluations.length)
    return Response.json({ evaluations: await decideAll(deps, client, many.data) }, { headers })
  const one = zEvaluation.safeParse(body)
  const listed = !many?.success && typeof body === 'object' && body !== null && 'evaluations' in body
  if (!one.success || listed)
    return Response.json('the request has not the form of the Authorization API', { status: 400, headers })
  return Response.json(await decide(deps, client, one.data), { headers })
}

/** A hundred of the longest are shorter. */
const BODY_LIMIT = 256 * 1024

/** Undefined for what is no JSON. */
async function bodyOf(request: Request): Promise<unknown> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of request.body ?? []) {
    length += part.length
    if (length > BODY_LIMIT) throw noRequest['too-large']({ limit: BODY_LIMIT })
    parts.push(part)
  }
  try {
    return JSON.parse(fromUtf8(concat(...parts)))
  } catch {
    return undefined
  }
}
