// Processor time of other processes on this machine: a PostgreSQL server with all it has, a signer process. For figures
// that must not hide what those spend.

import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

/** USER_HZ is 100 on every Linux that Node runs on. */
const MS_A_TICK = 10

/** Fields of /proc/<pid>/stat after the name, which may hold spaces: proc(5), from the third field on. */
const statOf = (pid: string | number): number[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number)

const PARENT = 1
/** utime, stime, and those of children that have ended. */
const TIMES = [11, 12, 13, 14]
const ticks = (stat: readonly number[]): number => TIMES.reduce((sum, field) => sum + stat[field]!, 0)

/** A clock that gives milliseconds spent so far; undefined where there is no /proc or the server is elsewhere. */
export async function processorOf(pool: pg.Pool): Promise<(() => number) | undefined> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  try {
    const server = statOf(rows[0]!.pid)[PARENT]!
    return () => {
      const stats = readdirSync('/proc')
        .filter((name) => /^[0-9]+$/.test(name))
        .flatMap((pid) => ofServer(pid, server))
      return stats.reduce((sum, stat) => sum + ticks(stat), 0) * MS_A_TICK
    }
  } catch {
    return undefined
  }
}

/** The same for one process, which must be there. */
export const processorOfProcess = (pid: number) => (): number => ticks(statOf(pid)) * MS_A_TICK

function ofServer(pid: string, server: number): number[][] {
  try {
    const stat = statOf(pid)
    return stat[PARENT] === server || Number(pid) === server ? [stat] : []
  } catch {
    return [] // it has ended meanwhile
  }
}

/** Of this process. */
export function ofOwn(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
