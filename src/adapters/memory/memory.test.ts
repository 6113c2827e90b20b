import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, bytes, utf8 } from '../../base/bytes.ts'
import { type CardMemory, fileMemory, volatileMemory } from './index.ts'

let folder: string
let serial = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-memory-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const newPath = () => join(folder, `${serial++}.card`)

const put = (memory: CardMemory, name: string, value: Bytes | null) => memory.commit(new Map([[name, value]]))

/** One suite, every memory. `reopen` is what taking the card out and in again does. */
describe.each([
  ['volatile', () => ({ memory: volatileMemory(), reopen: (memory: CardMemory) => memory })],
  [
    'file',
    () => {
      const path = newPath()
      const reopen = (memory: CardMemory) => {
        memory.close()
        return fileMemory(path)
      }
      return { memory: fileMemory(path), reopen }
    },
  ],
  [
    'file that is compacted at every write',
    () => {
      const path = newPath()
      const reopen = (memory: CardMemory) => {
        memory.close()
        return fileMemory(path, { compactAbove: 0 })
      }
      return { memory: fileMemory(path, { compactAbove: 0 }), reopen }
    },
  ],
])('memory: %s', (_, open) => {
  test('keeps what was committed, and nothing that was deleted', () => {
    const { memory, reopen } = open()
    expect(memory.load()).toEqual(new Map())
    memory.commit(
      new Map<string, Bytes | null>([
        ['a', bytes(1)],
        ['b', bytes(2)],
        ['空', bytes()],
      ]),
    )
    memory.commit(
      new Map<string, Bytes | null>([
        ['a', bytes(3, 4)],
        ['b', null],
        ['never', null],
      ]),
    )
    const kept = new Map([
      ['a', bytes(3, 4)],
      ['空', bytes()],
    ])
    expect(memory.load()).toEqual(kept)
    const again = reopen(memory)
    expect(again.load()).toEqual(kept)
    for (let i = 0; i < 50; i++) put(again, 'counter', bytes(i))
    const third = reopen(again)
    expect(third.load().get('counter')).toEqual(bytes(49))
    third.close()
  })

  test('is not changed through what was given or taken', () => {
    const { memory } = open()
    const value = bytes(1)
    put(memory, 'a', value)
    value[0] = 9
    memory.load().get('a')![0] = 8
    expect(memory.load().get('a')).toEqual(bytes(1))
    memory.close()
  })
})

describe('the journal on disk', () => {
  test('belongs to its user alone', () => {
    const path = newPath()
    const memory = fileMemory(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    memory.close()
  })

  test('cut anywhere, loses only commits that had not returned', () => {
    const path = newPath()
    const memory = fileMemory(path)
    const ends = [statSync(path).size]
    for (let i = 1; i <= 4; i++) {
      put(memory, 'n', new Uint8Array(i * 10).fill(i))
      ends.push(statSync(path).size)
    }
    memory.close()
    const whole = readFileSync(path)
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      const cut = fileMemory(path)
      const commits = ends.filter((end) => end <= length).length - 1
      expect(cut.load().get('n')?.[0] ?? 0).toBe(Math.max(commits, 0))
      put(cut, 'after', bytes(1))
      cut.close()
      const again = fileMemory(path)
      expect(again.load().get('after')).toEqual(bytes(1))
      again.close()
    }
  })

  test('with a last frame of garbage or zeros drops it', () => {
    for (const tail of [new Uint8Array(100), bytes(0, 0, 0, 2, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8), bytes(255, 255)]) {
      const path = newPath()
      const memory = fileMemory(path)
      put(memory, 'a', bytes(1))
      memory.close()
      appendFileSync(path, tail)
      const again = fileMemory(path)
      expect(again.load()).toEqual(new Map([['a', bytes(1)]]))
      again.close()
    }
  })

  test('damaged before its last frame is refused and left as it is', () => {
    const path = newPath()
    const memory = fileMemory(path)
    put(memory, 'a', utf8('first'))
    put(memory, 'b', utf8('second'))
    memory.close()
    const damaged = readFileSync(path)
    damaged[20] = damaged[20]! ^ 1
    writeFileSync(path, damaged)
    expect(() => fileMemory(path)).toThrow(expect.objectContaining({ code: 'card/damaged' }))
    expect(readFileSync(path)).toEqual(damaged)
    writeFileSync(path, 'not a card at all')
    expect(() => fileMemory(path)).toThrow(expect.objectContaining({ code: 'card/damaged' }))
  })

  test('does not grow for ever', () => {
    const path = newPath()
    const memory = fileMemory(path, { compactAbove: 1000 })
    for (let i = 0; i < 200; i++) put(memory, 'n', new Uint8Array(100).fill(i))
    expect(statSync(path).size).toBeLessThan(1300)
    memory.close()
  })

  test('a commit that fails changes nothing', () => {
    const path = newPath()
    const memory = fileMemory(path, {
      onCommit: (when) => {
        if (when === 'before' && memory.load().size === 1) throw new Error('power')
      },
    })
    put(memory, 'a', bytes(1))
    const size = statSync(path).size
    expect(() => put(memory, 'b', bytes(2))).toThrow('power')
    expect(statSync(path).size).toBe(size)
    expect([...memory.load().keys()]).toEqual(['a'])
    memory.close()
  })

  test('closed, takes nothing more', () => {
    const memory = fileMemory(newPath())
    memory.close()
    memory.close()
    expect(() => put(memory, 'a', bytes(1))).toThrow('closed')
  })
})

