// A process that a test kills: lives the whole life of a SIM over the file that it is given, and says before each write
// which state will be, and after it that it is. States are hashes of everything that the card remembers.

import { writeSync } from 'node:fs'
import { fileMemory } from '../../adapters/memory/index.ts'
import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { Memory } from '../../base/ports.ts'
import { wake } from '../../roles/secure-element/specimen.ts'
import { LIVES, record } from '../../roles/secure-element/whole-life.ts'

export const stateOf = (records: ReadonlyMap<string, Bytes>): string =>
  hex(
    sha256(
      utf8(
        [...records]
          .map(([name, value]) => `${name} ${hex(value)}`)
          .sort()
          .join('\n'),
      ),
    ),
  )

/** Says what it is about to write. */
function telling(memory: Memory): Memory {
  const load = () => memory.load()
  return {
    load,
    commit(changes) {
      const next = load()
      for (const [name, value] of changes) value === null ? next.delete(name) : next.set(name, value)
      writeSync(1, `next ${stateOf(next)}\n`)
      memory.commit(changes)
      writeSync(1, `done ${stateOf(next)}\n`)
    },
  }
}

const [, script, path] = process.argv
if (script?.endsWith('card-run.ts') && path) {
  const memory = telling(fileMemory(path))
  await record(LIVES['a SIM'], memory, wake)
  writeSync(1, 'end\n')
}
