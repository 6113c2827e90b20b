// The key that gates check allow-lists with; they fetch it while on line.

import type { Verifier } from './contract.ts'
import { ALLOW_LIST_KEY, type Deps } from './model.ts'

export const listKey =
  ({ keys }: Pick<Deps, 'keys'>): Verifier['listKey'] =>
  async () => ({ publicKey: (await keys.signer(...ALLOW_LIST_KEY)).publicKey })
