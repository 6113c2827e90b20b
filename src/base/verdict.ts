// A verification never throws and never says only yes or no: it is a list of named, cited checks.

export type Outcome = 'passed' | 'failed' | 'indeterminate'

export interface CheckResult {
  /** What must hold, as a statement: "certificate is not revoked". */
  readonly name: string
  /** The clause that demands it: "RFC 5280 §6.1.3". */
  readonly cite: string
  readonly outcome: Outcome
  /** What was found; safe to show and to log. */
  readonly evidence: string
}

export interface Verdict {
  readonly outcome: Outcome
  readonly checks: readonly CheckResult[]
}

/** What a test says: an outcome with its evidence. */
export type Finding = readonly [outcome: Outcome, evidence: string]

export interface Check<E> {
  readonly name: string
  readonly cite: string
  readonly test: (evidence: E) => Finding
}

/** One failure fails all; one unknown makes it indeterminate; nothing checked is not passed. */
export function overall(checks: readonly CheckResult[]): Outcome {
  if (checks.some((check) => check.outcome === 'failed')) return 'failed'
  if (checks.length === 0 || checks.some((check) => check.outcome === 'indeterminate')) return 'indeterminate'
  return 'passed'
}

export const verdict = (checks: readonly CheckResult[]): Verdict => ({ outcome: overall(checks), checks })

/** Runs every check, also after a failure: a reader wants the whole list. A check that throws is indeterminate. */
export function judge<E>(checks: readonly Check<E>[], evidence: E): Verdict {
  return verdict(checks.map((check) => run(check, evidence)))
}

function run<E>({ name, cite, test }: Check<E>, evidence: E): CheckResult {
  try {
    const [outcome, found] = test(evidence)
    return { name, cite, outcome, evidence: found }
  } catch (error) {
    return { name, cite, outcome: 'indeterminate', evidence: `could not be checked: ${(error as Error).name}` }
  }
}

export const joined = (...verdicts: readonly Verdict[]): Verdict => verdict(verdicts.flatMap((v) => v.checks))
