// From four facts that somebody entered to the certificate on their card. The register compares; whoever asks learns no
// fact, and not which one differs. Seed 0 村上 (カードの発行の有無や実在性の確認).

import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'

export const cardOf =
  ({ store, register, clock }: Deps): Authority['cardOf'] =>
  async ({ fourInfo, asker }) => {
    const { residentId } = await register.match({ fourInfo, by: asker })
    const row = residentId === null ? undefined : await store.current('auth', 'card', residentId, clock())
    const serial = row?.serial ?? null
    await store.parties.note({ at: clock(), party: asker, service: 'link', detail: `card-of ${serial ?? 'nobody'}` })
    return { serial }
  }
