import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { lv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt, keyCheckValue } from '../../protocol/globalplatform/scp03-keys.ts'
import { ask, closeChannel, type Dialogue, onChannel, openChannel, run } from '../../protocol/iso7816/index.ts'
import { manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory, specimenSim, wake } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))
const open = (level: gp.SecurityLevel = gp.LEVEL.all) =>
  gp.openScp03({ keys: ISD_KEYS, entropy, aid: gp.AID.isd, level })

describe('sessions on several channels', () => {
  test.each([1, 3, 4, 19])('content is managed over channel %s at the highest level', async (number) => {
    const card = specimenSim()
    card.process(encodeCommand(command(0x00, 0x70, 0x00, number)))
    const entries = await run(
      card.link(),
      onChannel(
        number,
        asIssuer(function* () {
          return yield* gp.getStatus('issuer')
        }),
      ),
    )
    expect(entries.map(({ aid }) => aid)).toEqual([gp.AID.isd])
  })

  test('run side by side, and end alone', async () => {
    const card = specimenSim()
    const link = card.link()
    const second = await run(link, openChannel())
    await run(link, gp.select())
    const first = await run(link, open())
    const other = await run(link, onChannel(second, open(gp.LEVEL.cMac)))
    const status = (channel: gp.SecureChannel) => gp.secured(channel, gp.getStatus('issuer'))
    await run(link, status(first))
    await run(link, onChannel(second, status(other)))
    await run(link, closeChannel(second))
    expect(await outcome(card, onChannel(second, status(other)))).toBe('6881')
    await run(link, status(first))
  })

  test('what was opened from a supplementary channel begins with the application of that one', async () => {
    const card = specimenSim()
    const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: fromHex('d4d4d4d4d4010101') }
    await run(
      card.link(),
      asIssuer(() => gp.installForInstallAndMakeSelectable({ ...ssd, privileges: gp.SSD_PRIVILEGES })),
    )
    await run(card.link(), openChannel())
    await run(card.link(), onChannel(1, gp.select(ssd.aid)))
    await run(card.link(), onChannel(1, openChannel()))
    // The domain has its own AID in the challenge, which openScp03 checks.
    await run(card.link(), onChannel(2, gp.openScp03({ keys: ISD_KEYS, entropy, aid: ssd.aid })))
  })

  test('a card with fewer channels says so', async () => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, profile: { channels: 2 } })
    const card = wake(memory)
    expect(await run(card.link(), openChannel())).toBe(1)
    expect(await outcome(card, openChannel())).toBe('6a81')
    expect(hex(card.process(fromHex('00700002')))).toBe('6881')
    card.reset()
    expect(await run(card.link(), openChannel())).toBe(1)
  })
})

/** Twenty more keys: their list is longer than 256 bytes. */
function* manyKeys(channel: gp.SecureChannel): Dialogue<void> {
  const key = fromHex('101112131415161718191a1b1c1d1e1f')
  const field = concat(bytes(0x88), lv(dekEncrypt(channel.dek, key)), lv(keyCheckValue(key)))
  for (let version = 1; version <= 7; version++) {
    const data = concat(bytes(version), ...Array.from({ length: 8 }, () => field))
    yield* ask(command(0x80, 0xd8, 0x00, 0x81, data, 256), 'PUT KEY')
  }
}

describe('an answer of more than 256 bytes', () => {
  const filled = async (atr?: string) => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, ...(atr && { atr: fromHex(atr) }) })
    const card = wake(memory)
    await run(card.link(), asIssuer(manyKeys))
    card.reset()
    return { card, say: (apdu: string) => hex(card.process(fromHex(apdu))) }
  }
  const LENGTH = 4 + (3 + 56) * 6

  test('goes on with GET RESPONSE, and is lost with any other command', async () => {
    const { card, say } = await filled()
    const rest = (LENGTH - 256).toString(16)
    expect(say('80ca00e000').slice(-4)).toBe(`61${rest}`)
    expect(say('00c0000010').slice(-4)).toBe(`61${(LENGTH - 256 - 16).toString(16)}`)
    expect(say('00c0010000')).toBe('6a86')
    expect(say('00c0000000')).toBe('6d00')
    expect(say('80ca00e000').slice(-4)).toBe(`61${rest}`)
    expect(say('80ca00c100')).toMatch(/9000$/)
    expect(say('00c0000000')).toBe('6d00')
    expect((await run(card.link(), gp.getData(0xe0))).length).toBe(LENGTH)
  })

  test.each(Object.entries(gp.LEVEL))('is protected as a whole at level %s', async (_, level) => {
    const { card } = await filled()
    const list = await run(
      card.link(),
      asIssuer(() => gp.getData(0xe0), level),
    )
    expect(list.length).toBe(LENGTH)
  })

  test('the value alone is 6700 for the ISO class, as at MF level of real cards', async () => {
    const { say } = await filled()
    expect(say('00ca00e000')).toBe('6700')
  })

  test('T=0: data come by GET RESPONSE or with the exact Le, and no command is done twice', async () => {
    const { card, say } = await filled('3b00')
    expect(say('00a4040000')).toBe('6c43')
    expect(say('00a4040043')).toMatch(/^6f41.*9000$/)
    expect(say('00a4040008a000000151000000')).toBe('6143')
    expect(say('00c0000043')).toMatch(/^6f41.*9000$/)
    expect(say('80ca00c100')).toBe('6c05')
    expect(say('80ca00c105')).toMatch(/^c103.*9000$/)
    expect(say('80500000080102030405060708')).toBe('6120')
    expect(say('00c0000020')).toMatch(/9000$/)
    expect(say('0070000000')).toBe('6c01')
    expect(say('0070000001')).toBe('019000')
    expect(say('0070000001')).toBe('029000')
    const entries = await run(
      card.link(),
      asIssuer(() => gp.getStatus('issuer')),
    )
    expect(entries.length).toBe(1)
  })
})

describe('a GlobalPlatform chain', () => {
  const session = () => {
    const card = specimenSim()
    const say = (apdu: string) => hex(card.process(fromHex(apdu)))
    say('8050000008010203040506070800')
    return { card, say }
  }

  test.each([
    ['another P2', '84d8000201', '01'],
    ['another key version in P1', '84d8010101', '01'],
    ['another class', '80d8000101', '01'],
    ['another command', '84e4000001', '01'],
  ])('is broken off by %s', (_, header, data) => {
    const { say } = session()
    expect(say('84d88001020102')).toBe('9000')
    expect(say(`${header}${data}`)).toBe('6985')
  })

  test('that is too long is 6A86', () => {
    const { say } = session()
    const piece = `84d88001ff${'00'.repeat(255)}`
    const answers = Array.from({ length: 17 }, () => say(piece))
    expect(answers.slice(0, 16).every((sw) => sw === '9000')).toBe(true)
    expect(answers[16]).toBe('6a86')
  })

  test('ends with INITIALIZE UPDATE', () => {
    const { say } = session()
    expect(say('84d88001020102')).toBe('9000')
    expect(say('8050000008010203040506070800')).toMatch(/9000$/)
    expect(say('80f28002024f0000')).toBe('6982')
  })
})
