// `kazasu gp` on a card in a PC/SC reader, through a real pcscd.

import { expect, test } from 'vitest'
import { MAIN } from '../src/apps/cli/testing.ts'
import { noClient, noRoom, openRoom } from './room.ts'

const reason = noRoom() ?? noClient()
const READER = 'Kazasu 00 00'

test('a domain is made on the card in the reader and listed; another reader is refused', async ({ skip }) => {
  if (reason) skip(reason)
  const room = await openRoom()
  const gp = (reader: string, ...args: string[]) => room.run(process.execPath, MAIN, 'gp', ...args, '--reader', reader)
  try {
    const card = await room.start(/inserted/, process.execPath, new URL('insert-sim.ts', import.meta.url).pathname)
    const made = await gp(READER, 'ssd', 'create', 'D4D4D4D4D4010101')
    expect(made.status, made.said).toBe(0)
    const { status, stdout, said } = await gp(READER, 'list', '--json')
    expect(status, said).toBe(0)
    const aids = (JSON.parse(stdout.toString()) as { aid: string }[]).map(({ aid }) => aid)
    expect(aids).toContain('D4D4D4D4D4010101')
    const elsewhere = await gp('nowhere', 'list')
    expect([elsewhere.status, elsewhere.said]).toEqual([1, expect.stringContaining('pcsc/no-reader')])
    await card.stop()
  } finally {
    await room.close()
  }
})
