// What others may do for a person at a service, in the form of the service: by kind of mandate, one act a line.

import type { VNode } from 'preact'
import type { Delegation } from '../../../../roles/verifier/contract.ts'
import { MANDATE_KINDS } from '../../../../roles/verifier/mandates/contract.ts'
import { areaField } from '../../components.ts'
import { details, p, summary } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'

type Kind = (typeof MANDATE_KINDS)[number]

/** Each line: the word of the service, then how a person reads it. */
export type EnteredActs = Readonly<Record<Kind, string>>

export const NO_ACTS: EnteredActs = { general: '', parent: '', representative: '', employee: '' }

export const enteredActs = (text: (name: string) => string): EnteredActs => ({
  general: text('general'),
  parent: text('parent'),
  representative: text('representative'),
  employee: text('employee'),
})

export function actsOf(delegation: Delegation | undefined): EnteredActs {
  const lines = (kind: Kind) =>
    delegation?.kinds.includes(kind)
      ? delegation.acts
          .filter(({ kinds }) => !kinds || kinds.includes(kind))
          .map(({ act, title }) => `${act} ${title}`)
          .join('\n')
      : ''
  return {
    ...{ general: lines('general'), parent: lines('parent') },
    ...{ representative: lines('representative'), employee: lines('employee') },
  }
}

/** Undefined where nobody acts for anybody; what has not the form is for the contract to refuse. */
export function delegationIn(entered: EnteredActs): Delegation | undefined {
  const acts = new Map<string, { act: string; title: string; kinds: Kind[] }>()
  for (const kind of MANDATE_KINDS)
    for (const { act, title } of linesIn(entered[kind])) {
      const known = acts.get(act)
      // One act has one title: the first one that was written.
      if (known) known.kinds.push(kind)
      else acts.set(act, { act, title, kinds: [kind] })
    }
  const all = [...acts.values()]
  return all.length > 0
    ? { kinds: MANDATE_KINDS.filter((kind) => all.some(({ kinds }) => kinds.includes(kind))), acts: all }
    : undefined
}

const linesIn = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [act = '', ...title] = line.split(/\s+/)
      return { act, title: title.join(' ') }
    })

export function delegationFields({ t }: Viewer, entered: EnteredActs, wrong = false): VNode {
  const field = (name: Kind, label: string) =>
    areaField({
      name,
      label,
      hint: t.developers.actsHint,
      value: entered[name],
      optional: true,
      ...(wrong && { error: t.developers.actsShape }),
    })
  return details(
    { class: 'practice', open: Object.values(entered).some((one) => one !== '') },
    summary({}, t.developers.delegation),
    p({}, t.developers.delegationLead),
    field('general', t.developers.generalActs),
    field('parent', t.developers.parentActs),
    field('representative', t.developers.representativeActs),
    field('employee', t.developers.employeeActs),
  )
}
