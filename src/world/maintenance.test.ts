import { afterEach, expect, test, vi } from 'vitest'
import { FOLLOW_EVERY_MS, keepMaintained, maintain, oneAtATime } from './maintenance.ts'

afterEach(() => void vi.useRealTimers())

const QUARTER_MS = 15 * 60_000
const logged: unknown[] = []
const log = (event: string, fields?: object) => void logged.push([event, fields])
const broken = async () => {
  throw new RangeError('facts of somebody')
}

test('what fails does not keep the rest from being done, and only its kind is logged', async () => {
  let done = 0
  await maintain(log, [broken, async () => done++])
  expect(done).toBe(1)
  expect(logged).toEqual([['maintenance.failed', { reason: 'RangeError' }]])
})

test('every quarter of an hour, until the end, which waits for what is running', async () => {
  vi.useFakeTimers()
  let done = 0
  let finish = () => {}
  const slow = () =>
    new Promise<void>((resolve) => {
      finish = () => {
        done++
        resolve()
      }
    })
  const end = keepMaintained(log, [slow])
  await vi.advanceTimersByTimeAsync(QUARTER_MS)
  let ended = false
  const ending = end().then(() => {
    ended = true
  })
  await vi.advanceTimersByTimeAsync(QUARTER_MS)
  expect([done, ended]).toEqual([0, false])
  finish()
  await ending
  expect(done).toBe(1)
  await vi.advanceTimersByTimeAsync(3 * QUARTER_MS)
  expect(done).toBe(1)
})

test('what was stopped at the authority is asked for several times a minute, and not while it is still being asked', async () => {
  vi.useFakeTimers()
  let [asked, answered] = [0, () => {}]
  const follow = () => {
    asked++
    return new Promise<void>((resolve) => {
      answered = resolve
    })
  }
  const end = keepMaintained(log, [follow], FOLLOW_EVERY_MS)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toBe(1)
  for (let i = 0; i < 4; i++) {
    answered()
    await vi.advanceTimersByTimeAsync(FOLLOW_EVERY_MS)
  }
  expect(asked).toBe(5)
  answered()
  await end()
})

test('two works at once: the second begins when the first has ended, also when that failed', async () => {
  const take = oneAtATime()
  const answers: PromiseWithResolvers<number>[] = []
  const work = () => {
    answers.push(Promise.withResolvers<number>())
    return answers.at(-1)!.promise
  }
  const [first, second] = [take(work), take(work)]
  expect(answers.length).toBe(1)
  answers[0]!.reject(new Error('of the first'))
  await expect(first).rejects.toThrow('of the first')
  await expect.poll(() => answers.length).toBe(2)
  answers[1]!.resolve(2)
  expect(await second).toBe(2)
})
