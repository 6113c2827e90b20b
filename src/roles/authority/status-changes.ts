// Every change of a certificate's status after a number, in one order: what notices, caches and responders follow.
// Of whom the certificate is, it does not say.

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'

export const statusChanges =
  ({ store }: Pick<Deps, 'store'>): Authority['statusChanges'] =>
  async ({ after, limit }) => {
    const { changes, last } = await store.statusChanges(after, limit)
    return {
      last,
      changes: changes.map(({ sequence, kind, serial, status, reason, at }) => ({
        sequence,
        kind,
        serial,
        status: status === 'onHold' || status === 'valid' ? status : ('revoked' as const),
        at,
        ...(reason && { reason }),
      })),
    }
  }
