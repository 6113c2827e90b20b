// A verdict for people: each check in plain words with its outcome, and with its clause for those who want it.

import type { VNode } from 'preact'
import type { Outcome, Verdict } from '../../base/verdict.ts'
import { checkText } from './check-texts.ts'
import { icon } from './icons.ts'
import { code, details, div, li, p, span, strong, summary, ul } from './tags.ts'
import type { Viewer } from './viewer.ts'

const ICONS = { passed: 'passed', failed: 'failed', indeterminate: 'unknown' } as const satisfies Record<
  Outcome,
  string
>

type CheckLine = Verdict['checks'][number]

/** Checks without words of ours are shown as they are named, in English. */
const nameOf = ({ language }: Viewer, { name }: CheckLine): VNode => {
  const words = checkText(name)
  return words ? span({}, words[language]) : span({ lang: 'en' }, name)
}

const outcomeOf = ({ t }: Viewer, outcome: Outcome): string =>
  ({ passed: t.page.passed, failed: t.page.failedCheck, indeterminate: t.page.indeterminate })[outcome]

/** Why not, without clauses. What could not be known is told only when nothing failed: it follows from what did. */
export function failures(viewer: Viewer, verdict: Verdict): VNode {
  const failed = verdict.checks.filter(({ outcome }) => outcome === 'failed')
  const open = verdict.checks.filter(({ outcome }) => outcome === 'indeterminate')
  const reasons = (failed.length > 0 ? failed : open).map((check) => reason(viewer, check))
  return ul({ class: 'failures' }, ...reasons.map((text) => li({}, icon('failed'), text)))
}

function reason(viewer: Viewer, check: CheckLine): VNode {
  const not = check.outcome === 'failed' ? checkText(check.name)?.not : undefined
  if (not) return span({}, not[viewer.language])
  return span({}, nameOf(viewer, check), ` … ${outcomeOf(viewer, check.outcome)}`)
}

export const allChecks = (viewer: Viewer, verdict: Verdict): VNode =>
  details(
    { class: 'checks' },
    summary({}, viewer.t.page.checksSummary(verdict.checks.length)),
    ul(
      {},
      ...verdict.checks.map((check) =>
        li(
          { class: `check-${check.outcome}` },
          icon(ICONS[check.outcome]),
          div(
            {},
            strong({}, outcomeOf(viewer, check.outcome)),
            ' ',
            nameOf(viewer, check),
            p({ class: 'evidence', lang: 'en' }, check.evidence, ' ', code({}, check.cite)),
          ),
        ),
      ),
    ),
  )
