// What a world stands on: database, jobs, keys, card memories, clock, chance, the public folder. Two of them: one in a
// data folder that survives, one in memory for demos and tests.

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { adminGate } from '../adapters/admin-server.ts'
import { systemClock } from '../adapters/clock.ts'
import { type Database, openDatabase } from '../adapters/database/database.ts'
import { connectHsm, hsmKeyStore, hsmSettings } from '../adapters/hsm/index.ts'
import { type RunningJobs, startJobs } from '../adapters/jobs/jobs.ts'
import { fileKeyStore, volatileKeyStore } from '../adapters/keys/index.ts'
import { type CardMemory, fileMemory, volatileMemory } from '../adapters/memory/index.ts'
import { publishFolder } from '../adapters/publish.ts'
import { systemEntropy } from '../adapters/random.ts'
import { timeStampSettings, timeStampsOf } from '../adapters/time-stamps.ts'
import { type Bytes, utf8 } from '../base/bytes.ts'
import type { Clock, Entropy, KeyStore, Log, Publish } from '../base/ports.ts'
import type { AdminGate } from '../protocol/ota/index.ts'

export interface Platform {
  readonly database: Database
  readonly jobs: RunningJobs
  readonly keys: KeyStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publish: Publish
  readonly log: Log
  /** Somebody else's authority for time stamps, in place of the verifier's own. */
  readonly timeStamps?: ReturnType<typeof timeStampsOf>
  /** Where SIMs call their carriers for administration over HTTP. */
  readonly gate: AdminGate
  /** The memory of one card; while it is open nobody else can have that card. */
  memory(name: string): CardMemory
  /** After the jobs that run just now. */
  close(): Promise<void>
}

export interface FolderOptions {
  readonly dataFolder: string
  /** PostgreSQL; without it the database is embedded in the data folder. */
  readonly databaseUrl?: string | undefined
  readonly log: Log
}

export const cardPath = (dataFolder: string, name: string): string => join(dataFolder, 'cards', `${name}.card`)
export const publicFolder = (dataFolder: string): string => join(dataFolder, 'public')

export async function folderPlatform({ dataFolder, databaseUrl, log }: FolderOptions): Promise<Platform> {
  const database = await openDatabase(databaseUrl ? { url: databaseUrl } : { folder: join(dataFolder, 'database') })
  const jobs = await startJobs(database, { log })
  const { keys, close: closeKeys } = folderKeys(join(dataFolder, 'keys'))
  const gate = adminGate()
  const stamper = timeStampSettings(process.env)
  return {
    database,
    jobs,
    keys,
    ...(stamper && { timeStamps: timeStampsOf(stamper) }),
    clock: systemClock,
    entropy: systemEntropy,
    publish: publishFolder(publicFolder(dataFolder)),
    log,
    gate,
    memory: (name) => fileMemory(cardPath(dataFolder, name)),
    close: async () => {
      await gate.close()
      await jobs.stop()
      closeKeys()
      await database.close()
    },
  }
}

/** Wrapped files; those of the certification authorities in an HSM, where the environment names one. */
function folderKeys(folder: string): { readonly keys: KeyStore; close(): void } {
  const files = fileKeyStore(folder, systemEntropy)
  const settings = hsmSettings(process.env)
  if (!settings) return { keys: files, close: () => undefined }
  const hsm = connectHsm(settings)
  return { keys: hsmKeyStore(hsm, { others: files, lockPath: join(folder, 'hsm.lock') }), close: hsm.close }
}

/** What opens the keys of a platform: the PIN of the HSM, or the wrapping key of its files; of a volatile one, a stand-in. */
export async function activationSecret({ keys, entropy }: Platform, dataFolder?: string): Promise<Bytes> {
  const hsm = hsmSettings(process.env)
  if (dataFolder === undefined) return entropy(32)
  if (hsm) return utf8(hsm.pin())
  // The wrapping key is made with the first key.
  await keys.secret('authority-key-pool', 32)
  return Uint8Array.from(readFileSync(join(dataFolder, 'keys', 'wrapping-key')))
}

/** Nothing of it is left after `close`; in a namespace of its own where `shared` is given. */
export async function volatilePlatform(shared?: Database): Promise<Platform> {
  const database = (shared ?? (await openDatabase({ memory: true }))).withPrefix(`w${randomBytes(4).toString('hex')}`)
  const log = () => undefined
  const jobs = await startJobs(database, { log, alone: true })
  const gate = adminGate()
  const memories = new Map<string, CardMemory>()
  return {
    database,
    jobs,
    keys: volatileKeyStore(systemEntropy),
    clock: systemClock,
    entropy: systemEntropy,
    publish: async () => undefined,
    log,
    gate,
    memory: (name) => memories.get(name) ?? remember(memories, name, volatileMemory()),
    close: async () => {
      await gate.close()
      await jobs.stop()
      await database.drop()
      if (!shared) await database.close()
    },
  }
}

function remember<T>(map: Map<string, T>, name: string, value: T): T {
  map.set(name, value)
  return value
}
