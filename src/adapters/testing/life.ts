// One life of a script as a process of its own: to its end, or to the point at which it kills itself.

import { spawn } from 'node:child_process'

export interface Life<T> {
  /** What it said, each a line of JSON. */
  readonly reports: readonly T[]
  /** By itself or by us, or it ended waiting for ever. */
  readonly killed: boolean
}

export interface Living {
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** In milliseconds after its first report: one that has not ended by then hangs, and is killed. */
  readonly patience?: number
}

/** Node's own: something is awaited that nobody works at. */
const NOTHING_GOES_ON = 13

/** Rejects with what it wrote on standard error when it ends otherwise than by its end or by SIGKILL. */
export function live<T>(script: string, { args, env = {}, patience }: Living): Promise<Life<T>> {
  const { DATABASE_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...inherited, ...env },
  })
  let [out, errors] = ['', '']
  let hanging: NodeJS.Timeout | undefined
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (patience) hanging ??= setTimeout(() => child.kill('SIGKILL'), patience)
  })
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(hanging)
      const killed = signal === 'SIGKILL' || code === NOTHING_GOES_ON
      if (code !== 0 && !killed) return reject(new Error(`${args.join(' ')}: ${errors}`))
      const lines = out.split('\n').filter(Boolean)
      resolve({ reports: lines.map((line) => JSON.parse(line) as T), killed })
    })
  })
}
