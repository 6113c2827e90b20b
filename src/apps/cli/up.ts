// `kazasu up`: everything in one process, kept in the data folder, with the screens.

import { mkdir } from 'node:fs/promises'
import { getRequestListener } from '@hono/node-server'
import { pinoLog } from '../../adapters/log.ts'
import { Refusal } from '../../base/refusal.ts'
import { folderPlatform, publicFolder } from '../../world/platform.ts'
import { createWorld, WORLD_PROGRESS } from '../../world/world.ts'
import { createWeb } from '../web/index.ts'
import { webWorld } from '../web/world.ts'
import { paint, progress } from './progress.ts'

export interface UpOptions {
  readonly data: string
  readonly port: string
  readonly host: string
  readonly origin?: string
}

/** Returns when the process is told to stop, after everything was closed. */
export async function up({ data, port, host, origin: given }: UpOptions): Promise<number> {
  const origin = checkedOrigin(given)
  await mkdir(data, { recursive: true, mode: 0o700 })
  const bar = progress(WORLD_PROGRESS.length + 1)
  bar.step('opening the database')
  const log = pinoLog({ level: 'warn' })
  const platform = await folderPlatform({ dataFolder: data, databaseUrl: process.env.DATABASE_URL, log })
  const world = await createWorld(platform, {
    host,
    port: Number(port),
    origin,
    onProgress: (what) => bar.step(what),
  }).catch(async (error) => {
    await platform.close()
    throw error
  })
  world.serveScreens(getRequestListener(createWeb({ world: webWorld(world) }).fetch))
  bar.done()
  const { bold } = paint()
  process.stdout.write(`Kazasu is up: ${bold(`${world.origin}/`)}\nStop with Ctrl-C. Everything is kept in ${data}\n`)
  log('up', { origin: world.origin, public: publicFolder(data) })
  await stopped()
  await world.close()
  return 0
}

/** An OpenID provider without TLS is for this machine only. */
function checkedOrigin(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  const url = URL.canParse(origin) ? new URL(origin) : null
  const safe = url?.protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '')
  if (url?.origin === origin && safe) return origin
  throw new Refusal('up/bad-origin', 400, '--origin is https and a host, like https://kazasu.example', { origin })
}

const stopped = () =>
  new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
