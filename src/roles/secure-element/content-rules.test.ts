import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, u16 } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { encodeCap } from '../../codec/cap.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, closeChannel, type Dialogue, onChannel, openChannel, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { DEFAULT_PROFILE } from './card-profile.ts'
import { manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory, specimenSim, wake } from './specimen.ts'

type Card = ReturnType<typeof specimenSim>
const issuer = (card: Card, act: () => Dialogue<unknown>) => outcome(card, asIssuer(act))
const SSD = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, privileges: gp.SSD_PRIVILEGES }
const DOMAIN = fromHex('d4d4d4d4d4010101')

describe('DELETE in the order of its checks', () => {
  async function withJpki(): Promise<Card> {
    const card = specimenSim()
    const dataBlock = jpkiLoadFile()
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock })
        yield* gp.load(dataBlock)
        yield* gp.installForInstallAndMakeSelectable({ ...JPKI, loadFile: JPKI.loadFile, aid: JPKI.aid })
      }),
    )
    return card
  }

  test('an application that is selected on another channel stays, with its load file', async () => {
    const card = await withJpki()
    await run(card.link(), openChannel())
    await run(card.link(), onChannel(1, gp.select(JPKI.aid)))
    expect(await issuer(card, () => gp.deleteContent(JPKI.aid))).toBe('6985')
    expect(await issuer(card, () => gp.deleteContent(JPKI.loadFile, true))).toBe('6985')
    await run(card.link(), closeChannel(1))
    expect(await issuer(card, () => gp.deleteContent(JPKI.loadFile))).toBe('6985')
    expect(await issuer(card, () => gp.deleteContent(JPKI.loadFile, true))).toBe('9000')
    expect(await issuer(card, () => gp.deleteContent(JPKI.aid))).toBe('6a88')
  })

  test.each<[string, string, Bytes]>([
    ['what there is not', '6a88', fromHex('a0b0c0d0e0')],
    ['an AID that is none', '6a80', bytes(1, 2)],
    ['the issuer’s domain', '6985', gp.AID.isd],
    ['the built-in package of domains', '6985', gp.AID.ssdPackage],
  ])('%s is %s', async (_, sw, aid) => expect(await issuer(specimenSim(), () => gp.deleteContent(aid))).toBe(sw))

  test('a key with an object that is none of its', async () => {
    const data = concat(tlv(0xd2, bytes(0x31)), tlv(0x4f, JPKI.aid))
    expect(await issuer(specimenSim(), () => ask(command(0x80, 0xe4, 0, 0, data, 256), 'DELETE'))).toBe('6a80')
  })

  /** Import component: count, then minor, major and AID. */
  const importing = (aid: Bytes, imported: Bytes): Bytes => {
    const cap = encodeCap({ aid, major: 1, minor: 0, applets: [], method: bytes(0xff) })
    const content = concat(bytes(1, 0, 1, imported.length), imported)
    return concat(cap, bytes(4), u16(content.length), content)
  }

  test('a load file that another one imports', async () => {
    const card = specimenSim()
    const [library, user] = [fromHex('a0b0c0d0e1'), fromHex('a0b0c0d0e2')]
    const files: [Bytes, Bytes][] = [
      [library, encodeCap({ aid: library, major: 1, minor: 0, applets: [], method: bytes(0xff) })],
      [user, importing(user, library)],
    ]
    for (const [aid, dataBlock] of files) {
      const load = function* () {
        yield* gp.installForLoad({ aid, securityDomain: gp.AID.isd, dataBlock })
        yield* gp.load(dataBlock)
      }
      expect(await issuer(card, load)).toBe('9000')
    }
    expect(await issuer(card, () => gp.deleteContent(library))).toBe('6985')
    expect(await issuer(card, () => gp.deleteContent(user))).toBe('9000')
    expect(await issuer(card, () => gp.deleteContent(library))).toBe('9000')
  })
})

describe('strict and lenient', () => {
  async function personalised(strict: boolean, privileges: number): Promise<Card> {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, profile: { ...DEFAULT_PROFILE, strict } })
    const card = wake(memory)
    await run(
      card.link(),
      asIssuer(() => gp.installForInstallAndMakeSelectable({ ...SSD, aid: DOMAIN, privileges })),
    )
    await run(
      card.link(),
      inDomain((channel) => gp.putKeySet(channel, 0x31, ISD_KEYS)),
    )
    return card
  }
  function* inDomain<T>(act: (channel: gp.SecureChannel) => Dialogue<T>): Dialogue<T> {
    yield* gp.select(DOMAIN)
    const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: () => new Uint8Array(8), aid: DOMAIN })
    return yield* gp.secured(channel, act(channel))
  }
  const announce = () => gp.installForLoad({ aid: JPKI.loadFile, securityDomain: DOMAIN, dataBlock: jpkiLoadFile() })

  test.each([
    ['a domain with DAP, lenient', false, 0xd08000, '9000'],
    ['a domain with DAP, strict', true, 0xd08000, '6985'],
    ['a domain without, lenient', false, 0x808000, '6985'],
    ['a domain without, strict', true, 0x808000, '6985'],
    ['a domain with Authorized Management, strict', true, 0x80c000, '9000'],
  ])('%s begins to load: %s', async (_, strict, privileges, sw) =>
    expect(await outcome(await personalised(strict, privileges), inDomain(announce))).toBe(sw),
  )

  test('a DAP block stays necessary on a lenient card', async () => {
    const load = function* () {
      yield* announce()
      yield* gp.load(jpkiLoadFile())
    }
    expect(await outcome(await personalised(false, 0xd08000), inDomain(load))).toBe('6985')
  })
})

describe('the life cycle of the card', () => {
  test('goes from OP_READY to SECURED by its steps alone, and not back', async () => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, lifeCycle: 'opReady' })
    const card = wake(memory)
    expect(await issuer(card, () => gp.setCardState('cardLocked'))).toBe('6a80')
    expect(await issuer(card, () => gp.setCardState('secured'))).toBe('6a80')
    expect(await issuer(card, () => gp.setCardState('initialized'))).toBe('9000')
    expect(await issuer(card, () => gp.setCardState('initialized'))).toBe('6a80')
    expect(await issuer(card, () => gp.setCardState('secured'))).toBe('9000')
    expect(await issuer(card, () => gp.setCardState('initialized'))).toBe('6a80')
  })

  test('a locked card opens no channel and keeps none', async () => {
    const card = specimenSim()
    await run(card.link(), openChannel())
    await run(
      card.link(),
      asIssuer(() => gp.setCardState('cardLocked')),
    )
    expect(await outcome(card, openChannel())).toBe('6a81')
    expect(await outcome(card, onChannel(1, gp.select()))).toBe('6a81')
    expect(await outcome(card, onChannel(1, gp.getData(0x66)))).toBe('6881')
  })
})

test('the list of applications, for both classes', () => {
  const card = specimenSim()
  const expected = '614f08a0000001510000009000'.replace('614f08', '610a4f08')
  expect(hex(card.process(fromHex('00cb2f00025c0000')))).toBe(expected)
  expect(hex(card.process(fromHex('80ca2f00025c0000')))).toBe(expected)
  expect(hex(card.process(fromHex('00cb006600')))).toBe('6d00')
})
