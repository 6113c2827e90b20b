// Whoever acts by what has ended is logged out at the services.

import type { Deps } from '../model.ts'

/** What has ended counts no more, whether or not the services hear of it now. */
export const logOutActing = async ({ endActing, log }: Deps): Promise<void> =>
  endActing?.().catch((error: Error) => log('verifier.mandate.end', { reason: error.name }))
