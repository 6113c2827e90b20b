// Services of other authors in other languages, each its own program: where it runs, or why it does not.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const cached = (variable: string, name: string): string => process.env[variable] ?? join(homedir(), '.cache', name)

const PYTHON = join(cached('KAZASU_AUTHLIB', 'kazasu-authlib'), 'bin', 'python')
export const GO = cached('KAZASU_GO_OIDC', 'kazasu-go-oidc')
const AUTHLIB = new URL('authlib_login.py', import.meta.url).pathname
const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0

export const CLIENTS = {
  'Authlib (Python)': {
    command: [PYTHON, AUTHLIB],
    absent: works(PYTHON, '-c', 'import authlib, httpx')
      ? undefined
      : 'KAZASU_AUTHLIB names no environment with Authlib',
  },
  'go-oidc (Go)': {
    command: [GO],
    absent: existsSync(GO) ? undefined : 'KAZASU_GO_OIDC names no program built from peers/openid/go-oidc',
  },
} as const

export interface Redirect {
  readonly issuer: string
  readonly clientId: string
  readonly redirectUri: string
  readonly keyFile: string
}

/** Runs the program; `browser` turns the address that it sends people to into the one they come back with. */
export async function logInWith(
  [program, ...args]: readonly [string, ...string[]],
  { issuer, clientId, redirectUri, keyFile }: Redirect,
  browser: (location: string) => Promise<string>,
): Promise<Record<string, unknown>> {
  const child = spawn(program, [...args, issuer, clientId, redirectUri, keyFile], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const said = async () => {
    const { value, done } = await lines.next()
    if (!done) return value
    throw new Error(`${program} ended: ${complaint}`)
  }
  try {
    child.stdin.write(`${await browser(await said())}\n`)
    return JSON.parse(await said()) as Record<string, unknown>
  } finally {
    child.stdin.end()
    await ended
  }
}
