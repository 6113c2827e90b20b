// Every command that a SIM has, and its power cut at every write: the card is before the command or after it.

import { beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, fromUint, hex } from '../../base/bytes.ts'
import { CardMute } from './contract.ts'
import { SpecimenMemory, specimenSim, wake } from './specimen.ts'
import { type Recorded, record } from './whole-life.ts'

const image = (records: ReadonlyMap<string, Bytes>) =>
  [...records]
    .map(([name, value]) => `${name} ${hex(value)}`)
    .sort()
    .join('\n')

/** INS of everything that a security domain and the JPKI application understand. */
const COMMANDS = 'a4 ca f2 50 82 e6 e8 e4 d8 e2 f0 7a 70 20 24 2a b0 84 88 a2'.split(' ')

let life: Recorded[]
/** What the memory held before each command, and after the last. */
const before: ReadonlyMap<string, Bytes>[] = []
let commitsOf: number[]

beforeAll(async () => {
  const memory = new SpecimenMemory()
  specimenSim(memory)
  commitsOf = []
  life = await record(memory, (over) => {
    const card = wake(over)
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
})

test('the life has every command, and each is one transaction at most', () => {
  const seen = new Set(life.map(({ command }) => hex(command.subarray(1, 2))))
  expect(COMMANDS.filter((ins) => !seen.has(ins))).toEqual([])
  expect(Math.max(...commitsOf)).toBe(1)
  expect(commitsOf.filter((commits) => commits === 1).length).toBeGreaterThan(40)
})

const changed = () => life.flatMap((_, at) => (commitsOf[at] === 1 ? [at] : []))

describe.each(['before', 'after'] as const)('power lost %s the write', (when) => {
  test('leaves the card before the command or after it, never between; nothing is lost', () => {
    let [cuts, between, wentOn] = [0, 0, 0]
    for (const at of changed()) {
      const first = life.findIndex(({ chapter }) => chapter === life[at]!.chapter)
      const memory = new SpecimenMemory(before[first])
      const card = wake(memory)
      for (const { command } of life.slice(first, at)) card.process(command)
      memory.cut = { at: memory.commits + 1, when }
      expect(() => card.process(life[at]!.command)).toThrow(CardMute)
      cuts += 1
      memory.cut = undefined
      if (image(memory.records) !== image(before[when === 'before' ? at : at + 1]!)) between += 1
      const again = wake(memory)
      if (again.process(life[first]!.command).length >= 2) wentOn += 1
    }
    expect({ cuts, between, wentOn }).toEqual({ cuts: changed().length, between: 0, wentOn: changed().length })
  })
})

test('counters never gain: sessions and receipts count up, tries count down unless the PIN was right', () => {
  const falls: string[] = []
  for (const [at, records] of before.slice(1).entries()) {
    for (const [name, value] of records) {
      const earlier = before[at]!.get(name)
      if (!earlier || hex(earlier) === hex(value)) continue
      if (/^counter\/|\/sequence$|^object\/.*\/00c2$/.test(name) && fromUint(value) < fromUint(earlier))
        falls.push(name)
      const right = hex(life[at]!.answer.slice(-2)) === '9000'
      if (/\/pin\//.test(name) && value[1]! > earlier[1]! && !right) falls.push(name)
    }
  }
  expect(falls).toEqual([])
})
