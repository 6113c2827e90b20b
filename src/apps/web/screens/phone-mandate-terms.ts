// What the screens of letting somebody act have in common: every line of what is signed, and the PIN under it.

import type { VNode } from 'preact'
import type { Phone } from '../../../roles/phone/contract.ts'
import { ofChild } from '../../../roles/verifier/mandates/model.ts'
import { buttonLink, hidden, notice, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { MANDATE_KIND_TEXTS } from '../messages-mandates.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, li, strong, ul } from '../tags.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'

type Mandate = Awaited<ReturnType<Phone['ownMandates']>>['mandates'][number]
export type Shown = Pick<Mandate, 'kind' | 'principalCalled' | 'delegateCalled' | 'purpose' | 'scope' | 'until'>

export const path = ({ citizen }: At, rest = ''): string => phonePath(citizen, `/mandates${rest}`)
export const pinOf = ({ viewer: { t } }: At, trouble: Trouble | null) => phonePin(t, trouble)

interface Ending {
  /** Where the answer goes. */
  readonly to: string
  /** Of what ends: its name in the form, and its value. */
  readonly of: readonly [name: string, id: string]
  readonly decision: string
  readonly text: string
  readonly yes: string
  /** Where who keeps it goes. */
  readonly back: string
}

/** Before something ends: what that means, the PIN, and the way back. */
export const endQuestion = (at: At, trouble: Trouble | null, { to, of, decision, text, yes, back }: Ending): VNode =>
  div(
    {},
    notice('warning', text),
    post(to, hidden(...of), pinOf(at, trouble), submit(yes, 'danger', 'decision', decision)),
    buttonLink(back, at.viewer.t.mandates.keep, 'secondary'),
  )

/** Not what the law gives a parent or guardian, by the child. */
export const mayEnd = ({ kind, as, state }: Pick<Mandate, 'kind' | 'as' | 'state'>): boolean =>
  (state === 'offered' || state === 'standing') && !(as === 'principal' && ofChild(kind))

/** What comes of an act on the phone, or why there is none. */
export async function tried<T>(
  act: () => Promise<T>,
): Promise<{ readonly value?: T; readonly refused: Trouble | null }> {
  const found: T[] = []
  const refused = await attempt(async () => {
    found.push(await act())
  })
  return { ...(found.length > 0 && { value: found[0]! }), refused }
}

/** Every line of what is signed. */
export function terms(
  at: At,
  { kind, principalCalled, delegateCalled, purpose, scope, until }: Shown,
  ...more: Parameters<typeof rows>
): VNode {
  const { t, language, format } = at.viewer
  const acts = scope.map(({ clientName, acts: its }) =>
    li(
      {},
      strong({}, inLanguage(clientName, language)),
      ul({}, ...its.map(({ title }) => li({}, inLanguage(title, language)))),
    ),
  )
  return rows(
    [t.mandates.principal, principalCalled],
    [t.mandates.delegate, delegateCalled],
    [t.mandates.kind, MANDATE_KIND_TEXTS[kind][language]],
    [t.mandates.purpose, purpose],
    [t.mandates.services, ul({}, ...acts)],
    [t.mandates.until, format.day(until)],
    ...more,
  )
}
