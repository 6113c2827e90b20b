import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileMemory } from '../adapters/memory/index.ts'
import { systemEntropy } from '../adapters/random.ts'
import { cardPath } from './platform.ts'
import { createShelf } from './shelf.ts'

test('a name that a caller made up opens no card and leaves nothing on the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-shelf-'))
  const memory = (name: string) => fileMemory(cardPath(join(folder, 'data'), name))
  const shelf = createShelf({ platform: { memory, entropy: systemEntropy } })
  for (const name of ['nobody', '../evil', '../../evil', ''])
    await expect(shelf.open(name)).rejects.toMatchObject({ code: 'card/unknown', status: 404 })
  expect(readdirSync(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})
