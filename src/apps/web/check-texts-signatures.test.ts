// Every rule of protocol/ades has words: the names are read from where the rules stand.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CHECK_TEXTS } from './check-texts.ts'

const folder = 'src/protocol/ades'
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/name: '([^'/]{12,})',\s*cite/g)])
  .map(([, name]) => name!)

test('the rules are found', () => expect(names.length).toBeGreaterThan(20))
test.each([...new Set(names)])('"%s" has words', (name) => expect(CHECK_TEXTS).toHaveProperty([name]))
