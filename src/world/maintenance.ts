// What must happen without anybody asking: the authority follows the resident register and puts out fresh CRLs.

import type { World } from './world.ts'

const EVERY_MS = 15 * 60_000

type Maintained = Pick<World, 'authority' | 'platform'> & { readonly municipalities: readonly string[] }

/** Once; what fails is logged and tried again the next time. */
async function maintain({ authority, platform, municipalities }: Maintained): Promise<void> {
  const lists = municipalities.flatMap((municipalityCode) =>
    (['auth', 'sign'] as const).map((kind) => () => authority.crl({ kind, municipalityCode })),
  )
  for (const work of [() => authority.followRegister({}), ...lists]) {
    try {
      await work()
    } catch (error) {
      platform.log('maintenance.failed', { reason: (error as Error).name })
    }
  }
}

/** Now and every quarter of an hour; the returned function ends it. */
export async function keepMaintained(maintained: Maintained): Promise<() => void> {
  await maintain(maintained)
  const timer = setInterval(() => void maintain(maintained), EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
