// A verdict for people: each check in plain words with its outcome, and with its clause for those who want it.

import type { VNode } from 'preact'
import type { Outcome, Verdict } from '../../base/verdict.ts'
import { CHECK_TEXTS } from './check-texts.ts'
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
  const words = Object.hasOwn(CHECK_TEXTS, name) ? CHECK_TEXTS[name] : undefined
  return words ? span({}, words[language]) : span({ lang: 'en' }, name)
}

const outcomeOf = ({ t }: Viewer, outcome: Outcome): string =>
  ({ passed: t.page.passed, failed: t.page.failedCheck, indeterminate: t.page.indeterminate })[outcome]

/** Why not: what failed or could not be known, without clauses. */
export const failures = (viewer: Viewer, verdict: Verdict): VNode =>
  ul(
    { class: 'failures' },
    ...verdict.checks
      .filter(({ outcome }) => outcome !== 'passed')
      .map((check) =>
        li({}, icon(ICONS[check.outcome]), div({}, nameOf(viewer, check), ` … ${outcomeOf(viewer, check.outcome)}`)),
      ),
  )

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
