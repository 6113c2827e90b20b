import { describe, expect, test } from 'vitest'
import { fromHex, hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { command, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { SCP03_VECTORS } from '../../protocol/globalplatform/scp03-vectors.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { createSecureElement, manufactureSecureElement } from './index.ts'
import { ICCID, ISD_KEYS, outcome, SpecimenMemory, scp03Keys, specimenSim } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))

function simWith(scp03: number, isdKeys = ISD_KEYS) {
  const memory = new SpecimenMemory()
  manufactureSecureElement(memory, {
    iccid: ICCID,
    isdKeys,
    profile: { scp: { scp03 } },
    diversificationData: new Uint8Array(10),
  })
  return createSecureElement({ memory, entropy: seededEntropy(utf8('card')) })
}

describe.each(SCP03_VECTORS)('golden vector $name', (v) => {
  const key = fromHex(v.key)
  const card = () => simWith(v.macLength === 16 ? 0x71 : 0x70, { enc: key, mac: key, dek: key })
  const ask = (on: ReturnType<typeof card>, apdu: string) => hex(on.process(fromHex(apdu)))

  test('the card’s answers are these bytes', () => {
    const sim = card()
    expect(ask(sim, v.initializeUpdate)).toBe(`${v.hello}9000`)
    expect(ask(sim, v.externalAuthenticate)).toBe('9000')
    expect(ask(sim, v.getStatus)).toMatch(/9000$/)
    expect(ask(sim, v.getData)).toMatch(/9000$/)
    expect(ask(sim, v.delete)).toBe('6a88')
    expect(ask(sim, v.delete)).toBe('6982')
  })

  test('a changed host cryptogram is 6300, a changed C-MAC 6982', () => {
    const flip = (apdu: string, at: number) => hex(fromHex(apdu).map((byte, i) => (i === at ? byte ^ 1 : byte)))
    for (const [at, sw] of [
      [5, '6300'],
      [5 + v.macLength, '6982'],
    ] as const) {
      const fresh = card()
      ask(fresh, v.initializeUpdate)
      expect(ask(fresh, flip(v.externalAuthenticate, at))).toBe(sw)
    }
  })
})

test.each([
  [0x71, 8],
  [0x70, 16],
] as const)('i = %i takes no challenge of %i bytes', (i, length) =>
  expect(hex(simWith(i).process(encodeCommand(command(0x80, 0x50, 0, 0, new Uint8Array(length), 256))))).toBe('6700'),
)

test.each([
  [0x00, ['9000', '9000', '9000', '6a86', '6a86', '6a86']],
  [0x20, ['9000', '9000', '9000', '9000', '9000', '6a86']],
  [0x60, ['9000', '9000', '9000', '9000', '9000', '9000']],
  [0x11, ['9000', '9000', '9000', '6a86', '6a86', '6a86']],
])('with i = %i the card takes the levels that it covers', async (i, expected) => {
  const macLength = (i & 1) === 1 ? 16 : 8
  const open = (level: gp.SecurityLevel) =>
    outcome(simWith(i), gp.openScp03({ keys: ISD_KEYS, entropy, aid: gp.AID.isd, level, macLength }))
  expect(await Promise.all(Object.values(gp.LEVEL).map(open))).toEqual(expected)
})

test('only parameters that there are', () => expect(() => simWith(0x40)).toThrow(RangeError))

test.each([
  ['192', 24],
  ['256', 32],
])('an AES-%s key set is put and then used', async (_, length) => {
  const card = specimenSim()
  const keys = Object.fromEntries(
    Object.entries(scp03Keys('long')).map(([name, key]) => [name, new Uint8Array([...key, ...key]).slice(0, length)]),
  ) as unknown as typeof ISD_KEYS
  const put = function* () {
    const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy })
    yield* gp.secured(channel, gp.putKeySet(channel, 0x31, keys))
  }
  expect(await outcome(card, put())).toBe('9000')
  const listed = function* () {
    const channel = yield* gp.openScp03({ keys, keyVersion: 0x31, entropy, aid: gp.AID.isd })
    return yield* gp.secured(channel, gp.getStatus('issuer'))
  }
  expect(await run(card.link(), listed())).toHaveLength(1)
})

describe('R-MAC session', () => {
  const open = async (level: gp.SecurityLevel) => {
    const card = specimenSim()
    const { session } = await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy, level }))
    const ask = (ins: number, p1: number, p2: number, data = NO_BYTES) =>
      decodeResponse(card.process(encodeCommand(session.wrap(command(0x80, ins, p1, p2, data, 256)))))
    return { session, ask }
  }

  test.each([
    [gp.LEVEL.cMac, 0x10],
    [gp.LEVEL.cDecCMac, 0x10],
    [gp.LEVEL.cDecCMac, 0x30],
    [gp.LEVEL.cDecCMacRMac, 0x30],
  ] as const)('at level %i, BEGIN %i, until END', async (level, added) => {
    const { session, ask } = await open(level)
    const bare = session.unwrapResponse(ask(0x7a, added, 0x01))
    expect(bare).toEqual({ sw: 0x9000, data: NO_BYTES })
    expect(session.beginRmac(added)).toBe(true)
    const status = ask(0xf2, 0x80, 0x02, fromHex('4f00'))
    const plain = session.unwrapResponse(status)
    expect(status.data.length).toBeGreaterThanOrEqual(plain.data.length + 8)
    expect(hex(plain.data)).toMatch(/^e3/)
    expect(session.unwrapResponse(ask(0x78, 0x00, 0x03)).sw).toBe(0x9000)
    session.endRmac()
    expect(hex(session.unwrapResponse(ask(0xf2, 0x80, 0x02, fromHex('4f00'))).data)).toMatch(/^e3/)
  })

  test.each([
    ['R-MAC where the level has it', gp.LEVEL.cMacRMac, 0x7a, 0x10, 0x01],
    ['without C-MAC', gp.LEVEL.none, 0x7a, 0x10, 0x01],
    ['R-ENCRYPTION without C-DECRYPTION', gp.LEVEL.cMac, 0x7a, 0x30, 0x01],
    ['the end of what has not begun', gp.LEVEL.all, 0x78, 0x00, 0x03],
  ] as const)('%s is refused, and the session lives on', async (_, level, ins, p1, p2) => {
    const { session, ask } = await open(level)
    expect(ask(ins, p1, p2).sw).toBe(0x6985)
    expect(session.unwrapResponse(ask(0xf2, 0x80, 0x02, fromHex('4f00'))).sw).toBe(0x9000)
  })
})
