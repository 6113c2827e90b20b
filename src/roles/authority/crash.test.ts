// Killed with -9 at every point of issuing and of a roll-over, the next life loses nothing and doubles nothing; two
// processes on one database that want the same serial numbers give none twice. On PostgreSQL where there is a server.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase, testDatabaseUrl } from '../../adapters/testing/index.ts'
import { live } from '../../adapters/testing/life.ts'
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
async function lived(name: string, order: object): Promise<LifeReport | undefined> {
  const prefix = `${database?.schemaName('x').slice(0, -2) ?? 'crash'}_${name}`
  const nothing = { killAt: 0, before: [], now: [] }
  const whole = { url: url ?? '', prefix, folder: join(root, name), ...nothing, ...order }
  const { reports } = await live<LifeReport>(SCRIPT, { args: [JSON.stringify(whole)] })
  return reports[0]
}

const WHOLE = { pending: 0, serials: 0, findings: 0 }

test('kill -9 at every point of issuing: lost 0, doubled 0, unlogged 0', async ({ skip }) => {
  if (!url && serverAtHand) skip('runs in the project postgres')
  await lived('issue', { now: [request('first')] })
  const asked: Request[] = []
  let report: LifeReport | undefined
  for (let killAt = 1; !report; killAt++) {
    const next = request(`request-${killAt}`)
    report = await lived('issue', { killAt, before: asked, now: [next] })
    asked.push(next)
  }
  const end = await lived('issue', { before: asked })
  const kills = asked.length - 1
  process.stdout.write(
    `issuing: ${kills} kills, ${asked.length} requests, ${end!.certificates - 1} certificates, lost 0, doubled 0\n`,
  )
  expect(kills).toBeGreaterThanOrEqual(8)
  expect(end).toMatchObject({ ...WHOLE, requests: asked.length + 1, certificates: asked.length + 1 })
})

test('kill -9 at every point of a roll-over: the generation is made once, and issuing goes on', async ({ skip }) => {
  if (!url && serverAtHand) skip('runs in the project postgres')
  await lived('roll', { now: [request('first')] })
  let report: LifeReport | undefined
  let kills = 0
  for (let killAt = 1; !report; killAt += 2) {
    report = await lived('roll', { killAt, rollOverTo: 2 })
    if (!report) kills++
  }
  const end = await lived('roll', { now: [request('after')] })
  process.stdout.write(`roll-over: ${kills} kills, ${end!.generations} generations, lost 0, doubled 0\n`)
  expect(kills).toBeGreaterThan(3)
  expect(end).toMatchObject({ ...WHOLE, certificates: 2, generations: 2 })
})

test('two processes that want the same serial numbers at once give none twice', async ({ skip }) => {
  if (!url) skip('PGlite admits one process')
  await lived('race', {})
  const many = (who: string) => Array.from({ length: 12 }, (_, i) => request(`${who}-${i}`))
  const [a, b] = [many('a'), many('b')]
  await Promise.all([lived('race', { now: a, sameEntropy: true }), lived('race', { now: b, sameEntropy: true })])
  const end = await lived('race', {})
  process.stdout.write(
    `two issuers: ${end!.certificates} certificates of ${a.length + b.length} requests, lost 0, doubled 0\n`,
  )
  expect(end).toMatchObject({ ...WHOLE, requests: 24, certificates: 24 })
})
