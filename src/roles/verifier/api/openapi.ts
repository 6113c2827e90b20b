// The API as OpenAPI 3.1, made from the contracts: who integrates by a generator or by curl reads the same as who uses the client.

import { zDecision, zEvaluation, zEvaluations } from '../mandates/contract.ts'
import { API_NAMES, API_SCOPE, type ApiName, GRANTS, schemaOf, schemasOf } from './contract.ts'
import type { DecisionName } from './decisions.ts'
import { EXAMPLES, SHOWN } from './examples.ts'
import { STREAM_SHOWN, type StreamOperation, streamOperations } from './streams.ts'

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
  404: problem('what was asked about is not there, or is not for this service'),
  409: problem('it is not as it must be for this: it is over, or was done already'),
  429: {
    ...problem('more requests in this minute than the service or its tenant may send'),
    headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'seconds' } },
  },
  default: problem('a refusal: each code with its status is in docs/refusals.md'),
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

/** Not below `/api`: the Authorization API has its own paths. */
const decisions = (issuer: string) => ({
  '/access/v1/evaluation': decision(issuer, 'evaluation', 'whether a customer may act for another here, now', ONE, {
    ...schemaOf(zDecision),
  }),
  '/access/v1/evaluations': decision(
    issuer,
    'evaluations',
    'the same, several at once',
    { ...ONE, evaluations: [{}] },
    {
      type: 'object',
      properties: { evaluations: { type: 'array', items: schemaOf(zDecision) } },
    },
  ),
})

const ONE = {
  subject: { type: 'person', id: SHOWN.subject },
  action: { name: 'records.read' },
  resource: { type: 'person', id: SHOWN.subject },
}

const INPUTS = { evaluation: zEvaluation, evaluations: zEvaluations } as const

const decision = (issuer: string, name: DecisionName, summary: string, example: object, schema: object) => ({
  servers: [{ url: issuer }],
  post: {
    operationId: name,
    summary,
    tags: ['delegation'],
    security: [{ platform: [API_SCOPE] }],
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(INPUTS[name]), example } } },
    responses: {
      200: { description: 'the decision', content: { 'application/json': { schema } } },
      ...RESPONSES,
      400: {
        description: 'the request has not the form',
        content: { 'application/json': { schema: { type: 'string' } } },
      },
    },
  },
})

/** Each path with its methods, in the order in which they are made. */
function streams(issuer: string): Record<string, object> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { path, method, ...operation } of streamOperations(issuer, SHOWN.subject)) {
    paths[path] ??= { servers: [{ url: issuer }] }
    paths[path][method] = streamItem(operation)
  }
  return paths
}

function streamItem({
  name,
  summary,
  scope,
  status,
  input,
  output,
  streamIn,
  optional,
}: Omit<StreamOperation, 'path' | 'method'>) {
  const parameter = {
    name: 'stream_id',
    in: streamIn,
    required: !optional,
    schema: { type: 'string' },
    example: STREAM_SHOWN,
  }
  const json = (schema: object) => ({ 'application/json': schema })
  return {
    operationId: name,
    summary,
    tags: ['events'],
    security: [{ platform: [scope] }],
    ...(streamIn && { parameters: [parameter] }),
    ...(input && {
      requestBody: { required: true, content: json({ schema: schemaOf(input.type), example: input.example }) },
    }),
    responses: {
      [status]: { description: 'done', ...(output && { content: json({ schema: schemaOf(output) }) }) },
      ...RESPONSES,
    },
  }
}

const SCOPES = {
  [API_SCOPE]: 'ask the platform',
  'ssf.read': 'read the stream of events',
  'ssf.manage': 'manage it',
}

/** SSF 1.0 §7.2: before the path of the issuer. */
const signals = (issuer: string): string => {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/ssf-configuration${pathname}`
}

/** `summaries`: of each operation, from the contract. */
export const openApi = (issuer: string, summaries: Readonly<Record<ApiName, { readonly summary: string }>>) => ({
  openapi: '3.1.0',
  info: {
    title: 'Kazasu: what services ask of the verification platform',
    version: '1',
    description: `Logins are OpenID Connect: ${issuer}/.well-known/openid-configuration says where its endpoints are. Events are the Shared Signals Framework: ${signals(issuer)} does. Everything else is here. Bytes are base64url, times ISO 8601.`,
  },
  servers: [{ url: `${issuer}/api` }],
  paths: {
    ...Object.fromEntries(API_NAMES.map((name) => [`/${name}`, pathItem(name, summaries[name].summary)])),
    ...decisions(issuer),
    ...streams(issuer),
  },
  components: {
    schemas: { Problem: PROBLEM },
    securitySchemes: {
      platform: {
        type: 'oauth2',
        description: 'client credentials with private_key_jwt, RFC 7523 §2.2',
        flows: { clientCredentials: { tokenUrl: `${issuer}/token`, scopes: SCOPES } },
      },
    },
  },
})
