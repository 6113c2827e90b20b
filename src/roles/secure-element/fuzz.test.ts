import { expect, test } from 'vitest'
import { bytes, fromHex, NO_BYTES } from '../../base/bytes.ts'
import { judge, watchedMemory } from './fuzz.ts'
import { fuzzImages, fuzzSession, SESSION } from './fuzz-cards.ts'

const SEED = 20261128

test('20,000 random and mutated commands get a status word and write nothing without authentication', async () => {
  const images = await fuzzImages()
  const statuses = new Set<number>()
  for (let number = 0; number < 20_000 / SESSION; number++) {
    await fuzzSession(images, SEED, number, (_, sw) => statuses.add(sw))
  }
  expect(statuses.size).toBeGreaterThan(15)
  expect(statuses).toContain(0x9000)
})

test('a session by seed and number is the same each time', async () => {
  const images = await fuzzImages()
  const seen = async (seed: number) => {
    const all: number[] = []
    await fuzzSession(images, seed, 7, (_, sw) => all.push(sw))
    return all
  }
  expect(await seen(SEED)).toEqual(await seen(SEED))
  expect(await seen(SEED)).not.toEqual(await seen(SEED + 1))
})

const judgedBy = (process: () => Uint8Array) => {
  const memory = watchedMemory(new Map([['x/pin/auth', bytes(2, 3, 0x31)]]))
  return { memory, judged: { card: { process } as never, memory, authenticated: false } }
}

test('an exception of the card is found', () => {
  const { judged } = judgedBy(() => {
    throw new Error('bug')
  })
  expect(() => judge(judged, NO_BYTES)).toThrow('threw')
})

test.each([
  ['no status word', fromHex('90')],
  ['an unexpected error', fromHex('6400')],
  ['a status that there is not', fromHex('1234')],
])('%s is found', (_, answer) => expect(() => judge(judgedBy(() => answer).judged, NO_BYTES)).toThrow())

test.each([
  ['a write', 'app/x', bytes(1)],
  ['a try gained', 'x/pin/auth', bytes(2, 4, 0x31)],
  ['another PIN', 'x/pin/auth', bytes(2, 3, 0x32)],
  ['a deletion', 'x/pin/auth', null],
])('%s without authentication is found', (_, name, value) => {
  const { memory, judged } = judgedBy(() => {
    memory.commit(new Map([[name, value]]))
    return fromHex('9000')
  })
  expect(() => judge(judged, NO_BYTES)).toThrow('without authentication')
})
