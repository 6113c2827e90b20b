import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../../base/bytes.ts'
import { seededEntropy } from '../../../base/crypto.ts'
import { smsPpDownload } from '../../../codec/cat.ts'
import { decodeScriptAnswer, encodeScript } from '../../../codec/remote-script.ts'
import { decodeSpi, PACKET_STATUS } from '../../../codec/secured-packet.ts'
import { DATA_DOWNLOAD, encodeDeliver } from '../../../codec/sms.ts'
import { decodeUserData, ELEMENT, encodeUserData, Reassembly } from '../../../codec/sms-parts.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { openResponse, type PacketKeys } from '../../../protocol/ota/scp80.ts'
import { FULL_SECURITY, remotely, sendPacket, sendScript } from '../../../protocol/ota/sender.ts'
import { encodeToolkitParameters, TAR } from '../../../protocol/ota/toolkit-parameters.ts'
import { CardMute, manufactureCard } from '../contract.ts'
import { asIssuer, ISD_KEYS, SpecimenMemory, scp03Keys, wake } from '../specimen.ts'
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
  submitted,
  terminalProfile,
} from './ota-specimen.ts'

/** The card image number, before a test stores its own. */
const UNTOUCHED = '450a8981100000000000017f9000'
const GET_STATUS = fromHex('80f28002024f0000')
const SSD = fromHex('a00000015153504100000000b0010201')
const SSD_TAR = fromHex('b00102')

/** Status of the response packet in an acknowledgement; undefined when there is none. */
function status(acknowledgement: Uint8Array, keys: PacketKeys = AES_KEYS): number | undefined {
  if (acknowledgement.length === 0) return undefined
  const { content } = decodeUserData(acknowledgement)
  return openResponse(content, FULL_SECURITY, 0, keys).status
}

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
    ['a digital signature', { spi: { ...FULL_SECURITY, answerCheck: 'ds' } }, '06'],
  ] as const)('%s', (_, route, expected) => {
    const { data } = deliver(otaSim(), sender(route).pack(STORE).messages[0]!)
    expect(hex(data).slice(-2)).toBe(expected)
  })

  test('a session key set opens no packet', () => {
    const isd = { algorithm: 'aes' as const, value: ISD_KEYS.enc }
    const keys = { version: 0x30, kic: isd, kid: isd }
    const sent = sender({ keys: { ...keys, version: 3 } }).pack(STORE)
    expect(hex(deliver(otaSim(), sent.messages[0]!).data).slice(-2)).toBe('06')
  })

  test.each([
    '',
    'd1',
    'd100',
    'd10482028381',
    'd1068202838186',
    'd10c820283818b0640088121436587',
    'd603990109',
    'ffff',
  ])('a garbled envelope %s is refused and changes nothing', (garbled) => {
    const memory = new SpecimenMemory()
    const card = otaSim(memory)
    const before = memory.commits
    expect(envelope(card, fromHex(garbled)).sw).toBe(0x6a80)
    expect(memory.commits).toBe(before)
  })

  test('oversized and cut messages are refused', () => {
    const card = otaSim()
    const [tpdu] = sender().pack(new Uint8Array(300)).messages
    expect(deliver(card, concat(tpdu!, bytes(0))).sw).toBe(0x6a80)
    expect(deliver(card, tpdu!.slice(0, -1)).sw).toBe(0x6a80)
    expect(envelope(card, concat(smsPpDownload(tpdu!), bytes(0))).sw).toBe(0x6a80)
  })
})

