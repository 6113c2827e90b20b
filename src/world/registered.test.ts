// A service registers with who is there, and goes on until all are: the platform, and each of its readers.

import { expect, test } from 'vitest'
import { Refusal } from '../base/refusal.ts'
import { standing } from './registered.ts'

const reader = (name: string) => ({ keyId: name.padEnd(16, '0'), name, place: 'here' })
const away = new Refusal('peer/unreachable', 503, 'away')

test('who is away keeps nobody from starting, and is asked until it comes', async () => {
  const logged: unknown[] = []
  const registered: string[][] = []
  const there = { platform: false, one: true, two: false }
  let asked = 0
  const ask = (name: 'one' | 'two') => async () => {
    asked += 1
    if (!there[name]) throw away
    return reader(name)
  }
  const register = async (readers: { name: string }[]) => {
    if (!there.platform) throw away
    registered.push(readers.map(({ name }) => name))
  }
  const log = (event: string, fields?: object) => void logged.push([event, fields])
  const { upkeep, hasReader } = await standing(log, register, [ask('one'), ask('two')])
  const waits = (who: string) => ['service.not-registered-yet', { who, code: 'peer/unreachable' }]
  expect([registered, hasReader(), logged]).toEqual([[], true, [waits('reader'), waits('platform')]])
  await expect(upkeep()).rejects.toBe(away)
  there.platform = true
  await upkeep()
  await upkeep()
  expect(registered).toEqual([['one']])
  there.two = true
  await upkeep()
  expect(registered).toEqual([['one'], ['one', 'two']])
  asked = 0
  await upkeep()
  expect([asked, registered.length]).toEqual([0, 2])
})

test('who answers no is heard at the start', async () => {
  const refuse = async () => Promise.reject(new Refusal('request/not-yours', 403, 'not yours'))
  const notYours = { code: 'request/not-yours' }
  await expect(standing(() => undefined, refuse, [])).rejects.toMatchObject(notYours)
  await expect(
    standing(
      () => undefined,
      async () => undefined,
      [refuse],
    ),
  ).rejects.toMatchObject(notYours)
})
