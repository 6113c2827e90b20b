// State of a card survives the death of its process, whenever it comes.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { fileMemory } from '../adapters/memory/index.ts'
import { stateOf } from './testing/card-run.ts'

interface Death {
  readonly promised: string
  readonly confirmed: string
  readonly found: string
}

/** Kills the process when it has said so many lines; what it said last, and what the file holds. */
async function killedAfter(lines: number): Promise<Death> {
  const folder = mkdtempSync(join(tmpdir(), 'card-'))
  const path = join(folder, 'sim')
  try {
    const child = spawn(process.execPath, ['src/world/testing/card-run.ts', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    const last = { next: '', done: '' }
    let said = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, state = ''] = line.split(' ')
      if (what === 'next' || what === 'done') last[what] = state
      said += 1
      if (said === lines) child.kill('SIGKILL')
    }
    await exited
    const memory = fileMemory(path)
    const found = stateOf(memory.load())
    memory.close()
    return { promised: last.next, confirmed: last.done, found }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('kill -9 of the process at any moment: what was confirmed is there, what was not is there whole or not at all', async () => {
  const deaths: Death[] = []
  for (const lines of [24, 62, 83]) deaths.push(await killedAfter(lines))
  const lost = deaths.filter(({ promised, confirmed, found }) => found !== promised && found !== confirmed)
  expect({ deaths: deaths.length, lost: lost.length }).toEqual({ deaths: 3, lost: 0 })
})

test('and without a death it comes to its end', async () => {
  const { promised, confirmed, found } = await killedAfter(Number.POSITIVE_INFINITY)
  expect(found).toBe(confirmed)
  expect(promised).toBe(confirmed)
})