describe('a supplementary security domain with a TAR', () => {
  async function withDomain(minimumSpi?: number) {
    const memory = new SpecimenMemory()
    const card = otaSim(memory)
    const parameters = encodeToolkitParameters({ tars: [SSD_TAR], ...(minimumSpi !== undefined && { minimumSpi }) })
    const fields = [
      gp.AID.ssdPackage,
      gp.AID.ssdModule,
      SSD,
      fromHex('808000'),
      concat(fromHex('c900'), parameters),
      bytes(),
    ]
    const data = concat(...fields.map((field) => concat(bytes(field.length), field)))
    await run(
      card.link(),
      asIssuer(function* () {
        const answer = yield { cla: 0x80, ins: 0xe6, p1: 0x0c, p2: 0, data, le: 256 }
        expect(answer.sw.toString(16)).toBe('9000')
      }),
    )
    return card
  }
  const own = scp03Keys('packets of the domain')
  const keys: PacketKeys = {
    version: 1,
    kic: { algorithm: 'aes', value: own.enc },
    kid: { algorithm: 'aes', value: own.mac },
  }
  async function keyed(minimumSpi?: number) {
    const card = await withDomain(minimumSpi)
    await run(card.link(), gp.select(SSD))
    const entropy = seededEntropy(utf8('off-card'))
    const channel = await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy, aid: SSD }))
    await run(card.link(), gp.secured(channel, gp.putKeySet(channel, 1, own)))
    return card
  }

  test('takes packets under its own keys', async () => {
    const card = await keyed()
    const entries = exchanged(
      card,
      remotely(sender({ keys, tar: SSD_TAR }), gp.getStatus('applications', { prefix: SSD })),
    )
    expect(entries[0]?.lifeCycle).toBe(gp.LIFE_CYCLE.personalized)
  })

  test('without keys of its own takes none, not even under its issuer’s', async () => {
    const card = await withDomain()
    const { data } = deliver(card, sender({ tar: SSD_TAR }).pack(encodeScript([GET_STATUS])).messages[0]!)
    expect(hex(data).slice(-2)).toBe('06')
  })

  test('asks for the security that it was installed with', async () => {
    const card = await keyed(0x1e)
    const plain = { ...FULL_SECURITY, ciphered: false }
    const { data } = deliver(
      card,
      sender({ keys, tar: SSD_TAR, spi: plain }).pack(encodeScript([GET_STATUS])).messages[0]!,
    )
    expect(hex(data).slice(-2)).toBe('0a')
    const next = { ...FULL_SECURITY, counter: 'next' as const }
    exchanged(card, sendScript(sender({ keys, tar: SSD_TAR, spi: next }), [GET_STATUS]))
  })

  test('a script of a domain reaches nothing that is another’s', async () => {
    const card = await keyed()
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
        yield* gp.load(jpkiLoadFile())
        yield* gp.installForInstallAndMakeSelectable(JPKI)
      }),
    )
    const domain = sender({ keys, tar: SSD_TAR })
    for (const act of [
      gp.deleteContent(JPKI.aid),
      gp.deleteContent(JPKI.loadFile, true),
      gp.setLocked(JPKI.aid, true),
      gp.installForPersonalization(JPKI.aid),
    ]) {
      expect(() => exchanged(card, remotely<unknown>(domain, act))).toThrow(/6985/)
    }
    await run(card.link(), gp.select(JPKI.aid))
  })

  test('nobody takes a TAR that is another’s', async () => {
    const card = await withDomain()
    for (const tar of [SSD_TAR, TAR.ram, TAR.adminAgent]) {
      const parameters = concat(fromHex('c900'), encodeToolkitParameters({ tars: [tar] }))
      const fields = [
        gp.AID.ssdPackage,
        gp.AID.ssdModule,
        fromHex('a0000000010203'),
        fromHex('808000'),
        parameters,
        bytes(),
      ]
      const data = concat(...fields.map((field) => concat(bytes(field.length), field)))
      const refused = run(
        card.link(),
        asIssuer(function* () {
          return (yield { cla: 0x80, ins: 0xe6, p1: 0x0c, p2: 0, data, le: 256 }).sw
        }),
      )
      await expect(refused).resolves.toBe(0x6a80)
    }
  })
})

test('a card without a toolkit knows none of its commands', () => {
  const memory = new SpecimenMemory()
  manufactureCard(memory, {})
  expect(envelope(wake(memory), bytes()).sw).toBe(0x6d00)
})
