// A PostgreSQL server of our own for a test run: a new cluster in a temporary folder on a free port of 127.0.0.1.
// Uses the newest server binaries that the machine has; never runs as root; trusts local connections.

import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PostgresServer {
  readonly url: string
  /** As after a power cut: connections break, what was committed is there. */
  restart(): void
  /** SIGKILL of the server and all its processes, then a start, which recovers. */
  kill(): void
  stop(): void
}

/** The folder with `initdb` and `pg_ctl`, as Debian and Homebrew lay them out; undefined when there is none. */
export function postgresBinaries(): string | undefined {
  const found = globSync(['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/pgsql-*/bin'])
  const version = (folder: string) => Number(/[0-9]+/.exec(folder)?.[0])
  return found.filter((folder) => existsSync(join(folder, 'initdb'))).sort((a, b) => version(b) - version(a))[0]
}

/** A folder with the data of one server, on a port of its own; nothing runs yet. */
export interface Cluster {
  readonly url: string
  readonly data: string
  run(program: string, ...args: string[]): void
  start(): void
  /** SIGKILL of the server and all its processes. */
  crash(): void
  /** SIGSTOP, SIGCONT: it hangs, and its machine goes on answering for it. */
  signal(signal: NodeJS.Signals): void
  /** With all that it holds. */
  remove(): void
}

export async function cluster(binaries: string, where = tmpdir(), settings: readonly string[] = []): Promise<Cluster> {
  const folder = mkdtempSync(join(where, 'kazasu-postgres-'))
  const user = unprivileged()
  if (user) chownSync(folder, user.uid, user.gid)
  const run = (program: string, ...args: string[]) =>
    void execFileSync(join(binaries, program), args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...user })
  const data = join(folder, 'data')
  const port = await freePort()
  const set = ['listen_addresses=127.0.0.1', 'max_connections=300', ...settings].map((one) => `-c ${one}`)
  const options = `${set.join(' ')} -p ${port} -k ${folder}`
  const processes = () => {
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    return [postmaster, ...childrenOf(postmaster)]
  }
  const signal = (name: NodeJS.Signals) => {
    for (const pid of processes()) if (runs(pid)) process.kill(pid, name)
  }
  return {
    url: `postgres://kazasu@127.0.0.1:${port}/postgres`,
    ...{ data, run, signal },
    start: () => run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-o', options, '-w', 'start'),
    crash: () => {
      const all = processes()
      signal('SIGKILL')
      // Until all are gone their shared memory keeps the next from starting.
      while (all.some(runs)) execFileSync('sleep', ['0.05'])
      // Where nobody buries it, a dead postmaster counts as a running one.
      for (const lock of [join(data, 'postmaster.pid'), join(folder, `.s.PGSQL.${port}.lock`)])
        rmSync(lock, { force: true })
    },
    remove: () => {
      if (existsSync(join(data, 'postmaster.pid'))) run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `--auth=trust` is for the standby too. */
export const initialise = ({ run, data }: Cluster): void =>
  run('initdb', '-D', data, '-U', 'kazasu', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync')

/** Only a machine that dies loses what it has not yet put on its disk; a process that is killed does not. */
export const MACHINE_LIVES = ['fsync=off', 'full_page_writes=off']

/** Starts a server that lives until `stop`, under `where`; takes about two seconds. */
export async function startPostgres(
  binaries: string,
  where = tmpdir(),
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const one = await cluster(binaries, where, settings)
  initialise(one)
  one.start()
  return {
    url: one.url,
    restart: () => {
      one.run('pg_ctl', '-D', one.data, '-m', 'immediate', '-w', 'stop')
      one.start()
    },
    kill: () => {
      one.crash()
      one.start()
    },
    stop: one.remove,
  }
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

/** One that waits to be buried holds nothing any more. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** PostgreSQL refuses to run as root: then its own user takes over, or `nobody`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }))
  try {
    return { uid: id('-u', 'postgres'), gid: id('-g', 'postgres') }
  } catch {
    return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
