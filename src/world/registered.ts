// Clients are registered anew at each start, with their readers. Who is away keeps no service from starting: it is asked again until all
// are there. One that two clerks have closed stays closed; the rest of the world starts.

import type { Log } from '../base/ports.ts'
import { Refusal } from '../base/refusal.ts'
import type { Client, Verifier } from '../roles/verifier/contract.ts'
import type { Upkeep } from './maintenance.ts'

type Reader = NonNullable<Client['readers']>[number]

export async function registered(
  { registerClient }: Pick<Verifier, 'registerClient'>,
  client: Parameters<Verifier['registerClient']>[0],
): Promise<void> {
  await registerClient(client).catch((error: { code?: string }) => {
    if (error.code !== 'verifier/serviceClosed') throw error
  })
}

export interface Standing {
  readonly upkeep: Upkeep
  /** Whether any of its readers has answered since it started. */
  readonly hasReader: () => boolean
}

/** Registers with the readers that answer; throws where somebody answers no. */
export async function standing(
  log: Log,
  register: (readers: Reader[]) => Promise<void>,
  asked: readonly (() => Promise<Reader>)[],
): Promise<Standing> {
  const found = new Map<number, Reader>()
  let entered = -1
  const upkeep = async () => {
    for (const [i, ask] of asked.entries()) {
      const reader = found.get(i) ?? (await ask().catch(away(log, 'reader')))
      if (reader) found.set(i, reader)
    }
    if (entered === found.size) return
    await register([...found.values()])
    entered = found.size
  }
  await upkeep().catch(away(log, 'platform'))
  return { upkeep, hasReader: () => found.size > 0 }
}

const away =
  (log: Log, who: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof Refusal) || error.status < 500) throw error
    log('service.not-registered-yet', { who, code: error.code })
  }
