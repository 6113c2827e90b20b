// `npm run fuzz [-- --commands 1000000 --seed N --session K]`: random and mutated C-APDUs against our cards.
// The seed is printed; with `--seed` and `--session` what failed runs again alone.

import { parseArgs } from 'node:util'
import { hex } from '../src/base/bytes.ts'
import { fuzzImages, fuzzSession, SESSION } from '../src/roles/secure-element/fuzz-cards.ts'

const text = (fallback: string) => ({ type: 'string', default: fallback }) as const
const { values } = parseArgs({
  options: { commands: text('1000000'), seed: text(String(Date.now() % 2 ** 31)), session: { type: 'string' } },
})
const seed = Number(values.seed)
const sessions = Math.ceil(Number(values.commands) / SESSION)
const [first, last] =
  values.session === undefined ? [0, sessions] : [Number(values.session), Number(values.session) + 1]

// A status word is thrown as an error inside of the card; its stack would cost more than the command.
Error.stackTraceLimit = 0

/** Longest time that one command may take, on a machine that does other things too. */
const BOUND_MS = 1000

const images = await fuzzImages()
const statuses = new Map<number, number>()
let slowest = { milliseconds: 0, command: '' }
let commands = 0
const started = performance.now()
process.stdout.write(`seed ${seed}: ${(last - first) * SESSION} commands in ${last - first} sessions\n`)

for (let number = first; number < last; number++) {
  let at = performance.now()
  try {
    await fuzzSession(images, seed, number, (command, sw) => {
      const now = performance.now()
      if (now - at > slowest.milliseconds) slowest = { milliseconds: now - at, command: hex(command) }
      if (now - at > BOUND_MS) throw new Error(`${hex(command)}: ${Math.round(now - at)} ms`)
      at = now
      statuses.set(sw, (statuses.get(sw) ?? 0) + 1)
      commands += 1
    })
  } catch (error) {
    process.stdout.write(`${error}\nagain: npm run fuzz -- --seed ${seed} --session ${number}\n`)
    process.exit(1)
  }
  if ((number + 1) % 1000 === 0) {
    const seconds = (performance.now() - started) / 1000
    process.stdout.write(`${commands} commands, ${Math.round(commands / seconds)} a second\n`)
  }
}

const table = [...statuses].sort(([, a], [, b]) => b - a)
for (const [sw, count] of table) process.stdout.write(`${sw.toString(16).padStart(4, '0')} ${count}\n`)
process.stdout.write(`slowest ${slowest.milliseconds.toFixed(1)} ms: ${slowest.command.slice(0, 60)}\n`)
process.stdout.write(`${commands} commands: each got a status word, none wrote what it may not\n`)
