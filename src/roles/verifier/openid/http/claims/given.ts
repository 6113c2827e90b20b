// What userinfo tells a service of a person: of what was asked, what the person gave on the phone, as J-LIS has it at this moment.
// Nothing of it is kept here, and none of it is ever in an ID token, which travels in addresses (`id_token_hint`).
// OpenID Identity Assurance Schema Definition 1.0 §5. Ours: docs/profile.md#claims-at-a-login.

import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { Refusal } from '../../../../../base/refusal.ts'
import { ageOfClaim, ageQuestionOf } from '../../../../../protocol/login/login-message.ts'
import { type ConfirmedFacts, confirmedFacts } from '../../../consents/facts.ts'
import { type Deps, type LoginRecord, startOf } from '../../../model.ts'
import { pairwiseSubject } from '../../../pairwise.ts'
import { FACT_CLAIMS, isFactClaim, requestIn, type VerifiedClaimsRequest } from './asked.ts'
import { fitting, MISFIT } from './fitting.ts'
import { loginOfGrant, mustBeFresh } from './grant.ts'

export type GivingDeps = Pick<Deps, 'store' | 'clock' | 'keys' | 'log' | 'party'>

/** As no list of trust frameworks names 公的個人認証, the name is ours. */
export const TRUST_FRAMEWORK = 'jp_jpki'
export const EVIDENCE = 'electronic_record'
export const RECORD = 'population_register'

/** The member `verified_claims` for this access token; undefined where there is nothing to tell. */
export async function verifiedClaims(deps: GivingDeps, ctx: KoaContextWithOIDC): Promise<unknown> {
  const wanted = requestIn(ctx.oidc.accessToken?.claims)
  const granted = loginOfGrant(ctx.oidc.entities.Grant?.jti)
  if (!wanted || !granted) return undefined
  mustBeFresh(ctx, granted.at, deps.clock())
  const login = await deps.store.login(granted.loginId)
  if (!login) return undefined
  try {
    const answer = told(wanted, await claimsOf(deps, login), deps.clock())
    await noted(deps, login, answer)
    return answer
  } catch (error) {
    if (!(error instanceof Refusal) || error.status < 500) throw error
    deps.log('verifier.claims.authority-away', { clientId: login.clientId, code: error.code })
    throw Object.assign(new errors.TemporarilyUnavailable('J-LIS cannot be asked now'), {
      status: 503,
      statusCode: 503,
    })
  }
}

type Values = Record<string, unknown>

/** For the person's own page, before the service has it: which facts and ages, and none of what was told of them. */
async function noted({ store, clock }: GivingDeps, { clientId, personId }: LoginRecord, answer: Told): Promise<void> {
  const items = Object.keys(answer?.claims ?? {}).map((claim) => (isFactClaim(claim) ? FACT_CLAIMS[claim] : claim))
  if (personId === null || items.length === 0) return
  await store.own.noteFacts(clientId, personId, items, clock())
}

type Told = { readonly verification: unknown; readonly claims: Values } | undefined

/** What can be told, each claim only where it fits what was demanded of it. */
function told(wanted: VerifiedClaimsRequest, values: Values, now: Date): Told {
  const claims = Object.fromEntries(
    Object.entries(values).filter(([claim, value]) => fitting(asWhole(wanted.claims[claim]), value, now) !== MISFIT),
  )
  if (Object.keys(claims).length === 0) return undefined
  const verification = fitting(wanted.verification, verificationOf(claims, now), now)
  return verification === MISFIT ? undefined : { verification, claims }
}

/** Members of an address cannot be asked for one by one. */
const asWhole = (how: unknown): unknown => how ?? null

const POLICY = '公的個人認証法'

function verificationOf(claims: Values, now: Date): Values {
  const time = now.toISOString()
  const how = [
    Object.keys(claims).some(isFactClaim) && '最新の利用者情報提供',
    Object.keys(claims).some((claim) => ageOfClaim(claim)) && '年齢判定',
  ].filter((one) => one !== false)
  const check = { check_method: 'data', organization: '地方公共団体情報システム機構 (J-LIS)', time }
  return {
    trust_framework: TRUST_FRAMEWORK,
    time,
    assurance_process: { policy: POLICY, procedure: how.join('・') },
    evidence: [
      {
        type: EVIDENCE,
        check_details: [check],
        record: { type: RECORD, source: { name: '住民基本台帳', country: 'JP' } },
      },
    ],
  }
}

async function claimsOf(deps: GivingDeps, login: LoginRecord): Promise<Values> {
  const facts = login.given.some(isFactClaim) ? await factsOf(deps, login) : undefined
  const values = await Promise.all(
    login.given.map(
      async (claim) => [claim, isFactClaim(claim) ? value(claim, facts) : await age(deps, login)] as const,
    ),
  )
  return Object.fromEntries(values.filter(([, one]) => one !== undefined))
}

async function factsOf(deps: GivingDeps, { clientId, personId }: LoginRecord): Promise<ConfirmedFacts | undefined> {
  const client = await deps.store.client(clientId)
  if (!client || personId === null || !deps.party) return undefined
  return confirmedFacts(deps, { clientId, subject: await pairwiseSubject(deps.keys, client, personId) })
}

/** JPKI says 3 for whatever is neither; OpenID Connect Core 1.0 §5.1 allows other words than these two. */
const GENDERS: Readonly<Record<string, string>> = { 1: 'male', 2: 'female', 3: 'other' }

function value(claim: keyof typeof FACT_CLAIMS, facts: ConfirmedFacts | undefined): unknown {
  const fact = facts?.[FACT_CLAIMS[claim]]
  if (fact === undefined) return undefined
  if (claim === 'address') return { formatted: fact, country: 'JP' }
  return claim === 'gender' ? GENDERS[fact] : fact
}

/** Yes or no of J-LIS, of which the platform keeps nothing; it answers one proof once, and no second time. */
async function age({ party, log }: GivingDeps, login: LoginRecord): Promise<boolean | undefined> {
  const question = party && ageQuestionOf(login, { party: party.name, at: startOf(login) })
  if (!question || login.ageProof === null) return undefined
  try {
    return (await party.authority.determineAge({ ...question, proof: login.ageProof })).reached
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error
    log('verifier.claims.no-age', { clientId: login.clientId, code: error.code })
    return undefined
  }
}
