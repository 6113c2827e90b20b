// The borders of docs/architecture.md: layers, roles meet by contract, pure rooms stay pure.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const LAYERS = ['base', 'codec', 'protocol', 'adapters', 'roles', 'world', 'cases', 'apps']
// A role's door to the network is http.ts, or what lies in a folder of that name.
const PURE = /^(base|codec|protocol)\/|^roles\/(?!.*\/http(?:\.ts$|\/))/
const AMBIENT = /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\brandomBytes\b|\bprocess\.env\b|\bBuffer\b/
const LET_IN: readonly [file: RegExp, packages: RegExp][] = [
  [/^base\/(crypto|aes|des)\.ts$/, /^(node:crypto|@noble\/ciphers\/)/],
  [/^base\/inflate\.ts$/, /^node:zlib$/],
  [/\/contract\.ts$/, /^zod$/],
  [/\/store\.ts$/, /^kysely$/],
]

const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((m) => m[1]!)
const resolve = (file: string, i: string) => new URL(i, `file:///${file}`).pathname.slice(1)
const layer = (file: string) => LAYERS.indexOf(file.split('/')[0]!)
const role = (file: string) => /^roles\/([^/]+)/.exec(file)?.[1]
const meets = (file: string, other: string) =>
  !role(file) || !role(other) || role(file) === role(other) || other.endsWith('/contract.ts')

/** Every breach of a border in one file, as a sentence. */
function breaches(file: string, text: string): string[] {
  if (layer(file) === -1) return ['lies in no known layer']
  const all = imports(text)
  const local = all.filter((i) => i.startsWith('.')).map((i) => resolve(file, i))
  const foreign = all.filter((i) => !i.startsWith('.'))
  const found = [
    ...local.filter((i) => layer(i) > layer(file)).map((i) => `imports downwards: ${i}`),
    ...local.filter((i) => !meets(file, i)).map((i) => `meets another role behind its contract: ${i}`),
  ]
  if (!PURE.test(file)) return found
  const letIn = (i: string) => LET_IN.some(([where, what]) => where.test(file) && what.test(i))
  found.push(...foreign.filter((i) => !letIn(i)).map((i) => `a pure room imports ${i}`))
  if (AMBIENT.test(text)) found.push(`a pure room uses ${AMBIENT.exec(text)![0]}`)
  return found
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
  (f) => f.endsWith('.ts') && !f.endsWith('.test.ts'),
)

test.each(files)('%s keeps the borders', (f) => expect(breaches(f, readFileSync(`src/${f}`, 'utf8'))).toEqual([]))

/** Which is over when the next page is there. */
test('walks in a browser click as their room does', () => {
  const walks = readdirSync('src/apps/web').filter((f) => f.endsWith('browser.test.ts'))
  const text = walks.map((f) => readFileSync(`src/apps/web/${f}`, 'utf8')).join('')
  expect(text.match(/\bclick\(.+/g)!.length).toBeGreaterThan(50)
  expect(text.match(/.+\.click\(.*/g)).toBeNull()
})

describe('a planted breach is seen', () => {
  test.each([
    ['lost/room.ts', '', 'lies in no known layer'],
    ['codec/tlv.ts', "import { x } from '../roles/phone/contract.ts'", 'imports downwards: roles/phone/contract.ts'],
    ['base/verdict.ts', "export * from '../codec/der.ts'", 'imports downwards: codec/der.ts'],
    [
      'roles/phone/apply.ts',
      "import { s } from '../sp-tsm/store.ts'",
      'meets another role behind its contract: roles/sp-tsm/store.ts',
    ],
    ['protocol/scp03.ts', "import { createHmac } from 'node:crypto'", 'a pure room imports node:crypto'],
    ['roles/sp-tsm/apply.ts', "import { z } from 'zod'", 'a pure room imports zod'],
    ['roles/sp-tsm/apply.ts', 'const now = new Date()', 'a pure room uses new Date()'],
    ['base/bytes.ts', 'Buffer.from([])', 'a pure room uses Buffer'],
  ])('%s: %s', (file, text, breach) => expect(breaches(file, text)).toContain(breach))

  test.each([
    ['roles/phone/apply.ts', "import type { SpTsm } from '../sp-tsm/contract.ts'"],
    ['roles/sp-tsm/http.ts', "import { Hono } from 'hono'"],
    ['roles/sp-tsm/http/keys.ts', "import { Hono } from 'hono'"],
    ['base/crypto.ts', "import { sign } from 'node:crypto'"],
    ['apps/cli/main.ts', "import { w } from '../../world/index.ts'; new Date()"],
  ])('and what is allowed is not: %s: %s', (file, text) => expect(breaches(file, text)).toEqual([]))
})
