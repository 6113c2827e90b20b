// Role processes of one installation: each started, killed and started again at its old address; one clock for all of them.

import { type ChildProcess, spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMPILED } from '../../../adapters/testing/compiled.ts'
import type { Clock } from '../../../base/ports.ts'
import { ended, environment, printed } from '../testing.ts'
import type { Started } from './served-role.ts'

const SCRIPT = new URL('./served-role.ts', import.meta.url).pathname

/** What each is started with, but for the clock. */
export type StartedAs = (name: string) => Omit<Started, 'clock' | 'data'>

export interface RoleProcesses {
  readonly clock: Clock
  /** Time passes for all of them. */
  pass(milliseconds: number): void
  start(name: string): Promise<void>
  /** Returns when it is dead. False when it was not alive. */
  end(name: string, signal: NodeJS.Signals): Promise<boolean>
  close(): Promise<void>
}

export function roleProcesses(folder: string, databaseUrl: string, startedAs: StartedAs): RoleProcesses {
  const clockFile = join(folder, 'clock')
  let ahead = 0
  const setClock = () => {
    writeFileSync(`${clockFile}.next`, String(ahead))
    renameSync(`${clockFile}.next`, clockFile)
  }
  setClock()
  const running = new Map<string, ChildProcess>()
  const env = environment({ DATABASE_URL: databaseUrl, NODE_COMPILE_CACHE: COMPILED })
  const end = async (name: string, signal: NodeJS.Signals) => {
    const child = running.get(name)
    running.delete(name)
    child?.kill(signal)
    if (child) await ended(child)
    return child !== undefined
  }
  return {
    clock: () => new Date(Date.now() + ahead),
    pass: (milliseconds) => {
      ahead += milliseconds
      setClock()
    },
    start: async (name) => {
      const started: Started = { ...startedAs(name), clock: clockFile, data: folder }
      const stdio = ['ignore', 'pipe', 'pipe'] as const
      const child = spawn(process.execPath, [SCRIPT, JSON.stringify(started)], { env, stdio: [...stdio] })
      running.set(name, child)
      await printed(child, /is up: /)
    },
    end,
    close: async () => void (await Promise.all([...running.keys()].map((name) => end(name, 'SIGTERM')))),
  }
}
