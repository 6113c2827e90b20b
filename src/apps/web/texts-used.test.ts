// A text that no screen shows is taken out.

import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TEXTS } from './messages.ts'

const SRC = new URL('../../', import.meta.url).pathname
const ofTests = /\.test\.ts$|\/testing\//
const ofTexts = /^apps\/web\/(messages|[\w-]*texts)/
const sources = globSync('{apps,roles,world}/**/*.ts', { cwd: SRC })
  .filter((name) => !ofTests.test(name) && !ofTexts.test(name))
  .map((name) => readFileSync(SRC + name, 'utf8'))
  .join('\n')
/** By a screen, or where they are names of what a role tells, such as an act or a proof. */
const named = new Set(sources.match(/[\w-]+/g))
const told = sources.matchAll(/`(?<begin>[\w-]*)\$\{[^}`]*\}(?<end>[\w-]*)`/g)
/** Those that are put together, such as `state_${state}`. */
const parts = [...told].map(({ groups }) => groups as { begin: string; end: string })
const madeUp = (key: string) =>
  parts.some(({ begin, end }) => /_|.{4}/.test(begin + end) && key.startsWith(begin) && key.endsWith(end))

test('every text has a screen that names it', () => {
  const unused = Object.entries(TEXTS.ja).flatMap(([screen, texts]) =>
    Object.keys(texts)
      .filter((key) => !named.has(key) && !madeUp(key))
      .map((key) => `${screen}.${key}`),
  )
  expect(unused).toEqual([])
})
