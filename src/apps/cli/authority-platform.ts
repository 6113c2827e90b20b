// The certification authorities of a data folder alone, without the rest of the world: for what their operators do.

import { mkdir } from 'node:fs/promises'
import { pinoLog } from '../../adapters/log.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import { folderPlatform, type Platform } from '../../world/platform.ts'
import { buildAuthority, buildResidentRegister } from '../../world/roles.ts'

export interface OperatedAuthority {
  readonly platform: Platform
  readonly authority: Authority
}

export async function openPlatform(data: string): Promise<Platform> {
  await mkdir(data, { recursive: true, mode: 0o700 })
  return folderPlatform({ dataFolder: data, databaseUrl: process.env.DATABASE_URL, log: pinoLog({ level: 'warn' }) })
}

export const operated = async (platform: Platform): Promise<OperatedAuthority> => ({
  platform,
  authority: await buildAuthority(platform, await buildResidentRegister(platform)),
})

/** Closes the platform whatever happens. */
export async function withAuthority<T>(data: string, work: (operated: OperatedAuthority) => Promise<T>): Promise<T> {
  const platform = await openPlatform(data)
  try {
    return await work(await operated(platform))
  } finally {
    await platform.close()
  }
}
