import { describe, expect, test } from 'vitest'
import { bytes, fromHex, hex, utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { decodeScriptAnswer, encodeScript } from '../../../codec/remote-script.ts'
import { decodeSpi, PACKET_STATUS } from '../../../codec/secured-packet.ts'
import { DATA_DOWNLOAD, encodeDeliver } from '../../../codec/sms.ts'
import { decodeUserData, ELEMENT, encodeUserData, Reassembly } from '../../../codec/sms-parts.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { openResponse } from '../../../protocol/ota/scp80.ts'
import { FULL_SECURITY, remotely, sendPacket, sendScript } from '../../../protocol/ota/sender.ts'
import { manufactureCard } from '../contract.ts'
import { ISD_KEYS, SpecimenMemory, scp03Keys, wake } from '../specimen.ts'
import {
  AES_KEYS,
  DES_KEYS,
  deliver,
  envelope,
  exchanged,
  KIK,
  otaSim,
  SENDER,
  sender,
  status,
  submitted,
  terminalProfile,
} from './ota-specimen.ts'

const GET_STATUS = fromHex('80f28002024f0000')
const SSD = fromHex('a00000015153504100000000b0010201')

describe('a packet for the issuer security domain', () => {
  test('vector: own AES, RAM, counter one higher, GET STATUS in expanded form; answer as asked', () => {
    const card = otaSim()
    terminalProfile(card)
    const vector = fromHex('00281516391212b00000af26b8361cfe6d5401565a45431568f588d25f980b40a30bba54bd3090ab2470')
    const userData = encodeUserData({ elements: [{ id: ELEMENT.command, value: bytes() }], content: vector })
    const sms = { flags: 0, header: true, address: SENDER, timestamp: new Uint8Array(7), ...DATA_DOWNLOAD, userData }
    const { data, sw } = deliver(card, encodeDeliver(sms))
    // SPI 39: the answer by SMS-SUBMIT, which the terminal fetches.
    expect([data.length, sw >> 8]).toEqual([0, 0x91])
    const [answer] = submitted(card)
    const { content } = decodeUserData(answer!)
    const opened = openResponse(content, decodeSpi(fromHex('1639')), 0x12, AES_KEYS)
    expect(opened).toMatchObject({ status: 0, counter: 1, protected: true })
    const { executed, responses } = decodeScriptAnswer(opened.data)
    expect([executed, responses[0]?.sw]).toEqual([1, 0x9000])
    expect(hex(responses[0]!.data)).toMatch(/^e3..4f08a000000151000000/)
  })

  test.each([
    ['AES', AES_KEYS],
    ['triple DES', DES_KEYS],
  ])('opens without SCP03 what a session opens: %s', (_, keys) => {
    const card = otaSim()
    const entries = exchanged(card, remotely(sender({ keys }), gp.getStatus('issuer')))
    expect(entries[0]?.aid).toEqual(gp.AID.isd)
  })

  test('PUT KEY under the KIK of its set', () => {
    const card = otaSim()
    exchanged(card, remotely(sender(), gp.putKeySet({ dek: KIK, scp: 3 }, 0x31, scp03Keys('by air'))))
    const entropy = seededEntropy(utf8('off-card'))
    return run(card.link(), gp.openScp03({ keys: scp03Keys('by air'), entropy, keyVersion: 0x31 }))
  })

  test('SCP03 runs inside packets, and an error within takes back no counter', () => {
    const card = otaSim()
    const isd = sender()
    const entropy = seededEntropy(utf8('off-card'))
    const level = gp.LEVEL.all
    const open = gp.openScp03({ keys: ISD_KEYS, entropy, aid: gp.AID.isd, keyVersion: 0x30, level })
    const channel = exchanged(card, remotely(isd, open))
    expect(exchanged(card, remotely(isd, gp.secured(channel, gp.getStatus('issuer'))))[0]?.aid).toEqual(gp.AID.isd)
    expect(() => exchanged(card, remotely(isd, gp.secured(channel, gp.setLocked(SSD, true))))).toThrow(/6A88/)
    const again = sender({ lastCounter: isd.counter - 1 }).pack(encodeScript([GET_STATUS]))
    expect(status(deliver(card, again.messages[0]!).data)).toBe(PACKET_STATUS.counterLow)
  })

  test('an applet comes by packets alone, in many messages', () => {
    const card = otaSim()
    const isd = sender()
    exchanged(
      card,
      remotely(isd, gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })),
    )
    exchanged(card, remotely(isd, gp.load(jpkiLoadFile(), { capacity: 40 })))
    exchanged(card, remotely(isd, gp.installForInstallAndMakeSelectable(JPKI)))
    return run(card.link(), gp.select(JPKI.aid))
  })

  test('a script stops at the first command that fails; what was done before it stays, of it nothing', () => {
    const card = otaSim()
    const commands = ['80e28000054503010203', '80e2800006450102f10100', '80f28002024f0000'].map(fromHex)
    const answer = exchanged(card, sendScript(sender(), commands))
    expect(answer.responses.map(({ sw }) => sw.toString(16))).toEqual(['9000', '6a88'])
    expect(hex(card.process(fromHex('80ca004500')))).toBe('45030102039000')
  })

  test('a compact script: what has an answer and no Le is told its length, and GET RESPONSE brings it', () => {
    const card = otaSim()
    const script = encodeScript([fromHex('80f28002024f00'), fromHex('00c0000000')], 'compact')
    const answer = decodeScriptAnswer(exchanged(card, sendPacket(sender(), script)))
    expect([answer.executed, answer.responses[0]?.sw]).toEqual([2, 0x9000])
    expect(hex(answer.responses[0]!.data)).toMatch(/^e3/)
    const first = exchanged(card, sendPacket(sender({ lastCounter: 9 }), fromHex('80f28002024f00')))
    expect(hex(first)).toMatch(/^0161..$/)
  })

  test.each([
    ['never', false, false],
    ['onError', false, true],
    ['always', true, true],
  ] as const)('an answer comes when it was asked for: %s', (answer, whenFine, whenNot) => {
    const card = otaSim()
    const [tpdu] = sender({ spi: { ...FULL_SECURITY, answer } }).pack(encodeScript([GET_STATUS])).messages
    expect(deliver(card, tpdu!).data.length > 0).toBe(whenFine)
    expect(deliver(card, tpdu!).data.length > 0).toBe(whenNot)
  })

  test('a script whose answers become too long ends with 62F1, and its packet counts', () => {
    const card = otaSim()
    terminalProfile(card)
    const isd = sender()
    const sent = isd.pack(encodeScript(Array.from({ length: 700 }, () => GET_STATUS)))
    for (const tpdu of sent.messages) deliver(card, tpdu)
    const parts = new Reassembly({ messages: 1, parts: 255 })
    const whole = submitted(card)
      .map((part) => parts.take('card', part))
      .at(-1)!
    const { responses, executed } = decodeScriptAnswer(isd.read(sent, encodeUserData(whole)).data)
    expect(executed).toBeLessThan(700)
    expect(responses.at(-1)?.sw).toBe(0x62f1)
  })

  test('an answer that does not fit the acknowledgement follows in messages of its own', () => {
    const card = otaSim()
    terminalProfile(card)
    const isd = sender()
    const sent = isd.pack(encodeScript(Array.from({ length: 3 }, () => GET_STATUS)))
    const { data } = deliver(card, sent.messages[0]!)
    expect(status(data)).toBe(PACKET_STATUS.answerBySubmit)
    const parts = new Reassembly()
    const whole = submitted(card)
      .map((part) => parts.take('card', part))
      .at(-1)!
    expect(decodeScriptAnswer(isd.read(sent, encodeUserData(whole)).data).executed).toBe(3)
  })
})

test('a card without a toolkit knows none of its commands', () => {
  const memory = new SpecimenMemory()
  manufactureCard(memory, {})
  expect(envelope(wake(memory), bytes()).sw).toBe(0x6d00)
})
