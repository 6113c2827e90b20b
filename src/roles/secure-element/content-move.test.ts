import { describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex, NO_BYTES } from '../../base/bytes.ts'
import { encodeLoadFile } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import {
  DM,
  DOMAIN,
  dataBlock,
  inDomain,
  install,
  loadFields,
  loadFile,
  receiptCounter,
  SCHEMES,
  simWithDomain,
} from './delegation-specimen.ts'
import { asIssuer, outcome } from './specimen.ts'

describe('extradition and registry update', () => {
  const scheme = SCHEMES['ECDSA P-256']
  const loaded = async (privileges = 0x808000) => {
    const card = await simWithDomain(scheme, privileges)
    await run(
      card.link(),
      asIssuer(function* () {
        yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock })
        yield* gp.load(dataBlock)
        yield* gp.installForInstallAndMakeSelectable(JPKI)
      }),
    )
    return card
  }
  const extradite = (aid: Bytes, to: Bytes) =>
    asIssuer(() => install(0x10, 0, [to, NO_BYTES, aid, NO_BYTES, NO_BYTES], undefined))
  const update = (aid: Bytes, privileges: string, to = NO_BYTES) =>
    asIssuer(() => install(0x40, 0, [to, NO_BYTES, aid, fromHex(privileges), NO_BYTES], undefined))
  const entry = async (card: SecureElement, aid: Bytes) =>
    (
      await run(
        card.link(),
        asIssuer(() => gp.getStatus('applications', { prefix: aid })),
      )
    )[0]

  test('an application and its load file move, and still work', async () => {
    const card = await loaded()
    expect(await outcome(card, extradite(JPKI.aid, DOMAIN))).toBe('9000')
    expect(await outcome(card, extradite(JPKI.loadFile, DOMAIN))).toBe('9000')
    expect((await entry(card, JPKI.aid))?.securityDomain).toEqual(DOMAIN)
    expect(await outcome(card, gp.select(JPKI.aid))).toBe('9000')
    expect(await outcome(card, extradite(JPKI.aid, gp.AID.isd))).toBe('9000')
  })

  test.each<[string, string, Bytes, Bytes]>([
    ['what there is not', '6a88', fromHex('a0b0c0d0e0'), DOMAIN],
    ['to what is no domain', '6a88', JPKI.loadFile, JPKI.aid],
    ['the issuer’s domain', '6985', gp.AID.isd, DOMAIN],
  ])('%s is refused: %s', async (_, sw, aid, to) => expect(await outcome(await loaded(), extradite(aid, to))).toBe(sw))

  test('a domain that belongs to itself is out of the issuer’s reach but for what is global', async () => {
    const card = await loaded()
    expect(await outcome(card, extradite(DOMAIN, DOMAIN))).toBe('9000')
    expect((await entry(card, DOMAIN))?.securityDomain).toEqual(DOMAIN)
    expect(await outcome(card, update(DOMAIN, '808000'))).toBe('6985')
    expect(await outcome(card, extradite(DOMAIN, gp.AID.isd))).toBe('6985')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(DOMAIN)),
      ),
    ).toBe('9000')
  })

  test('a load file does not go to a domain with DAP', async () =>
    expect(await outcome(await loaded(0xc08000), extradite(JPKI.loadFile, DOMAIN))).toBe('6985'))

  test('an SSD without management cannot move anything', async () => {
    const card = await loaded()
    const itself = inDomain(() => install(0x10, 0, [DOMAIN, NO_BYTES, JPKI.aid, NO_BYTES, NO_BYTES], undefined))
    expect(await outcome(card, itself)).toBe('6985')
  })

  test('privileges and domain change together or not at all', async () => {
    const card = await loaded()
    expect(await outcome(card, update(DOMAIN, 'a08000'))).toBe('9000')
    expect(hex((await entry(card, DOMAIN))!.privileges!)).toBe('a08000')
    expect(await outcome(card, update(DOMAIN, '808000', JPKI.aid))).toBe('6a88')
    expect(hex((await entry(card, DOMAIN))!.privileges!)).toBe('a08000')
    expect(await outcome(card, update(NO_BYTES, '808000'))).toBe('6a80')
    expect(await outcome(card, update(JPKI.aid, '000000', DOMAIN))).toBe('9000')
    expect((await entry(card, JPKI.aid))?.securityDomain).toEqual(DOMAIN)
  })

  test('a delegated extradition has a receipt', async () => {
    const card = await simWithDomain(scheme, DM)
    const answer = await run(
      card.link(),
      inDomain(function* () {
        yield* install(0x02, 0, loadFields, scheme.sign)
        yield* loadFile(encodeLoadFile(dataBlock))
        return yield* install(0x10, 0, [gp.AID.isd, NO_BYTES, JPKI.loadFile, NO_BYTES, NO_BYTES], scheme.sign)
      }),
    )
    expect(receiptCounter(answer, [DOMAIN, JPKI.loadFile, gp.AID.isd])).toBe(2)
  })
})
