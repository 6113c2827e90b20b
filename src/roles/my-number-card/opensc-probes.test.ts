// What OpenSC 0.23 asks a card before it takes it for JPKI: its other drivers' probes must be refused, under every ATR
// that a card or a phone may come with. Observed: OpenSC, whole sessions of `opensc-tool` and `pkcs15-tool` recorded.

import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex } from '../../base/bytes.ts'
import { specimenCard } from '../../world/testing/card-specimen.ts'
import { enrolledMemory } from '../secure-element/enrolled.ts'
import { SpecimenMemory, wake } from '../secure-element/specimen.ts'

/** `le`: what the driver adds to a command with data where the protocol of the ATR can carry it. */
interface Probe {
  readonly command: string
  readonly le?: string
  readonly answer: string
}

const select = (p2: string, aid: string, le = ''): Probe => {
  const lc = (aid.length / 2).toString(16).padStart(2, '0')
  return { command: `00A404${p2}${lc}${aid}`, le, answer: '6A82' }
}
const PIV = select('00', 'A00000030800001000', '00')
/** MUSCLE's applets, counted up. */
const muscle = Array.from({ length: 16 }, (_, n) =>
  select('0C', `A00000007901${n.toString(16).padStart(2, '0')}`, '00'),
)

const FIRST: readonly Probe[] = [
  select('00', '627601FF000000'),
  select('00', 'A00000000101'),
  select('00', 'E82B0601040181C31F0201', '00'),
  select('0C', 'D23300000045737445494420763335'),
  { command: '00CADF3005', answer: '6A88' },
  { command: '00CB3FFF035C017E', le: '08', answer: '6D00' },
  PIV,
]
const THEN: readonly Probe[] = [
  select('0C', 'A000000116DB00', '00'),
  select('0C', 'A0000000791000', '00'),
  ...muscle,
  select('00', 'F276A288BCFBA69D34F31001'),
  select('00', 'A00000039742544659', '00'),
  select('00', 'D27600012401', '00'),
  { command: '00A4040C0AD392F000260100000001', answer: '9000' },
]
/** What follows when a token is bound: the tries of both secrets, which the phone's missing password has not. */
const bound = (password: string): readonly Probe[] => [
  { command: '00A4020C020018', answer: '9000' },
  { command: '00200080', answer: '63C3' },
  { command: '00A4020C02001B', answer: '9000' },
  { command: '00200080', answer: password },
]

/** Observed: smartcard_list for the real cards; the last three stand for any other card and for a UICC. */
const T1 = { pivAgain: true, le: true } as const
const ATRS = {
  '3B888001000005E0B381A1007F': T1,
  '3B888001000041E0B381A1003B': T1,
  '3B888001000014E0B38191005E': T1,
  '3BDA13FF8131FB468012392F31C173C601C03B': T1,
  '3BF59100FF918171FE400042000100D1D6': T1,
  '3BF59100FF918171FE4000420001B3A115': T1,
  '3BC5FF8131FB458073C6010000': T1,
  '3B8F8001804F0CA0000003061100': T1,
  // Without historical bytes the PIV driver asks once only.
  '3B80800101': { pivAgain: false, le: true },
  // T=0 carries no Le beside data. ISO 7816-3:2006 §12.2.
  '3B9F96801FC78031E073FE211B63C1098783079000': { pivAgain: true, le: false },
} as const

async function cardImage(): Promise<SpecimenMemory> {
  const memory = new SpecimenMemory()
  specimenCard({ memory })
  return memory
}

function withAtr(records: ReadonlyMap<string, Bytes>, atr: string) {
  return wake(new SpecimenMemory(new Map([...records, ['card/atr', fromHex(atr)]])))
}

describe.each([
  ['card', cardImage, '63C5'],
  ['phone', () => enrolledMemory('1234'), '63C0'],
] as const)('the %s', (_, image, password) => {
  test.each(Object.entries(ATRS))('with ATR %s is probed and bound', async (atr, { pivAgain, le }) => {
    const card = withAtr((await image()).records, atr)
    expect(hex(card.atr).toUpperCase()).toBe(atr)
    const probes = [...FIRST, ...(pivAgain ? [PIV] : []), ...THEN, ...bound(password)]
    const commands = probes.map((probe) => probe.command + (le ? (probe.le ?? '') : ''))
    const said = commands.map((command) => [command, hex(card.process(fromHex(command))).toUpperCase()])
    expect(said).toEqual(commands.map((command, at) => [command, probes[at]!.answer]))
  })
})
