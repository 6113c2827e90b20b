import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../testing/index.ts'
import { type JobsOptions, type RunningJobs, startJobs } from './jobs.ts'

let database: TestDatabase
const started: RunningJobs[] = []
const start = async (options?: JobsOptions) => {
  const jobs = await startJobs(database, options)
  started.push(jobs)
  return jobs
}
beforeAll(async () => {
  database = await testDatabase()
})
afterEach(async () => {
  for (const jobs of started.splice(0)) await jobs.stop()
})
afterAll(() => database.close())

/** Resolves when the queue has handled so many. */
function handled(
  jobs: RunningJobs,
  queue: string,
  count: number,
  handle: (data: Record<string, unknown>) => void = () => {},
) {
  const seen: Record<string, unknown>[] = []
  return new Promise<Record<string, unknown>[]>((resolve, reject) => {
    jobs
      .work(queue, async (data) => {
        seen.push(data)
        handle(data)
        if (seen.length === count) resolve(seen)
      })
      .catch(reject)
  })
}

test('work is done soon, with its data, also what was sent before anyone worked', async () => {
  const jobs = await start()
  await jobs.send('early', { order: 'a', 漢: [1, null] })
  expect(await handled(jobs, 'early', 1)).toEqual([{ order: 'a', 漢: [1, null] }])
  const done = handled(jobs, 'soon', 3)
  for (const n of [1, 2, 3]) await jobs.send('soon', { n })
  const seen = await done
  expect(seen.map((data) => data.n).sort()).toEqual([1, 2, 3])
})

test('a handler that fails is tried again after a while', async () => {
  const events: [string, unknown][] = []
  const jobs = await start({ log: (event, fields) => void events.push([event, fields]) })
  let tries = 0
  const done = handled(jobs, 'again', 2, () => {
    if (++tries === 1) throw new TypeError('the PIN is 1234')
  })
  await jobs.send('again', { n: 1 })
  expect(await done).toEqual([{ n: 1 }, { n: 1 }])
  expect(events).toEqual([['jobs.failed', { queue: 'again', id: expect.any(String), reason: 'TypeError' }]])
})

test('what fails at every try is seen, and revived by hand', async () => {
  const jobs = await start()
  await jobs.send('dying', { n: 1 })
  await database.pool.query(`update ${database.schemaName('jobs')}.job set retry_limit = 0 where name = 'dying'`)
  let healed = false
  const ran: boolean[] = []
  await jobs.work('dying', async () => {
    ran.push(healed)
    if (!healed) throw new Error('no')
  })
  await expect.poll(() => jobs.dead()).toHaveLength(1)
  const [job] = await jobs.dead()
  expect(job).toMatchObject({ queue: 'dying', data: { n: 1 }, failedAt: expect.any(Date) })
  healed = true
  await jobs.revive(job!)
  await expect.poll(() => ran).toEqual([false, true])
  await expect.poll(() => jobs.dead()).toEqual([])
})

test('what a dead process had begun comes back at the next start', async () => {
  const first = await start()
  await first.send('orphan', { n: 1 })
  await first.stop()
  // As kill -9 leaves it: taken by a worker that will never answer.
  const table = `${database.schemaName('jobs')}.job`
  await database.pool.query(`update ${table} set state = 'active', started_on = now() where name = 'orphan'`)
  const second = await start({ alone: true })
  expect(await handled(second, 'orphan', 1)).toEqual([{ n: 1 }])
})

test('what the database does not take is sent when it does, once', async () => {
  const events: [string, unknown][] = []
  const jobs = await start({
    log: (event, fields) => void (event === 'jobs.send.failed' && events.push([event, fields])),
  })
  const schema = database.schemaName('jobs')
  await database.pool.query(`alter schema ${schema} rename to ${schema}_away`)
  for (const n of [1, 2, 2]) await jobs.send('later', { n })
  expect(events).toHaveLength(3)
  expect(events[0]).toEqual(['jobs.send.failed', { queue: 'later', reason: expect.any(String) }])
  await database.pool.query(`alter schema ${schema}_away rename to ${schema}`)
  const seen: unknown[] = []
  await jobs.work('later', async ({ n }) => void seen.push(n))
  await expect.poll(() => [...seen].sort(), { timeout: 10_000 }).toEqual([1, 2])
  await jobs.send('later', { n: 3 })
  await expect.poll(() => [...seen].sort(), { timeout: 10_000 }).toEqual([1, 2, 3])
})

test('stop lets running work end', async () => {
  const jobs = await startJobs(database)
  let ended = false
  const running = new Promise<void>((begun) => {
    void jobs
      .work('long', async () => {
        begun()
        await new Promise((resolve) => setTimeout(resolve, 300))
        ended = true
      })
      .then(() => jobs.send('long', {}))
  })
  await running
  await jobs.stop()
  expect(ended).toBe(true)
})
