// End a session here; the login platform keeps none.

import type { Service } from './contract.ts'
import type { Deps } from './model.ts'

export const logout =
  ({ store }: Deps): Service['logout'] =>
  async ({ session }) => {
    await store.endSession(session)
    return {}
  }
