import { expect, test } from 'vitest'
import { fromHex, hex } from '../../base/bytes.ts'
import { parseTranscript, recorder, replay, transcriptCard } from './index.ts'

const SESSION = `
# a PIN is wrong
> 00A4040C 02 ABCD     # SELECT
< 9000
> 00200080 04 [4]      # VERIFY, the PIN was left out
< 63C2                 # two tries left
> 00B0000000
< * 9000               # what was read was left out
> 80CA006600
`

test('a transcript is commands and responses with their lines', () => {
  expect(parseTranscript(SESSION)).toEqual([
    { line: 3, command: '00a4040c02abcd', response: '9000', answered: 4 },
    { line: 5, command: '0020008004[4]', response: '63c2', answered: 6 },
    { line: 7, command: '00b0000000', response: '*9000', answered: 8 },
    { line: 9, command: '80ca006600' },
  ])
})

test.each([
  ['> 00A4 zz', 'line 1 of the transcript is not hex'],
  ['< 9000', 'line 1 answers no command'],
  ['> 00\n< 9000\n< 9000', 'line 3 answers no command'],
  ['00A40400', 'line 1 is neither'],
])('%j is no transcript', (text, why) => expect(() => parseTranscript(text)).toThrow(why))

test('in the place of a card it answers what was recorded, in order, and nothing else', async () => {
  const card = transcriptCard(SESSION)
  const say = (command: string) => card.transmit(fromHex(command)).then(hex)
  await expect(say('00a4040c02abce')).rejects.toThrow('line 3 of the recording: SELECT 00A4040C is not the command')
  expect(await say('00a4040c02abcd00')).toBe('9000')
  expect(await say('002000800434373131')).toBe('63c2')
  await expect(say('00b0000000')).rejects.toThrow('line 8 of the recording: the answer was not recorded whole')
  expect(await say('80ca006600')).toBe('6f00')
  expect(card.left()).toBe(0)
  await expect(say('80ca006600')).rejects.toThrow('it ends')
})

test('a command that does not fit shows no data', async () => {
  const error = await transcriptCard('> 00A40400')
    .transmit(fromHex('002000800434373131'))
    .catch((e: Error) => e.message)
  expect(error).toBe('line 1 of the recording: VERIFY 00200080 is not the command that was recorded')
})

test('a card that answers otherwise is told of with the line', () => {
  const card = { process: () => fromHex('6a82') }
  expect(() => replay(card, '# hello\n> 00A40400\n< 9000')).toThrow('line 3: expected 9000, the card said 6A82')
})

test('a recording replays, and holds neither PIN nor key', async () => {
  const answers: Record<string, string> = {
    '002000800434373131': '9000',
    '80d8008103010203': '6a80',
    '80ca006600': '66009000',
    '80e2900002f100': '9000',
  }
  const card = { transmit: async (command: Uint8Array) => fromHex(answers[hex(command)]!) }
  const writing = recorder(card)
  for (const asked of Object.keys(answers)) await writing.transmit(fromHex(asked))
  const text = writing.transcript()
  expect(text).toContain('> 0020008004 [4]  # VERIFY')
  expect(text).not.toContain('34373131')
  expect(text).toContain('> 80E2900002F100  # STORE DATA')
  expect(writing.masked).toEqual(['VERIFY 00200080 (4 bytes, masked)', 'PUT KEY 80d80081 (3 bytes, masked)'])
  const again = transcriptCard(text)
  for (const [asked, answer] of Object.entries(answers)) {
    expect(hex(await again.transmit(fromHex(asked)))).toBe(answer)
  }
})
