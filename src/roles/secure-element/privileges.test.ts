import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, NO_BYTES } from '../../base/bytes.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { lv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, closeChannel, type Dialogue, onChannel, openChannel, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { DOMAIN, inDomain, SCHEMES, simWithDomain } from './delegation-specimen.ts'
import { asIssuer, outcome, specimenSim } from './specimen.ts'

const NEXT = fromHex('d4d4d4d4d4010199')
const install = (p1: number, fields: readonly Bytes[]) =>
  ask(command(0x80, 0xe6, p1, 0, concat(...fields.map(lv)), 256), 'INSTALL')
/** A domain with these privileges, one byte or three. */
const domain = (privileges: string, aid = NEXT, p1 = 0x0c) =>
  install(p1, [gp.AID.ssdPackage, gp.AID.ssdModule, aid, fromHex(privileges), fromHex('c900'), NO_BYTES])
const application = (privileges: string, parameters = 'c900', p1 = 0x0c) =>
  install(p1, [JPKI.loadFile, JPKI.module, JPKI.aid, fromHex(privileges), fromHex(parameters), NO_BYTES])
const update = (aid: Bytes, privileges: string, parameters = '') =>
  install(0x40, [NO_BYTES, NO_BYTES, aid, fromHex(privileges), fromHex(parameters), NO_BYTES])

async function loaded() {
  const card = specimenSim()
  const dataBlock = jpkiLoadFile()
  await run(
    card.link(),
    asIssuer(function* () {
      yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock })
      yield* gp.load(dataBlock)
    }),
  )
  return card
}
type Card = Awaited<ReturnType<typeof loaded>>
const issuer = (card: Card, act: () => Dialogue<unknown>) => outcome(card, asIssuer(act))
const listed = async (card: Card, aid: Bytes) =>
  (await run(
    card.link(),
    asIssuer(function* () {
      const all = [...(yield* gp.getStatus('issuer')), ...(yield* gp.getStatus('applications'))]
      return all.find((entry) => hex(entry.aid) === hex(aid))
    }),
  ))!
const privilegesOf = async (card: Card, aid: Bytes) => hex((await listed(card, aid)).privileges!)

describe('privileges at INSTALL', () => {
  test.each([
    ['one byte gives Trusted Path', '80', '808000'],
    ['three bytes give what they say', '800000', '800000'],
    ['reserved bits are ignored', '80000f', '800000'],
    ['gpshell’s D0', 'd0', 'd08000'],
    ['mandated DAP', 'c1', 'c18000'],
    ['delegated management', 'a0', 'a08000'],
    ['authorized management', '80c000', '80c000'],
    ['ciphered load files', '808040', '808040'],
    ['what reaches over others, from the issuer', '989c00', '989c00'],
  ])('%s', async (_, asked, held) => {
    const card = await loaded()
    expect(await issuer(card, () => domain(asked))).toBe('9000')
    expect(await privilegesOf(card, NEXT)).toBe(held)
  })

  test.each([
    ['delegated and authorized management', 'a0c000'],
    ['delegated management and token verification', 'a0a000'],
    ['delegated management and receipt generation', 'a08080'],
    ['mandated DAP without DAP', '818000'],
    ['a second token verification under the issuer', '80a000'],
    ['a second receipt generation under the issuer', '808080'],
    ['a domain that is none', '400000'],
  ])('%s is 6985', async (_, asked) => {
    const card = await loaded()
    expect(await issuer(card, () => domain(asked))).toBe('6985')
    expect(await issuer(card, () => gp.deleteContent(NEXT))).toBe('6a88')
  })

  test('two bytes are 6A80', async () => expect(await issuer(await loaded(), () => domain('8080'))).toBe('6a80'))

  test('token verification has its place under another Authorized Management', async () =>
    expect(await issuer(await loaded(), () => domain('80e080'))).toBe('9000'))

  test.each([
    ['Card Lock and Global Registry', '100400', '9000'],
    ['Security Domain', '800000', '6985'],
    ['Trusted Path', '008000', '6985'],
    ['Authorized Management', '004000', '6985'],
    ['Ciphered Load File', '000040', '6985'],
  ])('an application with %s: %s → %s', async (_, asked, sw) =>
    expect(await issuer(await loaded(), () => application(asked))).toBe(sw),
  )

  test('a domain that manages gives no reach over others that it has not', async () => {
    const card = await simWithDomain(SCHEMES['AES-128 CMAC'], 0x80c000)
    for (const asked of ['901000', '880000', '80d000', '808800', '808400', 'c10000']) {
      expect(
        await outcome(
          card,
          inDomain(() => domain(asked)),
        ),
      ).toBe('6985')
    }
    expect(
      await outcome(
        card,
        inDomain(() => domain('800000')),
      ),
    ).toBe('9000')
  })
})

