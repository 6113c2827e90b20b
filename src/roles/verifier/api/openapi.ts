// The API as OpenAPI 3.1, made from the contracts: who integrates by a generator or by curl reads the same as who uses the client.

import { API_NAMES, API_SCOPE, type ApiName, GRANTS, schemasOf } from './contract.ts'
import { EXAMPLES, SHOWN } from './examples.ts'

/** RFC 9457. */
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable: docs/refusals.md' },
    context: { type: 'object' },
  },
} as const

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const RESPONSES = {
  400: problem('the request has not the form that is asked for'),
  401: { description: 'no access token, or none that is good for this' },
  403: problem('the service is not registered for this, or the person has not agreed'),
  429: {
    ...problem('more requests in this minute than the service or its tenant may send'),
    headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'seconds' } },
  },
} as const

function pathItem(name: ApiName, summary: string) {
  const { input, output } = schemasOf(name)
  return {
    post: {
      operationId: name,
      summary,
      tags: [GRANTS[name]],
      security: [{ platform: [API_SCOPE] }],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: input, example: EXAMPLES[name](SHOWN) } },
      },
      responses: {
        200: { description: 'the answer', content: { 'application/json': { schema: output } } },
        ...RESPONSES,
      },
    },
  }
}

/** `summaries`: of each operation, from the contract. */
export const openApi = (issuer: string, summaries: Readonly<Record<ApiName, { readonly summary: string }>>) => ({
  openapi: '3.1.0',
  info: {
    title: 'Kazasu: what services ask of the verification platform',
    version: '1',
    description:
      'Logins are OpenID Connect, events the Shared Signals Framework: see their own metadata. Everything else is here. Bytes are base64url, times ISO 8601.',
  },
  servers: [{ url: `${issuer}/api` }],
  paths: Object.fromEntries(API_NAMES.map((name) => [`/${name}`, pathItem(name, summaries[name].summary)])),
  components: {
    schemas: { Problem: PROBLEM },
    securitySchemes: {
      platform: {
        type: 'oauth2',
        description: 'client credentials with private_key_jwt, RFC 7523 §2.2',
        flows: { clientCredentials: { tokenUrl: `${issuer}/token`, scopes: { [API_SCOPE]: 'ask the platform' } } },
      },
    },
  },
})
