// The world of a data folder, opened or made, with a progress bar while it lasts.

import { mkdir } from 'node:fs/promises'
import { pinoLog } from '../../adapters/log.ts'
import { folderPlatform } from '../../world/platform.ts'
import { SEED_STEPS } from '../../world/seed.ts'
import { createWorld, type World, type WorldOptions } from '../../world/world.ts'
import { progress } from './progress.ts'

/** In the database of DATABASE_URL, or in one of the folder's own. */
export async function folderWorld(dataFolder: string, options: WorldOptions = {}): Promise<World> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const bar = progress(SEED_STEPS + 1)
  bar.step('opening the database')
  try {
    const log = pinoLog({ level: 'warn' })
    const platform = await folderPlatform({ dataFolder, databaseUrl: process.env.DATABASE_URL, log })
    return await createWorld(platform, { ...options, onProgress: (what) => bar.step(what) })
  } finally {
    bar.done()
  }
}
