// What the certificate was used for on this phone: kept here for its owner and told to nobody. Who asked is noted as it was
// shown; no fact, no PIN, no serial number, nothing of what was signed. Seed 4 (5)④.

import type { Clock } from '../../base/ports.ts'
import type { Verdict } from '../../base/verdict.ts'
import type { Phone } from './contract.ts'
import type { PhoneStore, UseRow } from './store.ts'

interface Deps {
  readonly name: string
  readonly clock: Clock
  readonly store: PhoneStore
}

/** Called by a verb once something has come of it. One that throws was no use: its owner tries again. */
export type NoteUse = (kind: UseRow['kind'], who: string, outcome: UseRow['outcome']) => Promise<void>

export const noting =
  ({ name, clock, store }: Deps): NoteUse =>
  (kind, who, outcome) =>
    store.noteUse({ phone: name, at: clock(), kind, who, outcome })

/** What a verdict over the holder's signature means for the holder. */
export const outcomeOf = ({ outcome }: Verdict): UseRow['outcome'] => (outcome === 'passed' ? 'done' : 'refused')

export const usesVerbs = ({ name, store }: Pick<Deps, 'name' | 'store'>): Pick<Phone, 'uses' | 'forgetUses'> => ({
  uses: async () => ({
    uses: (await store.uses(name)).map(({ at, kind, who, outcome }) => ({ at, kind, who: who || null, outcome })),
  }),
  forgetUses: async () => {
    await store.forgetUses(name)
    return {}
  },
})
