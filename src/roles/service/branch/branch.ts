// Who has checked in at a branch. A session of this kind has a state of its own, so that all that asks for a login refuses it.

import { clerksOf } from '../../../protocol/clerks/clerks.ts'
import type { Service } from '../contract.ts'
import { type Deps, SESSION_SECONDS } from '../model.ts'
import { no } from '../refusals.ts'
import type { branchOperations } from './contract.ts'

const { signedIn } = clerksOf<'telephone'>('service', no)

export const branch = (deps: Deps): Pick<Service, keyof typeof branchOperations> => ({
  checkedIn: async ({ session }) => {
    const { store, clock } = deps
    const { state, subject, expiresAt } = (await store.liveSession(session, clock())) ?? {}
    if (state !== 'checkedIn' || !subject || !expiresAt) return { displayName: null, until: null }
    return { displayName: (await store.customerOfSubject(subject))?.displayName ?? null, until: expiresAt }
  },
  arrivals: async ({ session }) => {
    await signedIn(deps, session, 'telephone')
    const found = await deps.store.checkedIn(deps.clock())
    const since = (expiresAt: Date) => new Date(expiresAt.getTime() - SESSION_SECONDS.checkedIn * 1000)
    return { arrivals: found.map(({ expiresAt, ...who }) => ({ ...who, since: since(expiresAt) })) }
  },
})
