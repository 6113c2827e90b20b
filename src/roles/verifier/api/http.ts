// The API on the network: `POST <issuer>/api/<operation>` with an access token of the OpenID provider, and its description. Each
// request counts towards the quota of the service, and leaves a line in its log.

import { AsyncLocalStorage } from 'node:async_hooks'
import { problemResponse, roleRoutes } from '../../../adapters/http/index.ts'
import type { Implementation } from '../../../base/contract.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { Client, Verifier } from '../contract.ts'
import { documentRecord } from '../evidence/records.ts'
import type { StandingDeps } from '../mandates/standing.ts'
import type { Deps } from '../model.ts'
import { type AskerOf, presentedWith } from '../openid/http/asker.ts'
import { no } from '../refusals.ts'
import { spend } from '../services/quota.ts'
import { API_NAMES, API_SCOPE, type ApiName, apiContract, GRANTS, named } from './contract.ts'
import { type DecisionName, decided, decisionAt, decisionMetadata, decisionMetadataPath } from './decisions.ts'
import { openApi } from './openapi.ts'

export interface ApiOptions extends StandingDeps, Pick<Deps, 'log'> {
  readonly issuer: string
  readonly verifier: Verifier
  /** Which service asks, when its access token is good for this scope. */
  readonly askerOf: AskerOf
}

type Asked = ApiName | DecisionName

/** Documents, and a hundred of them at once. */
const BODY_LIMIT = 32 * 1024 * 1024

/** Paths from the root of the issuer's host: `/verifier/openapi.json`, below `/verifier/api/`, and what says where decisions are. */
export function serviceApi(options: ApiOptions): { fetch(request: Request): Promise<Response> } {
  const path = new URL(options.issuer).pathname.replace(/\/$/, '')
  const described = openApi(options.issuer, apiContract.operations)
  const asking = new AsyncLocalStorage<string>()
  const routes = roleRoutes(apiContract, inNameOf(options, asking), { bodyLimit: BODY_LIMIT, log: options.log })
  const ask: Ask = (clientId, request) => asking.run(clientId, async () => routes.fetch(request))
  return {
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === `${path}/openapi.json`) return Response.json(described)
      if (pathname === decisionMetadataPath(path)) return Response.json(decisionMetadata(options.issuer))
      const name = API_NAMES.find((one) => pathname === `${path}/api/${one}`) ?? decisionAt(path, pathname)
      if (!name) return new Response(null, { status: 404 })
      // RFC 9110 §15.5.6.
      if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } })
      return asked(options, name, request, ask)
    },
  }
}

/** With the routes, which are made once; the operations learn from the run whose request it is. */
type Ask = (clientId: string, request: Request) => Promise<Response>

async function asked(options: ApiOptions, name: Asked, request: Request, ask: Ask): Promise<Response> {
  const asker = await options.askerOf(presentedWith(request), API_SCOPE)
  if (!('clientId' in asker)) {
    const headers = { 'www-authenticate': asker.challenge, 'cache-control': 'no-store' }
    return new Response(null, { status: asker.status, headers })
  }
  const { clientId } = asker
  const begun = performance.now()
  const response = await admitted(options, name, clientId, request, ask)
  await note(options, name, clientId, response, Math.round(performance.now() - begun))
  return response
}

async function admitted(
  options: ApiOptions,
  name: Asked,
  clientId: string,
  request: Request,
  ask: Ask,
): Promise<Response> {
  try {
    const client = await options.store.client(clientId)
    if (!client) throw no.unknownClient()
    if (!mayAsk(client, name)) throw no.notRegisteredFor({ operation: name })
    await spend(options, clientId)
    if (isDecision(name)) return await decided(options, client, name, request)
  } catch (error) {
    if (error instanceof Refusal) return problemResponse(error)
    throw error
  }
  return ask(clientId, new Request(new URL(`/${name}`, request.url), request))
}

const isDecision = (name: Asked): name is DecisionName => !(name in GRANTS)

/** Who may act for whom is asked by services that let people act for others, and by no others. */
const mayAsk = (client: Client, name: Asked): boolean =>
  isDecision(name) ? client.delegation !== undefined : !client.mayAsk || client.mayAsk.includes(GRANTS[name])

type Operations = Record<ApiName, (input: object) => Promise<unknown>>

/** What asks about another's request is told that there is none. */
function inNameOf(options: ApiOptions, asking: AsyncLocalStorage<string>): Implementation<typeof apiContract> {
  const all = options.verifier as unknown as Operations
  const acting = API_NAMES.map((name) => [
    name,
    async (input: object) => {
      const clientId = asking.getStore()!
      const answer = await all[name](named(name).clientId ? { ...input, clientId } : input)
      for (const report of reportsIn(answer))
        await options.store.evidence.keep(clientId, options.clock(), documentRecord(name, report))
      const { onBehalfOf, asker = onBehalfOf } = answer as { onBehalfOf?: Asker; asker?: Asker }
      if (asker && asker.clientId !== clientId) throw no.unknownQuestion()
      return answer
    },
  ])
  return Object.fromEntries(acting)
}

interface Asker {
  readonly clientId: string
}

type Report = Parameters<typeof documentRecord>[1]

/** Of the documents that were judged. */
function reportsIn(answer: unknown): Report[] {
  const { report, answers = [] } = answer as { report?: Report; answers?: { report: Report }[] }
  return [...(report ? [report] : []), ...answers.map((one) => one.report)]
}

async function note({ store, clock }: ApiOptions, what: Asked, clientId: string, response: Response, tookMs: number) {
  const outcome = response.ok ? 'ok' : 'failed'
  const reason = response.ok ? '' : ((await response.clone().json()) as { code?: string }).code
  await store.services.note({
    clientId,
    at: clock(),
    what,
    outcome,
    reason: reason ?? `HTTP ${response.status}`,
    tookMs,
  })
}
