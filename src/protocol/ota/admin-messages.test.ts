import { expect, test } from 'vitest'
import { bytes, fromHex } from '../../base/bytes.ts'
import { decodeScript } from '../../codec/remote-script.ts'
import { onlyCommand } from './admin-messages.ts'

test('a script of one command asks for its answer, which no other script could fetch', () => {
  const [alone, ...rest] = decodeScript(onlyCommand(fromHex('84e28800020102'))).commands
  expect([alone, rest]).toMatchObject([{ ins: 0xe2, data: bytes(1, 2), le: 256 }, []])
  expect(decodeScript(onlyCommand(fromHex('80f24000024f0008'))).commands[0]!.le).toBe(8)
})
