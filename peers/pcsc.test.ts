// Our own PC/SC client reads our own card through a real pcscd: the same dialogues as over any other link.

import { expect, test } from 'vitest'
import { noClient, noRoom, openRoom } from './room.ts'

const reason = noRoom() ?? noClient()
const script = (name: string) => new URL(name, import.meta.url).pathname

test('the card in the reader is selected, read, signs and refuses a wrong PIN', async ({ skip }) => {
  if (reason) skip(reason)
  const room = await openRoom()
  try {
    const card = await room.start(/inserted/, process.execPath, script('insert-specimen.ts'))
    const { status, stdout, said } = await room.run(process.execPath, script('read-card.ts'))
    await card.stop()
    expect(status, said).toBe(0)
    expect(JSON.parse(stdout.toString())).toEqual({
      atr: '3b888001000005e0b381a1007f',
      label: 'JPKIAPICCTOKEN2',
      tries: 3,
      serial: '06d18007',
      verified: true,
      wrongPin: '63c2',
    })
  } finally {
    await room.close()
  }
})
