// A refusal as a message: what it means, what to do, how many tries are left, and small the code for enquiries.

import type { VNode } from 'preact'
import { Refusal, type RefusalDetail } from '../../base/refusal.ts'
import type { Verdict } from '../../base/verdict.ts'
import { notice, TROUBLE } from './components.ts'
import { ineligible } from './ineligible-texts.ts'
import { refusalText } from './refusal-texts.ts'
import { code, div, p, small } from './tags.ts'
import type { Viewer } from './viewer.ts'

/** What a form can come back with: a refusal of a role, or a sentence about what was entered. */
export type Trouble = Refusal | string

/** Where a page that comes back begins: for who hears it, and for who sees only a part of it. */
export const troubleNotice = (viewer: Viewer, trouble: Trouble): VNode =>
  div(
    { id: TROUBLE, tabIndex: -1, autofocus: true },
    typeof trouble === 'string'
      ? notice('error', viewer.t.page.needsInput, p({}, trouble))
      : refusalNotice(viewer, trouble.code, trouble.detail),
  )

export function refusalNotice({ t, say }: Viewer, refusal: string, detail: RefusalDetail = {}): VNode {
  const { triesLeft } = detail
  const again = typeof triesLeft === 'number' && triesLeft > 0
  return notice(
    'error',
    again ? t.page.needsInput : t.page.refusedTitle,
    p({}, say(refusalText(refusal))),
    ...ineligible(detail).map((words) => p({}, say(words))),
    again ? p({}, t.page.triesLeft(triesLeft)) : null,
    p({ class: 'reference' }, small({}, `${t.page.reference}: `, code({}, refusal))),
  )
}

/** Nothing is wrong with what was answered: it could not be checked, and what was asked still waits. */
export const unchecked = ({ outcome }: Verdict): Refusal | null =>
  outcome === 'indeterminate' ? new Refusal('verifier/statusUnknown', 503, 'the answer could not be checked') : null

/** Whether what was entered is to be corrected: a sentence about it, or something that did not match (WCAG 2.2 §3.3.1). */
export const isOfEntry = (trouble: Trouble | null): boolean =>
  typeof trouble === 'string' || (trouble !== null && /\/(wrong[A-Z]|nobodyHasThese$|unknown)/.test(trouble.code))

export const statusOf = (trouble: Trouble): number => (typeof trouble === 'string' ? 422 : trouble.status)

/** Runs an act of a person; an expected "no" comes back as a value, a bug goes on. */
export async function attempt(act: () => Promise<unknown>): Promise<Refusal | null> {
  try {
    await act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
