// A room with a pcscd of its own (with-pcscd.sh) in which other programs are run, and our cards put into its reader.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'

export interface Result {
  readonly status: number | null
  readonly stdout: Buffer
  /** Standard output and error as one text. */
  readonly said: string
}

export interface Room {
  run(command: string, ...args: string[]): Promise<Result>
  /** With the readers of the room, and the network of this machine. */
  beside(command: string, ...args: string[]): Promise<Result>
  /** Starts a program that stays, and waits until it has said this. */
  start(until: RegExp, command: string, ...args: string[]): Promise<Started>
  close(): Promise<void>
}

export interface Started {
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Which of these programs are not here, as a reason to skip; undefined when all are. */
export function missing(...programs: string[]): string | undefined {
  const absent = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  return absent.length === 0 ? undefined : `not installed: ${absent.join(', ')}`
}

/** Why no room can be had here; undefined when one can. */
export function noRoom(): string | undefined {
  const absent = missing('bash', 'pcscd', 'unshare', 'nsenter', 'ip')
  if (absent) return absent
  const { status, stderr } = spawnSync(SCRIPT, ['true'])
  return status === 0 ? undefined : stderr.toString().trim() || 'pcscd with vpcd does not start'
}

/** Why our own PC/SC client is not here: an optional dependency, not built for every machine. */
export function noClient(): string | undefined {
  try {
    createRequire(import.meta.url).resolve('pcsc-mini')
    return undefined
  } catch {
    return 'not installed: pcsc-mini'
  }
}

const SCRIPT = new URL('with-pcscd.sh', import.meta.url).pathname
const KEEPER = ['sh', '-c', 'echo "$KAZASU_PCSCD_ROOM $$"; exec cat']

export async function openRoom(): Promise<Room> {
  const keeper = spawn(SCRIPT, KEEPER, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [kind, pid] = (await said(keeper, /\d+\n/)).trim().split(' ')
  const enter = (...spaces: string[]) => (kind === 'inside' ? entering(pid!, spaces) : [])
  const inside = (way: string[], command: string, args: string[]) => {
    const [program, ...rest] = [...way, command, ...args]
    return spawn(program!, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
  }
  return {
    run: async (command, ...args) => finished(inside(enter('--mount', '--net'), command, args)),
    // The socket of pcscd is a file: a network of one's own does not hide it.
    beside: async (command, ...args) => finished(inside(enter('--mount'), command, args)),
    start: async (until, command, ...args) => {
      const child = inside(enter('--mount', '--net'), command, args)
      await said(child, until)
      return { child, stop: () => ended(child, () => child.kill('SIGINT')) }
    },
    close: () => ended(keeper, () => keeper.stdin.end()),
  }
}

/** The namespaces of the keeper; its user namespace only when it has one of its own. */
function entering(pid: string, spaces: readonly string[]): string[] {
  const own = readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync('/proc/self/ns/user')
  return ['nsenter', '--target', pid, ...spaces, ...(own ? ['--user', '--preserve-credentials'] : []), '--']
}

async function finished(child: ChildProcess): Promise<Result> {
  child.stdin!.end()
  const out: Buffer[] = []
  const all: Buffer[] = []
  child.stdout!.on('data', (piece: Buffer) => {
    out.push(piece)
    all.push(piece)
  })
  child.stderr!.on('data', (piece: Buffer) => all.push(piece))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stdout: Buffer.concat(out), said: Buffer.concat(all).toString() }
}

/** What the program has said when it has said this; throws when it ends before. */
function said(child: ChildProcess, until: RegExp): Promise<string> {
  let text = ''
  return new Promise((resolve, reject) => {
    const hear = (piece: Buffer) => {
      text += piece
      if (until.test(text)) resolve(text)
    }
    child.stdout!.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', reject)
    child.once('exit', (status) => reject(new Error(`${child.spawnfile} ended with ${status}: ${text}`)))
  })
}

async function ended(child: ChildProcess, tell: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  tell()
  await gone
}
