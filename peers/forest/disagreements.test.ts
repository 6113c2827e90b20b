// docs/divergences.md tells people what disagreements.ts tells the tests: every class, who differs, and why.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ANSWERS } from './answers.ts'
import { DISAGREEMENTS, disagreementRows } from './disagreements.ts'
import { DOCUMENTS } from './documents.ts'
import { MUTATIONS } from './mutations.ts'

test('the table of docs/divergences.md is that of the peers', () => {
  const [, table = ''] = readFileSync('docs/divergences.md', 'utf8').split('| class | who differs | why |\n')
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(1)
  expect(rows).toEqual(disagreementRows().map((row) => `| ${row.join(' | ')} |`))
})

test('every class that is explained is one that the forest grows', () => {
  const grown = [MUTATIONS, ANSWERS, DOCUMENTS].flatMap((kinds) => Object.keys(kinds))
  const explained = Object.values(DISAGREEMENTS).flatMap((classes) => Object.keys(classes))
  expect(explained.filter((one) => !grown.includes(one))).toEqual([])
})
