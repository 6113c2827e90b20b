// How a clerk finds a resident: by name, date of birth, or both.

import type { VNode } from 'preact'
import type { Resident } from '../../../roles/resident-register/contract.ts'
import { dateIn } from '../birth-date.ts'
import { panel, textField } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { type Child, p } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { ClerkAt } from './counter-page.ts'

export const searchFields = ({ t }: Viewer): VNode[] => [
  textField({ name: 'name', label: t.counter.name, optional: true }),
  textField({ name: 'birthDate', label: t.counter.birthDate, hint: t.counter.birthDateHint, optional: true }),
]

interface Searched {
  readonly list: VNode | null
  readonly trouble: Trouble | null
  readonly wrong?: Wrong
}

/** `show`: of those found, who are somebody. */
export async function searched(
  at: ClerkAt,
  entered: { readonly name?: string; readonly birthDate?: string },
  show: (found: readonly Resident[]) => Child,
  isMeant: (resident: Resident) => boolean = () => true,
): Promise<Searched> {
  const { t } = at.viewer
  const name = entered.name?.trim()
  const birthDate = dateIn(entered.birthDate ?? '')
  if (entered.birthDate?.trim() && !birthDate)
    return { list: null, trouble: t.counter.shape, wrong: { birthDate: t.desk.dateShape } }
  let list: VNode | null = null
  const trouble = await attempt(async () => {
    const asked = { session: at.session, ...(name && { name }), ...(birthDate && { birthDate }) }
    const { found, more } = await at.world.counter.search(asked)
    const meant = found.filter(isMeant)
    list = panel(
      t.counter.found,
      meant.length === 0 ? p({}, t.counter.nobody) : show(meant),
      more ? p({}, t.counter.more) : null,
    )
  })
  return { list, trouble }
}
