// Ends a test run with what was skipped and why, and one line of counts that a script can read.

import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** `absent` are whole projects that could not run: name → reason. */
export function summaryReporter(absent: Readonly<Record<string, string>>): Reporter {
  return {
    onTestRunEnd(modules) {
      const tests = modules.flatMap((module) => [...module.children.allTests()])
      const count = (state: string) => tests.filter((test) => test.result().state === state).length
      const broken = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length
      const skipped = tests.filter((test) => test.result().state === 'skipped')
      const lines = [
        ...skipped.map((test) => `skipped: ${title(test)}: ${reason(test)}`),
        ...Object.entries(absent).map(([project, why]) => `skipped: project ${project}: ${why}`),
        `${count('passed')} passed, ${count('failed') + broken} failed, ${skipped.length} skipped`,
      ]
      process.stdout.write(`\n${lines.join('\n')}\n`)
    },
  }
}

const project = (module: TestModule) => (module.project.name ? `[${module.project.name}] ` : '')
const title = (test: TestCase) => `${project(test.module)}${test.fullName}`

/** What the test said as it skipped itself, or, where `skipIf` did, what its name or its group's says is absent. */
function reason(test: TestCase): string {
  const result = test.result()
  const absent = /\(absent: (.*?)\)( >|$)/.exec(test.fullName)?.[1]
  return (result.state === 'skipped' && result.note) || (absent && `absent: ${absent}`) || 'no reason given'
}
