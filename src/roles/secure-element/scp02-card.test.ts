import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'
import { command } from '../../codec/apdu.ts'
import { lv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { scp02CardChallenge, scp02SessionKeys } from '../../protocol/globalplatform/scp02-session.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { createSecureElement, manufactureSecureElement } from './index.ts'
import { ICCID, ISD_KEYS, outcome, SpecimenMemory, scp03Keys } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))

function oldSim(scp02 = 0x55, memory = new SpecimenMemory()) {
  manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, keyVersion: 0x20, profile: { scp: { scp02 } } })
  return createSecureElement({ memory, entropy: seededEntropy(utf8('card')) })
}

const session = <T>(inner: (channel: gp.SecureChannel) => Dialogue<T>, options: Partial<gp.OpenScp02> = {}) =>
  (function* (): Dialogue<T> {
    const channel = yield* gp.openScp02({ keys: ISD_KEYS, entropy, ...options })
    return yield* gp.secured(channel, inner(channel))
  })()

const listed = () => gp.getStatus('issuer')

test.each([
  [0x15, ['9000', '9000', '9000', '6a86', '6a86', '6a86']],
  [0x55, ['9000', '9000', '9000', '6a86', '6a86', '6a86']],
  [0x75, ['9000', '9000', '9000', '9000', '9000', '6a86']],
  [0x05, ['9000', '9000', '9000', '6a86', '6a86', '6a86']],
])('with i = %i the card takes the levels that it covers', async (i, expected) => {
  const open = (level: gp.SecurityLevel) => outcome(oldSim(i), session(listed, { level, i }))
  expect(await Promise.all(Object.values(gp.LEVEL).map(open))).toEqual(expected)
})

test('it says which protocol it speaks: recognition data, capability, key type', async () => {
  const card = oldSim()
  expect(hex(await run(card.link(), gp.getData(0x66)))).toContain('640b06092a864886fc6b040255')
  expect(hex(await run(card.link(), gp.getData(0x67)))).toContain('a006800102810155')
  expect(hex(await run(card.link(), gp.getData(0xe0)))).toBe('e012c00401208010c00402208010c00403208010')
  expect(await outcome(card, gp.openScp03({ keys: ISD_KEYS, entropy, macLength: 16 }))).toBe('6700')
})

test('the well-known challenge follows from counter and AID, and the counter counts opened sessions', async () => {
  const card = oldSim()
  const hello = () => card.process(fromHex('8050000008010203040506070800'))
  const first = hex(hello())
  expect(first.slice(20, 28)).toBe('20020000')
  expect(hex(hello())).toBe(first)
  expect(first.slice(28, 40)).toBe(
    hex(scp02CardChallenge(scp02SessionKeys(ISD_KEYS, fromHex('0000')), fromHex('a000000151000000'))),
  )
  await run(card.link(), session(listed, { aid: gp.AID.isd }))
  expect(hex(hello()).slice(24, 28)).toBe('0001')
  expect(hex(await run(card.link(), gp.getData(0xc1)))).toBe('c1020001')
})

test('at the end of its counter the key set opens nothing more', async () => {
  const memory = new SpecimenMemory()
  oldSim(0x15, memory)
  memory.records.set('counter/a000000151000000/20', fromHex('00ffff'))
  const card = createSecureElement({ memory, entropy })
  expect(await outcome(card, session(listed))).toBe('6985')
})

test('a recorded opening opens nothing again', async () => {
  const card = oldSim(0x55)
  const recorded: Uint8Array[] = []
  const link = {
    transmit: async (c: Uint8Array) => {
      recorded.push(c)
      return card.process(c)
    },
  }
  await run(link, session(listed))
  const again = recorded.map((c) => hex(card.process(c).slice(-2)))
  expect(again).toEqual(['9000', '6300', '6982'])
})

describe('keys', () => {
  test('a new DES key set is put under the session’s DEK and then used', async () => {
    const card = oldSim()
    const keys = scp03Keys('new')
    await run(
      card.link(),
      session((channel) => gp.putKeySet(channel, 0x21, keys)),
    )
    expect(await outcome(card, session(listed, { keys, keyVersion: 0x21 }))).toBe('9000')
    expect(
      await outcome(
        card,
        session((channel) => gp.putKeySet(channel, 0x21, keys, 0x20)),
      ),
    ).toBe('6a80')
  })

  test('an AES key set is put, but a card without SCP03 opens nothing with it', async () => {
    const card = oldSim()
    const keys = scp03Keys('aes')
    const block = (key: Uint8Array, dek: Uint8Array) =>
      concat(bytes(0x88), lv(desEcb(dek, key)), lv(gp.keyCheckValue(key)))
    const put = session(({ dek }) => {
      const blocks = [keys.enc, keys.mac, keys.dek].map((key) => block(key, dek))
      return ask(command(0x80, 0xd8, 0, 0x81, concat(bytes(0x30), ...blocks), 256), 'PUT KEY')
    })
    await run(card.link(), put)
    expect(await outcome(card, gp.openScp03({ keys, keyVersion: 0x30, entropy }))).toBe('6985')
  })
})

test.each([0x14, 0x17, 0x1a, 0x85])('i = %i is not spoken here', (i) => expect(() => oldSim(i)).toThrow(RangeError))
