// Runs the command line as a person does: as a process, with what it prints and its exit status.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'

export const MAIN = new URL('./main.ts', import.meta.url).pathname

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const OWN_SETTINGS = ['DATABASE_URL', 'KAZASU_DATA', 'PORT']

/** What this machine's user has set for a world of theirs is not for the one under test. */
export const environment = (extra: Record<string, string | undefined>) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_SETTINGS.includes(name))),
  NO_COLOR: '1',
  ...extra,
})

export function start(args: readonly string[], env: Record<string, string | undefined> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] })
}

/** To its end. */
export async function kazasu(args: readonly string[], env: Record<string, string | undefined> = {}): Promise<Ran> {
  const child = start(args, env)
  const out: string[] = []
  const err: string[] = []
  child.stdout?.on('data', (data) => out.push(String(data)))
  child.stderr?.on('data', (data) => err.push(String(data)))
  const status = await ended(child)
  return { status, stdout: out.join(''), stderr: err.join('') }
}

export const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('close', resolve))

/** Whether there is the `script` of util-linux, which gives a program a terminal. */
export const hasTerminal = (): boolean =>
  (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes('util-linux')

/** At a terminal: each answer is typed when its question stands there. `stdout` is what the person saw. */
export async function typed(
  args: readonly string[],
  answers: readonly (readonly [question: string, answer: string])[],
) {
  const quoted = [process.execPath, MAIN, ...args].map((one) => `'${one}'`).join(' ')
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    env: environment({}),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const left = [...answers]
  let [seen, read] = ['', 0]
  child.stdout.on('data', (data) => {
    seen += String(data)
    const at = left[0] ? seen.indexOf(`${left[0][0]}: `, read) : -1
    if (at < 0) return
    read = at + left[0]![0].length
    child.stdin.write(`${left.shift()![1]}\r`)
  })
  const status = await ended(child)
  return { status, seen, unasked: left.map(([question]) => question) }
}

/** What the pattern finds in standard output; rejects with everything printed when the process ends before. */
export function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let text = ''
  return new Promise((resolve, reject) => {
    const look = (data: unknown) => {
      text += String(data)
      const found = pattern.exec(text)
      if (found) resolve(found)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('exit', (status) => reject(new Error(`ended with ${status} before ${pattern}: ${text}`)))
  })
}

/** The environment for a process of the kind that this run tests: nothing for PGlite, a new database of the server. */
export async function ownDatabase(): Promise<{ DATABASE_URL?: string }> {
  const server = testDatabaseUrl()
  if (!server) return {}
  const name = `cli_${randomBytes(5).toString('hex')}`
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  return { DATABASE_URL: url.href }
}
