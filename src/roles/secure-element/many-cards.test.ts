import { expect, test } from 'vitest'
import { utf8 } from '../../base/bytes.ts'
import { command, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { SpecimenMemory, wake } from './specimen.ts'
import { livedUntil } from './whole-life.ts'

const SELECT = encodeCommand(command(0x00, 0xa4, 0x04, 0x0c, JPKI.aid))
const SELECT_PIN = encodeCommand(command(0x00, 0xa4, 0x02, 0x0c, Uint8Array.of(0x00, 0x18)))
const WRONG = encodeCommand(command(0x00, 0x20, 0x00, 0x80, utf8('0000')))
const TRIES = encodeCommand(command(0x00, 0x20, 0x00, 0x80))

test('ten thousand cards live in one process, each with its own memory, session and tries', async () => {
  const { records } = await livedUntil('personalised')
  const cards = Array.from({ length: 10_000 }, () => wake(new SpecimenMemory(records)))
  const wrongOn = (i: number) => i % 4
  for (const [i, card] of cards.entries()) {
    card.process(SELECT)
    card.process(SELECT_PIN)
    for (let n = 0; n < wrongOn(i); n++) card.process(WRONG)
  }
  const told = cards.map((card) => decodeResponse(card.process(TRIES)).sw)
  expect(told.filter((sw, i) => sw !== 0x63c3 - wrongOn(i))).toEqual([])
})
