// Every command that a SIM has, and its power cut at every write: the card is before the command or after it.

import { beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, fromUint, hex } from '../../base/bytes.ts'
import { CardMute } from './contract.ts'
import { SpecimenMemory, wake } from './specimen.ts'
import { LIVES, type Life, type Recorded, record } from './whole-life.ts'

const image = (records: ReadonlyMap<string, Bytes>) =>
  [...records]
    .map(([name, value]) => `${name} ${hex(value)}`)
    .sort()
    .join('\n')

/** INS of everything that security domains, the toolkit and the applications of phone and plastic card understand. */
const COMMANDS = 'a4 ca f2 50 82 e6 e8 e4 d8 e2 f0 7a 78 70 20 24 32 2a b0 b2 84 88 a2 ae 10 c2 12 14'.split(' ')

interface Lived {
  readonly life: Recorded[]
  /** What the memory held before each command, and after the last. */
  readonly before: ReadonlyMap<string, Bytes>[]
  readonly commitsOf: number[]
}

async function live(life: Life): Promise<Lived> {
  const memory = new SpecimenMemory()
  const before: ReadonlyMap<string, Bytes>[] = []
  const commitsOf: number[] = []
  const recorded = await record(life, memory, () => {
    const card = wake(memory)
    return {
      process(command) {
        before.push(new Map(memory.records))
        const commits = memory.commits
        const answer = card.process(command)
        commitsOf.push(memory.commits - commits)
        return answer
      },
    }
  })
  before.push(new Map(memory.records))
  return { life: recorded, before, commitsOf }
}

let lives: Lived[]
beforeAll(async () => {
  lives = await Promise.all(Object.values(LIVES).map(live))
})

test('the lives have every command, and each is one transaction at most', () => {
  const seen = new Set(lives.flatMap(({ life }) => life.map(({ command }) => hex(command.subarray(1, 2)))))
  expect(COMMANDS.filter((ins) => !seen.has(ins))).toEqual([])
  expect(Math.max(...lives.flatMap(({ commitsOf }) => commitsOf))).toBe(1)
  expect(lives.map((lived) => changed(lived).length >= 6)).toEqual(lives.map(() => true))
  expect(lives.flatMap(changed).length).toBeGreaterThan(110)
})

const changed = ({ commitsOf }: Lived) => commitsOf.flatMap((commits, at) => (commits === 1 ? [at] : []))

type Cut = 'before' | 'after'

/** Lives the chapter up to a command, loses power in it, and wakes. Whether the card is before it or after it. */
function cutAt({ life, before }: Lived, at: number, when: Cut): { between: boolean; goesOn: boolean } {
  const first = life.findIndex(({ chapter }) => chapter === life[at]!.chapter)
  const memory = new SpecimenMemory(before[first])
  const card = wake(memory)
  for (const { command } of life.slice(first, at)) card.process(command)
  memory.cut = { at: memory.commits + 1, when }
  expect(() => card.process(life[at]!.command)).toThrow(CardMute)
  memory.cut = undefined
  const between = image(memory.records) !== image(before[when === 'before' ? at : at + 1]!)
  return { between, goesOn: wake(memory).process(life[first]!.command).length >= 2 }
}

describe.each(['before', 'after'] as const)('power lost %s the write', (when) => {
  test.each(Object.keys(LIVES))('%s is before the command or after it, never between; nothing is lost', (name) => {
    const lived = lives[Object.keys(LIVES).indexOf(name)]!
    const cuts = changed(lived).map((at) => ({ at, ...cutAt(lived, at, when) }))
    expect(cuts.filter(({ between, goesOn }) => between || !goesOn)).toEqual([])
  })
})

test('counters never gain: sessions, packets and receipts count up, tries count down unless PIN or issuer was right', () => {
  expect(lives.flatMap(falls)).toEqual([])
})

/** Of key sets, packets, receipts (data object C2), envelopes. */
const COUNTERS = /^counter\/|^ota\/.*\/counter\/|\/sequence$|^object\/.*\/00c2$/
const SECRETS = /\/pin\//

/** Names of records that went the wrong way. */
function falls({ life, before }: Lived): string[] {
  const wrong: string[] = []
  for (const [at, records] of before.slice(1).entries()) {
    const right = hex(life[at]!.answer.slice(-2)) === '9000'
    for (const [name, value] of records) {
      const earlier = before[at]!.get(name)
      if (!earlier || hex(earlier) === hex(value)) continue
      if (COUNTERS.test(name) && fromUint(value) < fromUint(earlier)) wrong.push(name)
      if (SECRETS.test(name) && value[1]! > earlier[1]! && !right) wrong.push(name)
    }
  }
  return wrong
}
