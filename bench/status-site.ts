// An authority with one certificate behind HTTP, and the two programs it is measured beside.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/adapters/clock.ts'
import { serve } from '../src/adapters/http/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { generateKeyPair } from '../src/base/crypto.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { publicSite } from '../src/roles/authority/http.ts'
import { authorityMigrations, authorityStore, createAuthority } from '../src/roles/authority/index.ts'
import { answerPath } from '../src/roles/authority/ocsp/answers.ts'
import { openResidentRegister } from '../src/roles/resident-register/index.ts'
import { benchDatabase } from './database.ts'
import { must } from './harness.ts'
import { keysInProcess, type SigningKeys } from './signing-keys.ts'

const municipality = { code: '13999', name: 'かざす市', prefectureRomaji: 'Tokyo-to', municipalityRomaji: 'Kazasu-shi' }
const fourInfo = { name: '試験　花子', address: '東京都かざす市１番', birthDate: '1990-02-03', gender: '2' } as const

export async function statusSite({ keys, signer: signerClock, end: endKeys }: SigningKeys = keysInProcess()) {
  const { opened: database, end } = await benchDatabase()
  const register = await openResidentRegister(database, systemClock)
  const authority = await createAuthority({
    store: authorityStore(await database.schema('authority', authorityMigrations)),
    register,
    keys,
    clock: systemClock,
    entropy: systemEntropy,
    publish: async () => undefined,
    log: () => undefined,
  })
  await register.register({ residentId: 'one', fourInfo, municipality, status: 'resident' })
  const { publicKey } = generateKeyPair('RSA-2048')
  const { serial } = await authority.issueForCard({ requestKey: 'one', residentId: 'one', kind: 'auth', publicKey })
  await authority.refreshStatus({})
  const ca = decodeCertificate((await authority.caCertificates({})).auth)
  const { listener, atOnce } = publicSite(authority, systemClock)
  const served = await serve(listener, { port: 0, atOnce })
  return {
    database,
    authority,
    ca,
    serial,
    // By its name it is where the authority's keys are.
    signer: await keys.signer('authority-floor', 'RSA-SHA256'),
    signerClock,
    url: `${served.url}/${answerPath('auth', ca, serial)}`,
    close: async () => {
      await served.close()
      await end()
      endKeys?.()
    },
  }
}

const SECONDS = 1

export interface Load {
  /** Requests a second, by wrk; every answer must be one. */
  readonly rate: number
  /** CPU time of who answers, in microseconds a request: what a busy machine does not change. */
  readonly cpu: number
}

export async function load(url: string, cpuOf: () => number): Promise<Load> {
  const before = cpuOf()
  const wrk = spawn('wrk', ['-t1', '-c64', `-d${SECONDS}s`, url])
  let out = ''
  wrk.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  await new Promise((resolve, reject) => wrk.on('close', resolve).on('error', reject))
  must(!out.includes('Non-2xx'), 'that every answer is one')
  const requests = Number(/([0-9]+) requests in/.exec(out)?.[1])
  return { rate: Number(/Requests\/sec:\s+([0-9.]+)/.exec(out)?.[1]), cpu: (cpuOf() - before) / requests }
}

/** By ab: openssl ends each connection. */
export function loadClosing(url: string, cpuOf: () => number): Load {
  const [requests, before] = [400, cpuOf()]
  const out = execFileSync('ab', ['-q', '-n', `${requests}`, '-c', '4', url]).toString()
  must(/Failed requests:\s+0/.test(out), 'that every answer is one')
  return { rate: Number(/Requests per second:\s+([0-9.]+)/.exec(out)?.[1]), cpu: (cpuOf() - before) / requests }
}

const TICK_US = 10_000

/** User and system time of these processes. */
export const cpuOf = (...pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_US
  }, 0)

export interface Peer {
  readonly url: string
  /** Of the process and its children. */
  readonly pids: readonly number[]
  stop(): Promise<void>
}

export async function nginxServing(content: Uint8Array): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-nginx-'))
  const port = await freePort()
  execFileSync('chmod', ['755', folder])
  writeFileSync(join(folder, 'answer'), content)
  writeFileSync(
    join(folder, 'conf'),
    `worker_processes 1; daemon off; pid ${folder}/pid; error_log /dev/null;
     events { worker_connections 1024; }
     http { access_log off; sendfile on; open_file_cache max=10; keepalive_requests 1000000;
       client_body_temp_path ${folder}/1; proxy_temp_path ${folder}/2; fastcgi_temp_path ${folder}/3;
       uwsgi_temp_path ${folder}/4; scgi_temp_path ${folder}/5;
       server { listen 127.0.0.1:${port}; root ${folder}; } }`,
  )
  return running(
    spawn('nginx', ['-c', join(folder, 'conf')], { stdio: 'ignore' }),
    `http://127.0.0.1:${port}/answer`,
    folder,
  )
}

/** A responder of one certificate of its own small CA, RSA-2048. */
export async function opensslResponder(): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-openssl-'))
  const port = await freePort()
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  run(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'k.pem',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=peer',
    '-set_serial',
    '4096',
  )
  writeFileSync(join(folder, 'index.txt'), 'V\t350101000000Z\t\t1000\tunknown\t/CN=peer\n')
  run('ocsp', '-issuer', 'ca.pem', '-cert', 'ca.pem', '-no_nonce', '-reqout', 'request')
  const request = readFileSync(join(folder, 'request')).toString('base64')
  const args = [
    'ocsp',
    '-port',
    `${port}`,
    '-index',
    'index.txt',
    '-CA',
    'ca.pem',
    '-rsigner',
    'ca.pem',
    '-rkey',
    'k.pem',
    '-nmin',
    '15',
  ]
  const child = spawn('openssl', args, { cwd: folder, stdio: 'ignore' })
  return running(child, `http://127.0.0.1:${port}/${encodeURIComponent(request)}`, folder)
}

async function running(child: ChildProcess, url: string, folder: string): Promise<Peer> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) break
    must(tries < 200, `that ${url} answers`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1').trim()
  return {
    url,
    pids: [child.pid!, ...(children ? children.split(' ').map(Number) : [])],
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
