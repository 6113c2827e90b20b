// The watch over the signature certificates of all who agreed: fed by the authority's changes, each taken once and in order, also
// after days away; the chain of certificates is followed. THAT facts changed is told, never what. Seed 2 pattern 2-2.

import { hex } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { Authority } from '../../authority/contract.ts'
import { type ConsentRecord, partyOf } from '../consents/model.ts'
import { giveUp } from '../consents/own-page.ts'
import { standing } from '../consents/standing.ts'
import type { Verifier } from '../contract.ts'
import type { NewEvent } from '../events/store.ts'
import { isRecent } from '../kept-status/store.ts'
import type { Deps } from '../model.ts'

const PAGE = 1000
/** Certificates are looked at each day although nothing was told of them. */
const DAY_MS = 24 * 3_600_000
const LOOK_SOON_MS = 10_000
const LOOK_LATE_MS = 6 * 3_600_000

type Reason = NonNullable<Awaited<ReturnType<Authority['status']>>['reason']>

export const followChanges =
  (deps: Deps): Verifier['followChanges'] =>
  async () => {
    let taken = 0
    let told = 0
    for (;;) {
      const page = await takePage(deps)
      if (page === 'end') break
      if (page === 'taken by another') continue
      taken += page.taken
      told += page.told
    }
    for (;;) {
      const looked = await lookAtDue(deps)
      if (!looked) break
      told += looked.told
    }
    await giveUp(deps)
    if (told > 0) deps.log('verifier.watch', { taken, told })
    return { taken, told }
  }

const newJti =
  ({ entropy }: Deps) =>
  () =>
    hex(entropy(16))

async function takePage(deps: Deps): Promise<{ taken: number; told: number } | 'end' | 'taken by another'> {
  const { store, clock } = deps
  const after = await store.watch.cursor()
  const { changes } = await partyOf(deps).authority.statusChanges({ after, limit: PAGE })
  const last = changes.at(-1)
  if (!last) return 'end'
  // Before the page is taken: none of them is missed by who asks for a status of before.
  const revoked = changes.filter(({ status, at }) => status !== 'valid' && isRecent(at, clock()))
  await store.keptStatus.revoked(revoked, clock())
  const endings = new Map(
    changes
      .filter(({ kind, status }) => kind === 'sign' && status !== 'valid')
      .map(({ serial, at, reason }) => [serial, { at, reason }] as const),
  )
  const consents = await standing(deps, await store.watch.watched([...endings.keys()], clock()))
  const news = (consent: ConsentRecord) => {
    const { at, reason } = endings.get(consent.serial)!
    return newsOfEnd(consent, at, reason)
  }
  const told = await store.watch.take({ after, to: last.sequence }, consents, news, clock(), newJti(deps))
  return told === undefined ? 'taken by another' : { taken: changes.length, told }
}

/** A certificate that ended because of the register says that facts changed; any other end says that it ended. */
function newsOfEnd(consent: ConsentRecord, at: Date, reason: Reason | undefined): NewEvent[] {
  const ended = event(consent, at, 'credentialChange', { credential_type: 'x509', change_type: 'revoke' })
  return reason === 'affiliationChanged' ? [event(consent, at, 'factsChanged'), ended] : [ended]
}

const newsOfSuccessor =
  (at: Date) =>
  (consent: ConsentRecord): NewEvent[] => [
    event(consent, at, 'credentialChange', { credential_type: 'x509', change_type: 'create' }),
    event(consent, at, 'factsAvailable'),
  ]

const event = (
  { clientId, subject, consentId, until }: ConsentRecord,
  at: Date,
  type: NewEvent['type'],
  claims: Record<string, unknown> = {},
): NewEvent => ({ clientId, subject, consentId, until, at, type, claims })

interface Looked {
  readonly consents: (ConsentRecord & { readonly changedAt: Date | null })[]
  readonly serial: bigint
  readonly state: ConsentRecord['state']
}

/** Those under one certificate are one question to the authority; undefined when nothing is due. */
async function lookAtDue(deps: Deps): Promise<{ told: number } | undefined> {
  const { store, clock } = deps
  const due = await store.watch.due(clock(), PAGE)
  if (due.length === 0) return undefined
  const stands = new Set((await standing(deps, due)).map(({ consentId }) => consentId))
  const groups = new Map<string, Looked>()
  for (const one of due.filter(({ consentId }) => stands.has(consentId))) {
    const { serial, state } = one
    const group = groups.get(`${serial} ${state}`) ?? { consents: [], serial, state }
    group.consents.push(one)
    groups.set(`${serial} ${state}`, group)
  }
  let told = 0
  for (const group of groups.values()) told += await looked(deps, group)
  return { told }
}

/** One certificate of which the authority will not speak must not keep it from speaking of others. */
async function looked(deps: Deps, group: Looked): Promise<number> {
  try {
    return await (group.state === 'watching' ? lookAtWatched(deps, group) : lookForSuccessor(deps, group))
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500) throw error
    deps.log('verifier.watch.refused', { code: error.code })
    await deps.store.watch.lookAgain(idsOf(group), inMs(deps.clock(), LOOK_LATE_MS))
    return 0
  }
}

const idsOf = ({ consents }: Looked) => consents.map(({ consentId }) => consentId)
const inMs = (now: Date, ms: number) => new Date(now.getTime() + ms)

/** What ended between the consent and our first look at the changes is found here. */
async function lookAtWatched(deps: Deps, group: Looked): Promise<number> {
  const { store, authority, clock } = deps
  const { status, reason, revokedAt } = await authority.status({ kind: 'sign', serial: group.serial })
  const now = clock()
  await store.watch.lookAgain(idsOf(group), inMs(now, DAY_MS))
  if (status === 'valid') return 0
  const expired = status === 'expired'
  const news = (consent: ConsentRecord) => (expired ? [] : newsOfEnd(consent, revokedAt ?? now, reason))
  return store.watch.ended(group.consents, news, now, newJti(deps))
}

async function lookForSuccessor(deps: Deps, group: Looked): Promise<number> {
  const { store, authority, clock } = deps
  const { serials } = await authority.chain({ kind: 'sign', serial: group.serial, asker: 'verifier' })
  const now = clock()
  const [lastChange] = group.consents.map(({ changedAt }) => changedAt?.getTime() ?? 0).sort((a, b) => b - a)
  const later = Math.min(LOOK_LATE_MS, Math.max(LOOK_SOON_MS, (now.getTime() - lastChange!) / 10))
  await store.watch.lookAgain(idsOf(group), inMs(now, later))
  const newest = serials.at(-1)!
  if (newest === group.serial) return 0
  const { status } = await authority.status({ kind: 'sign', serial: newest })
  if (status === 'unknown') return 0
  const news = status === 'valid' ? newsOfSuccessor(now) : undefined
  return store.watch.succeeded(group.consents, newest, news, now, newJti(deps))
}
