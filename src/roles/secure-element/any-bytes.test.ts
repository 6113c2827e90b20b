import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { command, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { asIssuer, ISD_KEYS, SpecimenMemory, specimenSim } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))

const INS = [
  0x10, 0x12, 0x14, 0xc2, 0x20, 0x24, 0x2a, 0x50, 0x70, 0x82, 0x84, 0x88, 0xa2, 0xa4, 0xae, 0xb0, 0xca, 0xd8, 0xe2,
  0xe4, 0xe6, 0xe8, 0xf0, 0xf2,
]
const apdu = fc
  .record({
    cla: fc.constantFrom(0x00, 0x80, 0x84, 0x10, 0x90, 0x0c),
    ins: fc.constantFrom(...INS),
    p1: fc.nat(255),
    p2: fc.nat(255),
    data: fc.uint8Array({ maxLength: 40 }),
  })
  .map((c) => encodeCommand(c))
const any = fc.oneof(apdu, fc.uint8Array({ maxLength: 40 }), fc.constant(fromHex('00a404000ad392f000260100000001')))

test('get a status word, never an exception, and change nothing but counters', async () => {
  const memory = new SpecimenMemory()
  const card = specimenSim(memory)
  await run(
    card.link(),
    asIssuer(function* () {
      yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
      yield* gp.load(jpkiLoadFile())
      yield* gp.installForInstallAndMakeSelectable(JPKI)
    }),
  )
  const solid = () =>
    JSON.stringify([...memory.records].filter(([name]) => !name.startsWith('counter/')).map(([n, v]) => [n, hex(v)]))
  const before = solid()
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (commands) => {
      card.reset()
      for (const each of commands) {
        const { sw } = decodeResponse(card.process(each))
        expect(sw).not.toBe(0x6400)
        expect(sw >= 0x6200 && sw <= 0x9000).toBe(true)
      }
      expect(solid()).toBe(before)
    }),
    { numRuns: 400 },
  )
})

test('inside a session too, and the session ends at the first that is not its own', async () => {
  const card = specimenSim()
  const channel = await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy, level: gp.LEVEL.cMac }))
  fc.assert(
    fc.property(
      fc.constantFrom(...INS),
      fc.nat(255),
      fc.nat(255),
      fc.uint8Array({ maxLength: 60 }),
      (ins, p1, p2, data) => {
        if (ins === 0xa4 || ins === 0x50 || ins === 0x82 || (ins === 0xf0 && p1 === 0x80)) return
        const plain = (p1 & 0x80) !== 0 && [0xe4, 0xe6, 0xd8].includes(ins)
        const c = command(0x80, ins, p1, p2, data, 256)
        if (plain) return
        const { sw } = decodeResponse(card.process(encodeCommand(channel.session.wrap(c))))
        expect(sw).not.toBe(0x6400)
      },
    ),
  )
  const own = channel.session.wrap(command(0x80, 0xf2, 0x80, 0x02, fromHex('4f00'), 256))
  expect(decodeResponse(card.process(encodeCommand(own))).sw).toBe(0x9000)
  expect(hex(card.process(fromHex('80ca006600')))).toBe('6982')
})