/** Runs a script in a process of its own, in which `memory` is the card at `path`. */
function holder(path: string, script: string, options: string = '{}') {
  const source = `
    import { fileMemory } from './src/adapters/memory/index.ts'
    const memory = fileMemory(${JSON.stringify(path)}, ${options})
    ${script}`
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] })
}

describe('another process', () => {
  test('that has the card keeps us out; killed, it does not', async () => {
    const path = newPath()
    const child = holder(path, `process.stdout.write('in'); process.stdin.resume()`)
    await once(child.stdout, 'data')
    expect(() => fileMemory(path)).toThrow(
      expect.objectContaining({ code: 'card/in-use', detail: { process: child.pid } }),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    fileMemory(path).close()
  })

  test('killed in the middle of its commits, has kept each that returned', async () => {
    for (const delay of [0, 5, 20]) {
      const path = newPath()
      const child = holder(
        path,
        `for (let n = 1; ; n++) {
          memory.commit(new Map([['n', Uint8Array.of(n >> 8, n)], ['filler', new Uint8Array(n % 3000)]]))
          process.stdout.write(n + '\\n')
        }`,
        '{ compactAbove: 10_000 }',
      )
      let told = ''
      child.stdout.on('data', (part) => {
        if (told === '') setTimeout(() => child.kill('SIGKILL'), delay)
        told += part
      })
      await once(child, 'close')
      const last = Number(told.trimEnd().split('\n').at(-1))
      const memory = fileMemory(path)
      const [high, low] = memory.load().get('n')!
      expect(high! * 256 + low!).toBeGreaterThanOrEqual(last)
      expect(memory.load().get('filler')).toHaveLength((high! * 256 + low!) % 3000)
      memory.close()
    }
  })

  test.each([
    ['before', 2],
    ['after', 3],
  ] as const)('killed %s its third write, has %i', async (when, kept) => {
    const path = newPath()
    const kill = `{ onCommit: (when) => { if (when === '${when}' && n === 3) process.kill(process.pid, 'SIGKILL') } }`
    const child = holder(
      path,
      `for (n = 1; n < 9; n++) memory.commit(new Map([['n', Uint8Array.of(n)]]))`,
      `(globalThis.n = 0, ${kill})`,
    )
    await once(child, 'exit')
    const memory = fileMemory(path)
    expect(memory.load().get('n')).toEqual(bytes(kept))
    memory.close()
  })
})

test('a full disk: the commit throws, nothing is half-written, and there is room again later', async ({ skip }) => {
  // A limit on the size of files is a full disk for this process. setrlimit(2), RLIMIT_FSIZE.
  if (process.platform !== 'linux') skip('needs ulimit -f and its EFBIG')
  const path = newPath()
  const source = `
    import { fileMemory } from './src/adapters/memory/index.ts'
    process.on('SIGXFSZ', () => {})
    const memory = fileMemory(${JSON.stringify(path)})
    memory.commit(new Map([['small', Uint8Array.of(1)]]))
    try { memory.commit(new Map([['small', null], ['big', new Uint8Array(100_000)]])); console.log('no error') }
    catch (error) { console.log(error.code) }
    console.log([...memory.load().keys()].join())
    memory.commit(new Map([['other', Uint8Array.of(2)]]))
    memory.close()`
  const shell = `ulimit -f 8 && exec "$0" --input-type=module -e "$1"`
  const child = spawn('sh', ['-c', shell, process.execPath, source], { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.on('data', (part) => (told += part))
  await once(child, 'close')
  expect(told).toBe('EFBIG\nsmall\n')
  const memory = fileMemory(path)
  expect([...memory.load().keys()]).toEqual(['small', 'other'])
  memory.close()
})
