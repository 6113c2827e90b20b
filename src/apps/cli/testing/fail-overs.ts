// A primary with its standby as a database that may be killed: the standby is promoted some time later, and the old primary
// comes back as it was, taking writes, until it is made the standby of its successor.

import type { PostgresPair } from '../../../adapters/testing/postgres-pair.ts'
import type { Mortal } from './platform-run.ts'

/** As long as somebody takes to decide it. */
const UNTIL_PROMOTED_MS = 700

export function failingOver(pair: PostgresPair): Mortal {
  let promoted: Promise<void> | undefined
  return {
    url: pair.url,
    kill: () => {
      // There is one standby.
      if (promoted) return
      pair.crash()
      promoted = new Promise((resolve) => setTimeout(resolve, UNTIL_PROMOTED_MS)).then(() => {
        pair.promote()
        pair.comeBack()
      })
    },
    mend: async () => {
      if (!promoted) return
      await promoted
      await pair.rejoin()
      promoted = undefined
    },
  }
}
