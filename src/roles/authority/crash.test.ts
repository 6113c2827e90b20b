// Killed with -9 at every point of issuing and of a roll-over, the next life loses nothing and doubles nothing; two
// processes on one database that want the same serial numbers give none twice. On PostgreSQL where there is a server.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { postgresBinaries } from '../../adapters/testing/postgres-server.ts'
import { hex } from '../../base/bytes.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import type { LifeReport } from '../../world/testing/issue-run.ts'

const SCRIPT = new URL('../../world/testing/issue-run.ts', import.meta.url).pathname
const root = mkdtempSync(join(tmpdir(), 'kazasu-issue-'))
const url = testDatabaseUrl()
const serverAtHand = process.env.DATABASE_URL !== undefined || postgresBinaries() !== undefined
let database: TestDatabase | undefined
beforeAll(async () => {
  if (url) database = await testDatabase()
})
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await database?.close()
})

type Request = readonly [requestKey: string, publicKey: string]
const request = (name: string): Request => [name, hex(generateKeyPair('RSA-2048').publicKey)]

/** What it reported, or undefined when it was killed. */
function live(name: string, order: object): Promise<LifeReport | undefined> {
  const { DATABASE_URL: _, ...inherited } = process.env
  const env = { ...inherited, NODE_COMPILE_CACHE: join(root, 'compiled') }
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'crash'}_${name}`
  const whole = JSON.stringify({
    url: url ?? '',
    prefix,
    folder: join(root, name),
    killAt: 0,
    before: [],
    now: [],
    ...order,
  })
  const child = spawn(process.execPath, [SCRIPT, whole], { env })
  let [out, errors] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(undefined)
      else if (code === 0) resolve(JSON.parse(out) as LifeReport)
      else reject(new Error(errors))
    })
  })
}

const WHOLE = { pending: 0, serials: 0, findings: 0 }

test('kill -9 at every point of issuing: lost 0, doubled 0, unlogged 0', async ({ skip }) => {
  if (!url && serverAtHand) skip('runs in the project postgres')
  await live('issue', { now: [request('first')] })
  const asked: Request[] = []
  let report: LifeReport | undefined
  for (let killAt = 1; !report; killAt++) {
    const next = request(`request-${killAt}`)
    report = await live('issue', { killAt, before: asked, now: [next] })
    asked.push(next)
  }
  const end = await live('issue', { before: asked })
  const kills = asked.length - 1
  process.stdout.write(
    `issuing: ${kills} kills, ${asked.length} requests, ${end!.certificates - 1} certificates, lost 0, doubled 0\n`,
  )
  expect(kills).toBeGreaterThanOrEqual(8)
  expect(end).toMatchObject({ ...WHOLE, requests: asked.length + 1, certificates: asked.length + 1 })
})

test('kill -9 at every point of a roll-over: the generation is made once, and issuing goes on', async ({ skip }) => {
  if (!url && serverAtHand) skip('runs in the project postgres')
  await live('roll', { now: [request('first')] })
  let report: LifeReport | undefined
  let kills = 0
  for (let killAt = 1; !report; killAt += 2) {
    report = await live('roll', { killAt, rollOverTo: 2 })
    if (!report) kills++
  }
  const end = await live('roll', { now: [request('after')] })
  process.stdout.write(`roll-over: ${kills} kills, ${end!.generations} generations, lost 0, doubled 0\n`)
  expect(kills).toBeGreaterThan(3)
  expect(end).toMatchObject({ ...WHOLE, certificates: 2, generations: 2 })
})

test('two processes that want the same serial numbers at once give none twice', async ({ skip }) => {
  if (!url) skip('PGlite admits one process')
  await live('race', {})
  const many = (who: string) => Array.from({ length: 12 }, (_, i) => request(`${who}-${i}`))
  const [a, b] = [many('a'), many('b')]
  await Promise.all([live('race', { now: a, sameEntropy: true }), live('race', { now: b, sameEntropy: true })])
  const end = await live('race', {})
  process.stdout.write(
    `two issuers: ${end!.certificates} certificates of ${a.length + b.length} requests, lost 0, doubled 0\n`,
  )
  expect(end).toMatchObject({ ...WHOLE, requests: 24, certificates: 24 })
})
