// Roles that a test starts as processes of their own: what comes through their pipes is heard on its way to the test, whichever
// function started them. Not heard: what runs to its end before the test goes on (`spawnSync`), and programs that are not ours.

import { ChildProcess } from 'node:child_process'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'

type Stream = 'stdout' | 'stderr'
type Heard = (line: string, stream: Stream) => void

/** `script` gives ours a terminal. */
const OURS = ['node', 'script', basename(process.execPath)]

interface Spawning {
  spawn(this: ChildProcess, options: unknown): unknown
  kazasuHeard?: Heard
}
const started = ChildProcess.prototype as unknown as Spawning

/** From now on; for a worker once, whoever asks again is heard in place of the one before. */
export function hearProcesses(heard: Heard): void {
  const first = started.kazasuHeard === undefined
  started.kazasuHeard = heard
  if (!first) return
  const { spawn } = started
  started.spawn = function (options) {
    const done = spawn.call(this, options)
    if (OURS.includes(basename(this.spawnfile ?? '')))
      for (const stream of ['stdout', 'stderr'] as const) tee(this[stream], stream)
    return done
  }
}

/** Where the pipe hands over what it has read: the test reads it as if nobody had listened. */
function tee(pipe: Readable | null, stream: Stream): void {
  if (!pipe) return
  const { push } = pipe
  let rest = ''
  pipe.push = function (chunk: unknown, ...more) {
    const lines = (rest + (chunk === null ? '\n' : String(chunk))).split('\n')
    rest = lines.pop()!
    for (const line of lines) if (line !== '') started.kazasuHeard?.(line, stream)
    return push.call(this, chunk, ...more)
  }
}
