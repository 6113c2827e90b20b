// A lock file that names its holder, so that the lock of a killed process is taken over and a living holder is named.
// Complete when it appears (written aside, then linked). Holds between processes of one machine, not on network drives.

import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'

export interface FileLock {
  release(): void
}

export class LockHeld extends Error {
  override readonly name = 'LockHeld'
  readonly pid: number

  constructor(path: string, pid: number) {
    super(`${path} is held by process ${pid}`)
    this.pid = pid
  }
}

/** `pid start-time`: a process id is used again after a while, so it alone does not name a process. */
type Holder = string

const ours = new Set<string>()
let serial = 0

/** Takes the lock at `path`, or throws `LockHeld` when a living process has it. */
export function lockFile(path: string): FileLock {
  const self = holder(process.pid)
  const draft = `${path}.${process.pid}.${serial++}`
  writeFileSync(draft, self, { mode: 0o600 })
  try {
    while (!linked(draft, path)) removeStale(path)
  } finally {
    unlinkSync(draft)
  }
  ours.add(path)
  return { release: () => release(path, self) }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead holder's file away; what was moved is looked at again, because another process may have been faster. */
function removeStale(path: string): void {
  const judged = read(path)
  if (judged === undefined) return
  if (alive(judged, path)) throw new LockHeld(path, pidOf(judged))
  const aside = `${path}.stale.${process.pid}.${serial++}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (read(aside) !== judged) linked(aside, path)
  unlinkSync(aside)
}

function release(path: string, self: Holder): void {
  if (!ours.delete(path)) return
  if (read(path) === self) unlinkSync(path)
}

function read(path: string): Holder | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const pidOf = (text: Holder): number => Number.parseInt(text, 10)

function alive(text: Holder, path: string): boolean {
  const pid = pidOf(text)
  if (!(pid > 0)) return false
  const [, started] = text.split(' ')
  if (started === '?') return pid === process.pid ? ours.has(path) : running(pid)
  return holder(pid) === text
}

function running(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** proc(5): field 22 of `stat` is the start time; the fields are counted after the last parenthesis of the name. */
function holder(pid: number): Holder {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? `${pid} ended` : `${pid} ${fields[19]}`
  } catch {
    return process.platform === 'linux' ? `${pid} gone` : `${pid} ?`
  }
}
