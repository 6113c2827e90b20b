// Problem details for HTTP APIs. RFC 9457: a Refusal, a request of the wrong form, and everything else, as
// application/problem+json and back. What is neither a Refusal nor a wrong form is a bug: 500, and nothing more outside.

import { z } from 'zod'
import { Refusal } from '../../base/refusal.ts'
import { noAnswer, noRequest } from './refusals.ts'

const PROBLEM_JSON = 'application/problem+json'

/** RFC 9457 §3.1 and §3.2: `code` and `context` are our extension members. */
const zProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9-]+$/),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

/** The response for whatever an operation threw. */
export function problemResponse(error: unknown): Response {
  const refusal = error instanceof Refusal ? error : undefined
  const problem = refusal
    ? {
        type: `/problems/${refusal.code}`,
        title: refusal.message,
        status: refusal.status,
        code: refusal.code,
        context: refusal.detail,
      }
    : { type: 'about:blank', title: 'Internal Server Error', status: 500 }
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': PROBLEM_JSON,
      'cache-control': 'no-store',
      // RFC 9110 §10.2.3, where a refusal says when it ends.
      ...(refusal?.detail.retryAfter !== undefined && { 'retry-after': String(refusal.detail.retryAfter) }),
    },
  })
}

/** The Refusal that the other side meant; `peer/failed` when it says nothing that can be understood. */
export async function refusalOf(response: Response, peer: string): Promise<Refusal> {
  const type = response.headers.get('content-type') ?? ''
  const body: unknown = type.startsWith(PROBLEM_JSON) ? await response.json().catch(() => undefined) : undefined
  const problem = zProblem.safeParse(body)
  if (!problem.success) return noAnswer.failed({ peer, status: response.status })
  const { code, status, title, context } = problem.data
  return new Refusal(code, status, title, context)
}

/** Names the places that are wrong and how, never what stood there. */
export function invalidRequest(error: z.core.$ZodError): Refusal {
  const places = error.issues
    .slice(0, 10)
    .map((issue) => `${issue.path.map(segment).join('.') || '(all)'}: ${issue.code}`)
  return noRequest.invalid({ places: places.join(', ') })
}

/** A key of a record comes from the sender and may itself be a value: only what looks like a field name is repeated. */
const segment = (part: PropertyKey): string =>
  typeof part === 'number' || /^[a-z][A-Za-z]{0,39}$/.test(String(part)) ? String(part) : '?'
