// The order of test files: in each project those that take half a minute or more come first, so that no worker is left with
// one of them when the others have nothing to do any more. The rest as Vitest has it, larger files first. Before them all those
// that start hundreds of programs, which takes longer the more memory the worker has come to hold.

import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** As measured, the longest first. */
const LONG = [
  'peers/forest/evidence.test.ts',
  'peers/jpki-clients.test.ts',
  'peers/opensc.test.ts',
  'peers/pkcs11.test.ts',
  'peers/forest/forest.test.ts',
  'roles/sp-tsm/crash.test.ts',
  'apps/cli/cli.test.ts',
  'apps/web/life-browser.test.ts',
  'apps/cli/cells.test.ts',
  'apps/cli/paths.test.ts',
  'apps/web/enrolment-browser.test.ts',
  'apps/web/asking-browser.test.ts',
  'apps/web/browser.test.ts',
  'apps/web/move-browser.test.ts',
  'apps/cli/kills.test.ts',
  'roles/sp-tsm/enrolment.test.ts',
  'apps/cli/up.test.ts',
  'apps/web/approval-browser.test.ts',
  'apps/cli/authority.test.ts',
  '-browser.test.ts',
  'apps/cli/authority-party.test.ts',
  'apps/library/library.test.ts',
  'cases/main-job/main-job.test.ts',
  'world/faults.test.ts',
  'authority/status-crash.test.ts',
]

const rank = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((end) => moduleId.endsWith(end))
  return at < 0 ? LONG.length : at
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = Map.groupBy(await super.sort(files), ({ project }) => project.name)
    return [...projects.values()].flatMap((ofProject) => ofProject.toSorted((a, b) => rank(a) - rank(b)))
  }
}