describe('Card Reset and Final Application have one holder', () => {
  test('Card Reset goes with make selectable only, and comes back on deletion', async () => {
    const card = await loaded()
    expect(await issuer(card, () => application('04', 'c900', 0x04))).toBe('6985')
    expect(await issuer(card, () => application('04'))).toBe('9000')
    expect([await privilegesOf(card, gp.AID.isd), await privilegesOf(card, JPKI.aid)]).toEqual(['9afe80', '040000'])
    expect((await listed(card, JPKI.aid)).implicitSelection).toEqual([0xc0])
    expect(await issuer(card, () => domain('84'))).toBe('6985')
    expect(await issuer(card, () => gp.deleteContent(JPKI.aid))).toBe('9000')
    expect(await privilegesOf(card, gp.AID.isd)).toBe('9efe80')
  })

  test('INSTALL [for make selectable] gives Card Reset and nothing else', async () => {
    const card = await loaded()
    expect(await issuer(card, () => application('00', 'c900', 0x04))).toBe('9000')
    const make = install(0x08, [NO_BYTES, NO_BYTES, JPKI.aid, bytes(0x1c), NO_BYTES, NO_BYTES])
    expect(await issuer(card, () => make)).toBe('9000')
    expect(await privilegesOf(card, JPKI.aid)).toBe('040000')
  })

  test('registry update moves them and takes them back', async () => {
    const card = await loaded()
    await issuer(card, () => domain('80'))
    expect(await issuer(card, () => update(NEXT, '848200'))).toBe('9000')
    expect([await privilegesOf(card, gp.AID.isd), await privilegesOf(card, NEXT)]).toEqual(['9afc80', '848200'])
    expect(await issuer(card, () => update(NEXT, '808000'))).toBe('9000')
    expect(await privilegesOf(card, gp.AID.isd)).toBe('9efe80')
    expect(await issuer(card, () => update(gp.AID.isd, '808000'))).toBe('6985')
  })

  test('who holds Final Application is not locked, and is the one that a locked card selects', async () => {
    const card = await loaded()
    await issuer(card, () => application('000200'))
    expect(await issuer(card, () => gp.setLocked(JPKI.aid, true))).toBe('6985')
    expect(await issuer(card, () => gp.setCardState('cardLocked'))).toBe('9000')
    expect(await outcome(card, gp.select())).toBe('6a81')
    const select = encodeCommand(command(0x00, 0xa4, 0x04, 0x0c, JPKI.aid))
    expect(hex(card.process(select))).toBe('6283')
    card.reset()
    expect(hex(card.process(fromHex('00200080')))).toBe('6986')
  })
})

