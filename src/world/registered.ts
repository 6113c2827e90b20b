// Clients that are registered anew at each start. One that two clerks have closed stays closed; the rest of the world starts.

import type { Verifier } from '../roles/verifier/contract.ts'

export async function registered(
  { registerClient }: Pick<Verifier, 'registerClient'>,
  client: Parameters<Verifier['registerClient']>[0],
): Promise<void> {
  await registerClient(client).catch((error: { code?: string }) => {
    if (error.code !== 'verifier/serviceClosed') throw error
  })
}
