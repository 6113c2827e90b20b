// Puts a card of a data folder into the room's reader by our own command line, and waits until pcscd has seen it.

import { expect } from 'vitest'
import type { Room, Started } from './room.ts'

const MAIN = new URL('../src/apps/cli/main.ts', import.meta.url).pathname

export async function insertCard(room: Room, dataFolder: string, name: string): Promise<Started> {
  const target = ['--data', dataFolder, '--vpcd', '127.0.0.1:35963']
  const card = await room.start(/is in the reader/, process.execPath, MAIN, 'card', 'insert', name, ...target)
  await inReader(room)
  return card
}

/** Until pcscd has seen what was put there. */
export async function inReader(room: Room): Promise<void> {
  const seen = async () => /^0 +Yes/m.test((await room.run('opensc-tool', '--list-readers')).said)
  await expect.poll(seen, { interval: 50 }).toBe(true)
}

/** What the program said; fails when it ended otherwise than well. */
export async function ok(room: Room, command: string, ...args: string[]): Promise<string> {
  const result = await room.run(command, ...args)
  expect(result.status, `${command}: ${result.said}`).toBe(0)
  return result.said
}
