// The acts of the desk, each written down with the clerk and the reason, also when it is refused.

import { Refusal } from '../../../base/refusal.ts'
import { clerksOf } from '../../../protocol/clerks/clerks.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { TERMS, type Term, type TermName } from '../retention/terms.ts'
import type { Part } from './contract.ts'

export const { operations: clerks, signedIn } = clerksOf<Part>('verifier', no)

const SHOWN = 100
const THIRTY_DAYS_MS = 30 * 24 * 3_600_000

interface Act {
  readonly act: string
  readonly subject: string
  readonly reason?: string
}

async function atDesk(
  deps: Deps,
  session: string,
  { reason = '', ...act }: Act,
  work: (clerk: string) => Promise<void>,
): Promise<Record<never, never>> {
  const { clerkId: clerk } = await signedIn(deps, session, 'operator')
  const note = (refusal: string | null) =>
    deps.store.operator.addAct({ ...act, reason, clerk, at: deps.clock(), refusal })
  try {
    await work(clerk)
  } catch (error) {
    if (error instanceof Refusal) await note(error.code)
    throw error
  }
  await note(null)
  await asEvidence(deps, { ...act, reason }, clerk)
  deps.log('verifier.desk', { act: act.act, subject: act.subject, clerk })
  return {}
}

/** What was done about a tenant or a service is in its evidence; of dead letters, what became of them. */
async function asEvidence({ store, clock }: Deps, { subject, ...act }: Act, clerk: string): Promise<void> {
  const record = { kind: 'operator', ...act, subject, clerk }
  if (await store.operator.isTenant(subject)) await store.evidence.keepOf(subject, clock(), record)
  else if (await store.operator.isOwner(subject)) await store.evidence.keep(subject, clock(), record)
}

/** Whoever is signed in, with either part: reading is not written down. */
const reading = (deps: Deps, session: string) => signedIn(deps, session)

export const runTenants =
  (deps: Deps): Verifier['runTenants'] =>
  async ({ session }) => {
    await reading(deps, session)
    const { tenants, services, measures } = await deps.store.operator.runTenants()
    const on = (of: string) =>
      measures.filter(({ owner }) => owner === of).map(({ owner: _, ...measure }) => ({ ...measure }))
    return {
      tenants: tenants.map(
        ({ tenant_id: tenantId, name, opened_at: openedAt, per_minute: perMinute, administrators }) => ({
          ...{ tenantId, name, openedAt, perMinute, administrators: Number(administrators), measures: on(tenantId) },
          services: services
            .filter(({ tenant_id }) => tenant_id === tenantId)
            .map(({ client_id: clientId, per_minute, ...one }) => ({
              ...{ clientId, name: one.name, perMinute: per_minute, measures: on(clientId) },
            })),
        }),
      ),
    }
  }

export const setQuota =
  (deps: Deps): Verifier['setQuota'] =>
  ({ session, tenantId, clientId, perMinute }) =>
    atDesk(
      deps,
      session,
      { act: 'quota', subject: clientId ?? tenantId, reason: String(perMinute ?? '') },
      async () => {
        // A tenant always has one.
        const known =
          (clientId !== undefined || perMinute !== null) &&
          (await deps.store.services.setQuota(tenantId, clientId, perMinute))
        if (!known) throw no.notOwnService()
      },
    )

async function known({ store }: Deps, owner: string): Promise<void> {
  if (!(await store.operator.isOwner(owner))) throw no.notOwnService()
}

export const suspend =
  (deps: Deps): Verifier['suspend'] =>
  ({ session, owner, reason }) =>
    atDesk(deps, session, { act: 'suspend', subject: owner, reason }, async (clerk) => {
      await known(deps, owner)
      const now = deps.clock()
      // First the measure, so that nothing new begins while what runs is ended.
      await deps.store.operator.measure(owner, 'suspended', reason, clerk, now)
      await deps.store.operator.endRunning(owner, now)
    })

export const resume =
  (deps: Deps): Verifier['resume'] =>
  ({ session, owner }) =>
    atDesk(deps, session, { act: 'resume', subject: owner }, async () => {
      await known(deps, owner)
      await deps.store.operator.unmeasure(owner, 'suspended')
    })

export const hold =
  (deps: Deps): Verifier['hold'] =>
  ({ session, tenantId, reason }) =>
    atDesk(deps, session, { act: 'hold', subject: tenantId, reason }, async (clerk) => {
      await known(deps, tenantId)
      await deps.store.operator.measure(tenantId, 'held', reason, clerk, deps.clock())
    })

export const liftHold =
  (deps: Deps): Verifier['liftHold'] =>
  ({ session, tenantId }) =>
    atDesk(deps, session, { act: 'liftHold', subject: tenantId }, async () => {
      await known(deps, tenantId)
      await deps.store.operator.unmeasure(tenantId, 'held')
    })

export const dropLetter =
  (deps: Deps): Verifier['dropLetter'] =>
  ({ session, jti, reason }) =>
    atDesk(deps, session, { act: 'drop', subject: jti, reason }, async () => {
      if (!(await deps.store.events.drop(jti, reason, deps.clock()))) throw no.noDeadLetter()
    })

export const reviveLetter =
  (deps: Deps): Verifier['reviveLetter'] =>
  ({ session, jti }) =>
    atDesk(deps, session, { act: 'revive', subject: jti }, async () => {
      if (!(await deps.store.events.revive(jti, deps.clock()))) throw no.noDeadLetter()
    })

export const platformActs =
  (deps: Deps): Verifier['platformActs'] =>
  async ({ session }) => {
    await reading(deps, session)
    return { acts: await deps.store.operator.acts(SHOWN) }
  }

export const retention =
  (deps: Deps): Verifier['retention'] =>
  async ({ session }) => {
    await reading(deps, session)
    const gone = await deps.store.retention.forgotten(new Date(deps.clock().getTime() - THIRTY_DAYS_MS))
    const counts = new Map(gone.map(({ kind, count }) => [kind, count]))
    return {
      kinds: (Object.entries(TERMS) as [TermName, Term][]).map(([kind, { table, keptMs, ground }]) => ({
        ...{ kind, table, keptMs, ground, forgotten: counts.get(kind) ?? 0 },
      })),
    }
  }
