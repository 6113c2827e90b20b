// `kazasu up`: everything in one process, kept in the data folder, with the screens.

import { getRequestListener } from '@hono/node-server'
import { enterClerks } from '../../world/clerks.ts'
import { createWeb } from '../web/index.ts'
import { webWorld } from '../web/world.ts'
import { folderWorld } from './folder-world.ts'
import { checkedOrigin } from './origin.ts'
import { paint } from './progress.ts'
import { stopped } from './stopped.ts'

export interface UpOptions {
  readonly data: string
  readonly port: string
  readonly host: string
  readonly origin?: string
}

/** Returns when the process is told to stop, after everything was closed. */
export async function up({ data, port, host, origin: given }: UpOptions): Promise<number> {
  const origin = checkedOrigin(given)
  // An address in numbers has no fingers and faces: docs/profile.md#fingerprint-or-face.
  const world = await folderWorld(data, { host, port: Number(port), origin, name: 'localhost' })
  world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
  await enterClerks(world)
  const { bold } = paint()
  const told = stopped()
  process.stdout.write(`Kazasu is up: ${bold(`${world.origin}/`)}\nStop with Ctrl-C. Everything is kept in ${data}\n`)
  await told
  await world.close()
  return 0
}
