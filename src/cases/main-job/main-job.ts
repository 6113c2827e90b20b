// The main job, end to end: from the card to the verdict. Acts through the roles' contracts and, as a citizen would,
// through card, phone and browser. Seed 4 (the whole), seed 2 pattern 3, seed 3 (2).

import { Refusal } from '../../base/refusal.ts'
import { type CheckResult, overall } from '../../base/verdict.ts'
import type { Order } from '../../roles/sp-tsm/contract.ts'
import type { CitizenName } from '../../world/people.ts'
import type { World } from '../../world/world.ts'
import { type MainJobReport, type Sabotage, STEPS, type StepReport } from './report.ts'
import { admit, applied, checked, deployed, login, personalised } from './steps.ts'

export interface MainJobOptions {
  readonly citizen?: CitizenName
  readonly sabotage?: Sabotage | null
  /** Told when a step begins and when it ended. */
  readonly onBegin?: (number: number) => void
  readonly onStep?: (report: StepReport) => void
}

/** What a step did and what it found. */
export interface StepResult {
  readonly facts: readonly string[]
  readonly checks: readonly CheckResult[]
  readonly refusal?: Refusal
}

/** What the steps hand on to each other. */
export interface Job {
  readonly world: World
  readonly name: CitizenName
  readonly sabotage: Sabotage | null
  order?: Order
  refusal?: Refusal
  serial?: bigint | undefined
}

const RUN = [applied, checked, deployed, personalised, login, admit] as const

/** Runs the six steps; stops at the first that is refused or whose checks do not all pass. */
export async function mainJob(world: World, options: MainJobOptions = {}): Promise<MainJobReport> {
  const job: Job = { world, name: options.citizen ?? 'adult', sabotage: options.sabotage ?? null }
  const steps: StepReport[] = []
  for (const [index, run] of RUN.entries()) {
    options.onBegin?.(index + 1)
    const report = await runStep(index + 1, () => run(job))
    steps.push(report)
    options.onStep?.(report)
    if (report.outcome !== 'passed') break
  }
  const outcome = steps.find((step) => step.outcome !== 'passed')?.outcome ?? 'passed'
  return { outcome, sabotage: job.sabotage, steps }
}

async function runStep(number: number, run: () => Promise<StepResult>): Promise<StepReport> {
  const title = STEPS[number - 1]!
  const started = performance.now()
  const milliseconds = () => Math.round(performance.now() - started)
  try {
    const { facts, checks, refusal } = await run()
    const outcome = refusal ? 'failed' : overall(checks)
    return { number, title, outcome, facts, checks, refusal: shown(refusal), milliseconds: milliseconds() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return {
      number,
      title,
      outcome: 'failed',
      facts: [],
      checks: [],
      refusal: shown(error),
      milliseconds: milliseconds(),
    }
  }
}

const shown = (refusal: Refusal | undefined) => (refusal ? { code: refusal.code, text: refusal.message } : null)
