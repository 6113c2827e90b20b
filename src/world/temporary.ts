// A world that lives as long as its process needs it: for the demo, tests and benches.

import type { Database } from '../adapters/database/database.ts'
import { volatilePlatform } from './platform.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

export async function temporaryWorld(options: WorldOptions & { readonly database?: Database } = {}): Promise<World> {
  const { database, ...rest } = options
  return createWorld(await volatilePlatform(database), rest)
}
