import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex } from '../../../base/bytes.ts'
import { smsPpDownload } from '../../../codec/cat.ts'
import { encodeScript } from '../../../codec/remote-script.ts'
import { PACKET_STATUS } from '../../../codec/secured-packet.ts'
import { FULL_SECURITY, sendScript } from '../../../protocol/ota/sender.ts'
import { CardMute } from '../contract.ts'
import { ISD_KEYS, SpecimenMemory, wake } from '../specimen.ts'
import {
  AES_KEYS,
  deliver,
  envelope,
  exchanged,
  KIK,
  otaSim,
  sender,
  status,
  submitted,
  terminalProfile,
} from './ota-specimen.ts'

/** The card image number, before a test stores its own. */
const UNTOUCHED = '450a8981100000000000017f9000'

describe('attacks', () => {
  const STORE = encodeScript([fromHex('80e28000054503010203')])

  test('a replayed packet does nothing and is told so', () => {
    const card = otaSim()
    const sent = sender().pack(STORE)
    expect(status(deliver(card, sent.messages[0]!).data)).toBe(PACKET_STATUS.ok)
    exchanged(card, sendScript(sender({ lastCounter: 1 }), [fromHex('80e28000054503040506')]))
    expect(status(deliver(card, sent.messages[0]!).data)).toBe(PACKET_STATUS.counterLow)
    card.reset()
    expect(status(deliver(card, sent.messages[0]!).data)).toBe(PACKET_STATUS.counterLow)
    expect(hex(card.process(fromHex('80ca004500')))).toBe('45030405069000')
  })

  test('a wrong checksum does nothing, moves no counter, and gets an answer that no key has touched', () => {
    const memory = new SpecimenMemory()
    const card = otaSim(memory)
    const before = memory.commits
    const keys = { ...AES_KEYS, kid: { algorithm: 'aes' as const, value: KIK } }
    const { data } = deliver(card, sender({ keys }).pack(STORE).messages[0]!)
    expect(hex(data)).toBe('027100' + '000b' + '0a' + 'b00000' + '0000000000' + '00' + '01')
    expect(memory.commits).toBe(before)
  })

  test('a stranger makes the card send no message', () => {
    const card = otaSim()
    terminalProfile(card)
    const keys = { ...AES_KEYS, kid: { algorithm: 'aes' as const, value: KIK } }
    const [tpdu] = sender({ keys, spi: { ...FULL_SECURITY, answerBySubmit: true } }).pack(STORE).messages
    const { data, sw } = deliver(card, tpdu!)
    expect([hex(data).slice(-2), sw]).toEqual(['01', 0x9000])
    expect(submitted(card)).toEqual([])
  })

  test('a counter that jumps where it must be the next, and one at its end', () => {
    const card = otaSim()
    const next = { ...FULL_SECURITY, counter: 'next' as const }
    expect(status(deliver(card, sender({ spi: next, lastCounter: 1 }).pack(STORE).messages[0]!).data)).toBe(
      PACKET_STATUS.counterHigh,
    )
    expect(status(deliver(card, sender({ lastCounter: 2 ** 40 - 2 }).pack(STORE).messages[0]!).data)).toBe(
      PACKET_STATUS.ok,
    )
    expect(status(deliver(card, sender({ lastCounter: 2 ** 40 - 2 }).pack(STORE).messages[0]!).data)).toBe(
      PACKET_STATUS.counterBlocked,
    )
  })

  test.each(['before', 'after'] as const)('the power cut %s the commit: counter and act both or none', (when) => {
    const memory = new SpecimenMemory()
    const card = otaSim(memory)
    const [tpdu] = sender().pack(STORE).messages
    memory.cut = { at: memory.commits + 1, when }
    expect(() => deliver(card, tpdu!)).toThrow(CardMute)
    memory.cut = undefined
    const again = wake(memory)
    const done = when === 'after'
    expect(hex(again.process(fromHex('80ca004500')))).toBe(done ? '45030102039000' : UNTOUCHED)
    expect(status(deliver(again, tpdu!).data)).toBe(done ? PACKET_STATUS.counterLow : PACKET_STATUS.ok)
    expect(status(deliver(again, tpdu!).data)).toBe(PACKET_STATUS.counterLow)
  })

  test.each([
    ['no checksum', { check: 'none' }],
    ['a redundancy check', { check: 'rc' }],
    ['no counter', { counter: 'none' }],
    ['a counter that is not looked at', { counter: 'unchecked' }],
  ] as const)('less security than the least: %s', (_, weak) => {
    const card = otaSim()
    const { data } = deliver(card, sender({ spi: { ...FULL_SECURITY, ...weak } }).pack(STORE).messages[0]!)
    expect(hex(data).slice(-2)).toBe('0a')
    expect(hex(card.process(fromHex('80ca004500')))).toBe(UNTOUCHED)
  })

  test.each([
    ['another TAR', { tar: fromHex('b00001') }, '09'],
    ['a key set that there is not', { keys: { ...AES_KEYS, version: 5 } }, '06'],
    ['AES named, triple DES meant', { keys: { ...AES_KEYS, version: 2 } }, '06'],
    ['a digital signature asked of the answer', { spi: { ...FULL_SECURITY, answerCheck: 'ds' } }, '06'],
    ['a redundancy check asked of the answer', { spi: { ...FULL_SECURITY, answerCheck: 'rc' } }, '06'],
  ] as const)('refused and not carried out: %s', (_, route, expected) => {
    const card = otaSim()
    const { data } = deliver(card, sender(route).pack(STORE).messages[0]!)
    expect(hex(data).slice(-2)).toBe(expected)
    expect(hex(card.process(fromHex('80ca004500')))).toBe(UNTOUCHED)
  })

  test('a session key set opens no packet', () => {
    const isd = { algorithm: 'aes' as const, value: ISD_KEYS.enc }
    const keys = { version: 0x30, kic: isd, kid: isd }
    const sent = sender({ keys: { ...keys, version: 3 } }).pack(STORE)
    expect(hex(deliver(otaSim(), sent.messages[0]!).data).slice(-2)).toBe('06')
  })

  test.each(['', 'd1', 'd100', 'd10482028381', 'd1068202838186', 'd10c820283818b0640088121436587', 'd6039901', 'ffff'])(
    'a garbled envelope %s is refused and changes nothing',
    (garbled) => {
      const memory = new SpecimenMemory()
      const card = otaSim(memory)
      const before = memory.commits
      expect(envelope(card, fromHex(garbled)).sw).toBe(0x6a80)
      expect(memory.commits).toBe(before)
    },
  )

  test('oversized and cut messages are refused', () => {
    const card = otaSim()
    const [tpdu] = sender().pack(new Uint8Array(300)).messages
    expect(deliver(card, concat(tpdu!, bytes(0))).sw).toBe(0x6a80)
    expect(deliver(card, tpdu!.slice(0, -1)).sw).toBe(0x6a80)
    expect(envelope(card, concat(smsPpDownload(tpdu!), bytes(0))).sw).toBe(0x6a80)
  })
})
