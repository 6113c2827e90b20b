// Who may sit at the desk of the platform, as its administrators say it: at once, and never nobody.

import { clerkRow, WRONG_PASSCODES } from '../../../protocol/clerks/clerks.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { type Part, zPart } from './contract.ts'
import { atDesk, reading } from './desk.ts'

const ADMINISTRATOR: Part = 'administrator'

export const deskClerks =
  (deps: Deps): Verifier['deskClerks'] =>
  async ({ session }) => {
    await reading(deps, session)
    const all = await deps.store.clerks.allClerks()
    return {
      clerks: all.map(({ clerk_id: clerkId, name, parts, wrong_passcodes }) => ({
        ...{ clerkId, name, parts: zPart.array().parse(parts.split(' ')), locked: wrong_passcodes >= WRONG_PASSCODES },
      })),
    }
  }

export const putClerk =
  (deps: Deps): Verifier['putClerk'] =>
  async ({ session, clerkId, name, parts, passcode }) => {
    const act = { act: 'putClerk', subject: clerkId, reason: parts.join(' ') }
    await atDesk(deps, session, ADMINISTRATOR, act, async () => {
      const row = passcode === undefined ? undefined : await clerkRow(deps, { clerkId, name, passcode, parts })
      if (parts.includes(ADMINISTRATOR)) return put(deps.store.clerks)
      await notLast(deps, clerkId, put)

      async function put(store: Pick<Deps['store']['clerks'], 'saveClerk' | 'changeClerk'>): Promise<void> {
        if (row) await store.saveClerk(row)
        else if (!(await store.changeClerk(clerkId, { name, parts: parts.join(' ') }))) throw no.passcodeNeeded()
      }
    })
    return {}
  }

export const takeClerkAway =
  (deps: Deps): Verifier['takeClerkAway'] =>
  async ({ session, clerkId }) => {
    await atDesk(deps, session, ADMINISTRATOR, { act: 'takeClerkAway', subject: clerkId }, () =>
      notLast(deps, clerkId, async (store) => {
        if (!(await store.removeClerk(clerkId))) throw no.unknownClerk()
      }),
    )
    return {}
  }

type Work = Parameters<Deps['store']['clerks']['unlessLast']>[2]

async function notLast({ store }: Deps, clerkId: string, work: Work): Promise<void> {
  if (!(await store.clerks.unlessLast(ADMINISTRATOR, clerkId, work))) throw no.lastAdministrator()
}