describe('implicit selection', () => {
  test('on the basic channel, by reset', async () => {
    const card = await loaded()
    expect(await issuer(card, () => application('00', 'c900ef03cf0140'))).toBe('9000')
    expect((await listed(card, JPKI.aid)).implicitSelection).toEqual([0x40])
    card.reset()
    expect(hex(card.process(fromHex('80ca006600')))).not.toMatch(/9000$/)
    expect(await issuer(card, () => gp.setLocked(JPKI.aid, true))).toBe('9000')
    card.reset()
    expect(hex(card.process(fromHex('80ca006600')))).toMatch(/9000$/)
  })

  test('on a channel of its own, and only there', async () => {
    const card = await loaded()
    await issuer(card, () => application('00', 'c900ef03cf0141'))
    card.reset()
    expect(hex(card.process(fromHex('80ca006600')))).toMatch(/9000$/)
    expect(await run(card.link(), openChannel())).toBe(1)
    expect(await outcome(card, onChannel(1, gp.getData(0x66)))).not.toBe('9000')
    expect(await run(card.link(), openChannel())).toBe(2)
    expect(await outcome(card, onChannel(2, gp.getData(0x66)))).toBe('9000')
    await run(card.link(), closeChannel(1))
  })

  test('taken channels and channels that there are not', async () => {
    const card = await loaded()
    expect(await issuer(card, () => application('00', 'c900ef03cf0154'))).toBe('6a80')
    expect(await issuer(card, () => application('00', 'c900ef06cf0140cf0183'))).toBe('9000')
    await issuer(card, () => domain('80'))
    expect(await issuer(card, () => update(NEXT, '', 'ef03cf01c3'))).toBe('6985')
    expect(await issuer(card, () => update(NEXT, '', 'ef03cf0143'))).toBe('9000')
    expect(await issuer(card, () => update(NEXT, '', 'ef03cf0105'))).toBe('9000')
    expect((await listed(card, NEXT)).implicitSelection).toEqual([0x43, 0x05])
  })
})

describe('restrictions', () => {
  test.each([
    ['load', '02', () => gp.installForLoad({ aid: NEXT, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })],
    ['install', '04', () => domain('80')],
    ['make selectable', '08', () => domain('80')],
    ['extradition', '10', () => gp.extradite({ aid: JPKI.loadFile, to: gp.AID.isd })],
    ['personalization', '20', () => gp.installForPersonalization(NEXT)],
    ['delete', '01', () => gp.deleteContent(JPKI.loadFile)],
    ['registry update', '40', () => update(gp.AID.isd, '', 'ef03d90100')],
  ])('of %s, for one domain', async (_, functions, act) => {
    const card = await loaded()
    expect(await issuer(card, () => update(gp.AID.isd, '', `ef03d901${functions}`))).toBe('9000')
    expect(await issuer(card, act)).toBe('6985')
  })

  test('of one domain are taken back by another update, of the card never', async () => {
    const card = await loaded()
    await issuer(card, () => update(gp.AID.isd, '', 'ef03d90104'))
    await issuer(card, () => update(gp.AID.isd, '', 'ef03d90100'))
    expect(await issuer(card, () => domain('80'))).toBe('9000')
    expect(await issuer(card, () => update(NO_BYTES, '', 'ef03d90101'))).toBe('9000')
    expect(await issuer(card, () => update(NO_BYTES, '', 'ef03d90100'))).toBe('9000')
    card.reset()
    expect(await issuer(card, () => gp.deleteContent(NEXT))).toBe('6985')
  })

  test('of the card are for Global Lock, of an application there are none', async () => {
    const card = await simWithDomain(SCHEMES['AES-128 CMAC'], 0x80c000)
    const restrict = () => update(NO_BYTES, '', 'ef03d90101')
    expect(await outcome(card, inDomain(restrict))).toBe('6985')
    expect(await issuer(card, () => update(DOMAIN, '', 'ef03d90201'))).toBe('6a80')
    const other = await loaded()
    await issuer(other, () => application('00'))
    expect(await issuer(other, () => update(JPKI.aid, '', 'ef03d90101'))).toBe('6a80')
    expect(await issuer(other, () => update(JPKI.aid, '', 'ef05cb038001'))).toBe('6a80')
    expect(await issuer(other, () => update(JPKI.aid, '', 'ef04cb028001'))).toBe('9000')
    expect(await issuer(other, () => update(JPKI.aid, '', 'ef04d7020100'))).toBe('6a80')
  })
})
