import { describe, expect, test } from 'vitest'
import { bytes, concat, fromUint, NO_BYTES } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { decodeTlvs, findTlv, tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { DEFAULT_PROFILE } from './card-profile.ts'
import type { SecureElement } from './contract.ts'
import { manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory, wake } from './specimen.ts'

function cardOf(nonVolatile: number, volatile = 4096): SecureElement {
  const memory = new SpecimenMemory()
  const profile = { ...DEFAULT_PROFILE, memory: { nonVolatile, volatile } }
  manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, profile })
  return wake(memory)
}
const issuer = (card: SecureElement, act: () => Dialogue<unknown>) => outcome(card, asIssuer(act))

/** FF21: applications, free non-volatile and volatile memory. */
async function resources(card: SecureElement): Promise<[number, number, number]> {
  await run(card.link(), gp.select())
  const objects = decodeTlvs(decodeTlvs(await run(card.link(), gp.getData(0xff21)))[0]!.value)
  const number = (tag: number) => fromUint(findTlv(objects, tag) ?? NO_BYTES)
  return [number(0x81), number(0x82), number(0x83)]
}

const dataBlock = jpkiLoadFile()
const file = { aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock }
function* loaded(): Dialogue<void> {
  yield* gp.installForLoad(file)
  yield* gp.load(dataBlock)
}
const DOMAIN = bytes(0xd4, 0xd4, 0xd4, 0xd4, 0xd4, 1, 1, 1)
const domain = (system: NonNullable<Parameters<typeof gp.installForInstall>[0]['system']> = {}) =>
  gp.installForInstallAndMakeSelectable({
    loadFile: gp.AID.ssdPackage,
    module: gp.AID.ssdModule,
    aid: DOMAIN,
    privileges: gp.SSD_PRIVILEGES,
    system,
  })
const store = (length: number) => gp.storeData(tlv(0x5f50, new Uint8Array(length)), gp.STORE_DATA.berTlv)

describe('extended card resources', () => {
  test('say what is there, and what a load file and a domain take and give back', async () => {
    const card = cardOf(10_000)
    const [none, free, volatile] = await resources(card)
    expect(none).toBe(0)
    await run(card.link(), asIssuer(loaded))
    expect(await resources(card)).toEqual([0, free - dataBlock.length, volatile])
    await run(
      card.link(),
      asIssuer(() => domain()),
    )
    expect(await resources(card)).toEqual([1, free - dataBlock.length, volatile - 256])
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.deleteContent(DOMAIN)
        yield* gp.deleteContent(JPKI.loadFile)
      }),
    )
    expect(await resources(card)).toEqual([0, free, volatile])
  })

  test('count what is reserved, used or not', async () => {
    const card = cardOf(10_000)
    const [, free, volatile] = await resources(card)
    await issuer(card, () => domain({ nonVolatileReserved: 2_000, volatileReserved: 500 }))
    expect(await resources(card)).toEqual([1, free - 2_000, volatile - 500])
  })
})

describe('6A84 and nothing left behind', () => {
  test('a load file that does not fit, at the block with which it is too long', async () => {
    const card = cardOf(dataBlock.length + 50)
    const before = await resources(card)
    expect(await issuer(card, loaded)).toBe('6a84')
    expect(await resources(card)).toEqual(before)
  })

  test.each([
    ['code', { code: 20_000 }],
    ['code and data together', { code: 6_000, nonVolatile: 6_000 }],
    ['volatile memory', { volatile: 5_000 }],
  ])('INSTALL [for load] that needs %s', async (_, parameters) =>
    expect(await issuer(cardOf(10_000), () => gp.installForLoad({ ...file, parameters }))).toBe('6a84'),
  )

  test.each([
    ['non-volatile', { nonVolatileReserved: 20_000 }],
    ['volatile', { volatileReserved: 4_000 }],
    ['more volatile memory than its quota', { volatile: 100 }],
  ])('INSTALL that reserves %s', async (_, system) => {
    const card = cardOf(10_000)
    const before = await resources(card)
    expect(await issuer(card, () => domain(system))).toBe('6a84')
    expect(await resources(card)).toEqual(before)
  })

  test('a quota less than what is reserved is 6A80', async () =>
    expect(await issuer(cardOf(10_000), () => domain({ nonVolatile: 100, nonVolatileReserved: 200 }))).toBe('6a80'))

  test('data beyond the quota of a domain, and within it', async () => {
    const card = cardOf(10_000)
    await issuer(card, () => domain({ nonVolatile: 150 }))
    const personalise = (length: number) =>
      issuer(card, function* () {
        yield* gp.installForPersonalization(DOMAIN)
        yield* store(length)
      })
    expect(await personalise(151)).toBe('6a84')
    expect(await personalise(150)).toBe('9000')
    expect(await personalise(140)).toBe('9000')
  })

  test('data beyond the card, also when others have reserved what is free', async () => {
    const card = cardOf(1_000)
    const [, free] = await resources(card)
    expect(await issuer(card, () => store(free + 1))).toBe('6a84')
    await issuer(card, () => domain({ nonVolatileReserved: free - 100 }))
    expect(await issuer(card, () => store(101))).toBe('6a84')
    expect(await issuer(card, () => store(100))).toBe('9000')
    expect((await resources(card))[1]).toBe(0)
  })

  test('keys beyond the card', async () => {
    const card = cardOf(100)
    const put = (channel: gp.SecureChannel, version: number) => gp.putKeySet(channel, version, ISD_KEYS)
    expect(
      await outcome(
        card,
        asIssuer((channel) => put(channel, 0x31)),
      ),
    ).toBe('6a84')
  })
})

test('the answer to GET RESPONSE of a command that failed is gone', async () => {
  const card = cardOf(10_000)
  const many = concat(...Array.from({ length: 5 }, () => tlv(0x5f50, new Uint8Array(10))))
  await issuer(card, () => ask(command(0x80, 0xe2, 0x90, 0, many), 'STORE DATA'))
  expect(await outcome(card, ask(command(0x00, 0xc0, 0, 0, NO_BYTES, 256), 'GET RESPONSE'))).toBe('6982')
})
