import { expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { command, decodeCommand, response } from '../../codec/apdu.ts'
import {
  ask,
  CardRefused,
  type Dialogue,
  describe as describeCommand,
  describeResponse,
  run,
  selectByName,
} from './index.ts'

const linkOf = (...answers: string[]) => ({ transmit: async () => fromHex(answers.shift()!) })

test('run drives a dialogue and shows each pair to the trace', async () => {
  const seen: string[] = []
  const result = await run(linkOf('6f009000'), selectByName(fromHex('a000000151000000')), (c, r) =>
    seen.push(`${describeCommand(c)} → ${describeResponse(c, r)}`),
  )
  expect(hex(result)).toBe('6f00')
  expect(seen).toEqual(['SELECT 00a40400 a000000151000000 → 9000 completed 6f00'])
})

test('a refusal keeps the status word and what was being done, and no data', async () => {
  const verify = ask(command(0x00, 0x20, 0x00, 0x80, utf8('4711')), 'VERIFY')
  const error = await run(linkOf('63c2'), verify).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(CardRefused)
  expect(error).toMatchObject({ sw: 0x63c2, doing: 'VERIFY', message: 'VERIFY: 63C2 2 tries left' })
  expect(JSON.stringify(error)).not.toContain('4711')
})

test('an error of the link reaches the dialogue, which may clean up', async () => {
  let cleaned = false
  const dialogue = function* (): Dialogue<void> {
    try {
      yield command(0, 0xa4, 4, 0)
    } finally {
      cleaned = true
    }
  }
  const broken = { transmit: async () => Promise.reject(new Error('reader is gone')) }
  await expect(run(broken, dialogue())).rejects.toThrow('reader is gone')
  expect(cleaned).toBe(true)
})

test.each([
  ['002000800434373131', 'VERIFY 00200080 (4 bytes, masked)'],
  ['00240180 04 34373131', 'CHANGE REFERENCE DATA 00240180 (4 bytes, masked)'],
  ['80e2880004 01020304', 'STORE DATA 80e28800 (4 bytes, masked)'],
  ['80d8008104 01020304', 'PUT KEY 80d80081 (4 bytes, masked)'],
  ['80e60c0002 0102', 'INSTALL [for install and make selectable] 80e60c00 0102'],
  ['80fc000001 34', 'command 80fc0000 (1 bytes, masked)'],
])('%s is %s', (text, expected) => expect(describeCommand(decodeCommand(fromHex(text)))).toBe(expected))

test('what is read from a card may be the holder’s own: only its length is shown', () =>
  expect(describeResponse(command(0, 0xb0, 0, 0), response(0x9000, utf8('name')))).toBe(
    '9000 completed (4 bytes, masked)',
  ))
