// The keys of tenants at the desk: how far they are, and changed.

import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { rotateKeys } from '../tenant-keys/rotate.ts'
import { atDesk, reading } from './desk.ts'

export const tenantKeys =
  (deps: Deps): Verifier['tenantKeys'] =>
  async ({ session }) => {
    await reading(deps, session)
    return deps.store.tenantKeys.state()
  }

export const rotateTenantKeys =
  (deps: Deps): Verifier['rotateTenantKeys'] =>
  async ({ session }) => ({
    generation: await atDesk(deps, session, 'operator', { act: 'rotate' }, () => rotateKeys(deps)),
  })
