// `kazasu demo`: the main job in a world of its own, in memory, printed for a person or as JSON.

import { mainJob } from '../../cases/main-job/main-job.ts'
import { type MainJobReport, type Sabotage, STEPS, type StepReport } from '../../cases/main-job/report.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import { printCheck, printTrace } from './print.ts'
import { paint, progress } from './progress.ts'

export interface DemoOptions {
  readonly trace?: boolean
  readonly json?: boolean
  readonly sabotage?: Sabotage
}

/** Exit status 0 only when every check of every step passed. */
export async function demo({ trace, json, sabotage }: DemoOptions): Promise<number> {
  const bar = progress(STEPS.length + 1)
  bar.step('building a world: two CAs, three cards, three SIMs, two carriers and an MVNO, a bank, a gate')
  const world = await temporaryWorld(trace && !json ? { trace: printTrace } : {})
  try {
    const report = await mainJob(world, {
      sabotage: sabotage ?? null,
      onBegin: (number) => bar.step(STEPS[number - 1]!.en),
      onStep: (step) => {
        bar.done()
        if (!json) printStep(step, trace ?? false)
      },
    })
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${closing(report)}\n`)
    return report.outcome === 'passed' ? 0 : 1
  } finally {
    bar.done()
    await world.close()
  }
}

const { bold, dim, red, green } = paint()

function printStep(step: StepReport, withChecks: boolean): void {
  const passed = step.outcome === 'passed'
  const mark = passed ? green('✓') : red('✗')
  const lines = [`${mark} ${step.number} ${bold(step.title.en)}  ${dim(`${step.title.ja}  ${step.milliseconds} ms`)}`]
  lines.push(...step.facts.map((fact) => `    ${fact}`))
  const shown = withChecks || !passed ? step.checks : []
  lines.push(...shown.map((check) => `    ${printCheck(check)}`))
  if (!withChecks && passed) lines.push(dim(`    ${step.checks.length} checks passed`))
  if (step.refusal) lines.push(red(`    refused: ${step.refusal.text} [${step.refusal.code}]`))
  process.stdout.write(`${lines.join('\n')}\n`)
}

function closing({ outcome, sabotage, steps }: MainJobReport): string {
  const checks = steps.flatMap((step) => step.checks)
  const passed = checks.filter((check) => check.outcome === 'passed').length
  const list = checks.map((check) => `  ${printCheck(check)}`)
  const head = `\nVerdict: ${outcome === 'passed' ? green('passed') : red(outcome)}, ${passed} of ${checks.length} checks passed`
  return [head, ...list, ...(sabotage ? [`Sabotaged on purpose: ${sabotage}`] : [])].join('\n')
}
