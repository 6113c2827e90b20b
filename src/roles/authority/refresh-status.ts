// What is renewed without anybody asking: CRLs, filters and answers that get old, and whatever an earlier try left undone.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'

export const refreshStatus =
  ({ crls, answers, filters }: Deps): Authority['refreshStatus'] =>
  async () => {
    await crls.refresh()
    await filters.refresh()
    return { answers: await answers.refresh('due') }
  }
