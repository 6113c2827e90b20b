import { describe, expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, NO_BYTES } from '../../base/bytes.ts'
import { sha1, sha256 } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import { encodeLoadFile, tokenInput } from '../../protocol/globalplatform/delegated-management.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import {
  DM,
  DOMAIN,
  dataBlock,
  inDomain,
  install,
  installFields,
  loadFields,
  loadFile,
  receiptCounter,
  SCHEMES,
  type Sign,
  simWithDomain,
} from './delegation-specimen.ts'
import { asIssuer, outcome, specimenSim } from './specimen.ts'

describe.each(Object.entries(SCHEMES))('delegated management under %s', (_, scheme) => {
  test('LOAD, INSTALL, DELETE with tokens and receipts', async () => {
    const card = await simWithDomain(scheme, DM)
    const [loaded, installed, deleted] = await run(
      card.link(),
      inDomain(function* () {
        yield* install(0x02, 0, loadFields, scheme.sign)
        const first = yield* loadFile(encodeLoadFile(dataBlock))
        const second = yield* install(0x0c, 0, installFields, scheme.sign)
        const named = tlv(0x4f, JPKI.aid)
        const remove = concat(named, tlv(0x9e, scheme.sign(tokenInput(0, 0, named))))
        const third = yield* ask(command(0x80, 0xe4, 0, 0, remove, 256), 'DELETE')
        return [first, second, third] as const
      }),
    )
    expect(receiptCounter(loaded, [JPKI.loadFile, DOMAIN])).toBe(1)
    expect(receiptCounter(installed, [JPKI.loadFile, JPKI.aid])).toBe(2)
    expect(receiptCounter(deleted, [JPKI.aid])).toBe(3)
    await run(card.link(), gp.select())
    expect(hex(await run(card.link(), gp.getData(0xc2)))).toBe('c2020003')
  })

  test('a token of another command, and none', async () => {
    const card = await simWithDomain(scheme, DM)
    const attempt = (sign?: Sign) =>
      outcome(
        card,
        inDomain(() => install(0x02, 0, loadFields, sign)),
      )
    expect(await attempt()).toBe('6985')
    expect(await attempt((message) => scheme.sign(concat(message, bytes(0))))).toBe('6982')
    expect(
      await outcome(
        card,
        inDomain(() => gp.deleteContent(JPKI.aid)),
      ),
    ).toBe('6a88')
    expect(await attempt(scheme.sign)).toBe('9000')
  })

  test('load, install and make selectable as one, under one token', async () => {
    const card = await simWithDomain(scheme, DM)
    const answer = await run(
      card.link(),
      inDomain(function* () {
        yield* install(0x0e, 1, loadFields, undefined)
        expect(yield* loadFile(encodeLoadFile(dataBlock))).toEqual(bytes(0))
        const before = tokenInput(0x0e, 1, concat(...loadFields.map(lv)))
        return yield* install(0x0e, 3, [NO_BYTES, ...installFields.slice(1)], scheme.sign, before)
      }),
    )
    expect(receiptCounter(answer, [JPKI.loadFile, JPKI.aid, DOMAIN])).toBe(1)
    expect(await outcome(card, gp.select(JPKI.aid))).toBe('9000')
  })
})

describe('the combined process', () => {
  const { sign } = SCHEMES['AES-128 CMAC']

  test('leaves no load file when its end is refused', async () => {
    const card = await simWithDomain(SCHEMES['AES-128 CMAC'], DM)
    const half = inDomain(function* () {
      yield* install(0x0e, 1, loadFields, undefined)
      yield* loadFile(encodeLoadFile(dataBlock))
      yield* install(0x0e, 3, installFields, sign)
    })
    expect(await outcome(card, half)).toBe('6982')
    const files = await run(
      card.link(),
      asIssuer(() => gp.getStatus('loadFiles')),
    )
    expect(files.map(({ aid }) => hex(aid))).toEqual([hex(gp.AID.ssdPackage)])
  })

  test.each([
    ['an end without beginning', 3],
    ['another P2', 2],
  ])('%s', async (_, p2) =>
    expect(
      await outcome(
        specimenSim(),
        asIssuer(() => install(0x0e, p2, installFields, undefined)),
      ),
    ).toBe(p2 === 3 ? '6985' : '6a86'),
  )
})

describe('authorised management', () => {
  const scheme = SCHEMES['ECDSA P-256']

  test('needs no token and takes none', async () => {
    const card = await simWithDomain(scheme, 0x80c000)
    const attempt = (sign?: Sign) =>
      outcome(
        card,
        inDomain(() => install(0x02, 0, loadFields, sign)),
      )
    expect(await attempt(scheme.sign)).toBe('6985')
    expect(await attempt()).toBe('9000')
  })

  test.each([
    ['with Delegated Management', 0xa0c000],
    ['Token Verification with Delegated Management', 0xa0a000],
    ['Mandated DAP without DAP', 0x818000],
    ['no security domain', 0x008000],
  ])('%s is refused at INSTALL', async (_, privileges) =>
    expect(await simWithDomain(scheme, privileges).then(String, (error) => error.sw?.toString(16))).toBe('6985'),
  )
})

describe('who may not', () => {
  const strong = SCHEMES['ECDSA P-256']
  const loadsInto = (to: Bytes, fileHash: Bytes, sign?: Sign) =>
    install(0x02, 0, [JPKI.loadFile, to, fileHash, NO_BYTES], sign)

  test('a delegated load without a hash, or with one weaker than the token key', async () => {
    const card = await simWithDomain(strong, DM)
    const attempt = (fileHash: Bytes) =>
      outcome(
        card,
        inDomain(() => loadsInto(DOMAIN, fileHash, strong.sign)),
      )
    expect(await attempt(NO_BYTES)).toBe('6985')
    expect(await attempt(sha1(dataBlock))).toBe('6985')
    expect(await attempt(sha256(dataBlock))).toBe('9000')
  })

  test('a token in the first half of the combined process', async () => {
    const card = await simWithDomain(strong, DM)
    expect(
      await outcome(
        card,
        inDomain(() => install(0x0e, 1, loadFields, strong.sign)),
      ),
    ).toBe('6985')
  })

  test('a domain with what belongs to the one above it', async () => {
    const card = await simWithDomain(strong, 0x80c000)
    await run(
      card.link(),
      asIssuer(function* () {
        yield* loadsInto(gp.AID.isd, sha256(dataBlock))
        yield* loadFile(encodeLoadFile(dataBlock))
      }),
    )
    expect(
      await outcome(
        card,
        inDomain(() => install(0x0c, 0, installFields, undefined)),
      ),
    ).toBe('6985')
    expect(
      await outcome(
        card,
        asIssuer(() => install(0x04, 0, installFields, undefined)),
      ),
    ).toBe('9000')
    const selectable = () => install(0x08, 0, [NO_BYTES, NO_BYTES, JPKI.aid, bytes(0), NO_BYTES], undefined)
    expect(await outcome(card, inDomain(selectable))).toBe('6985')
    expect(await outcome(card, asIssuer(selectable))).toBe('9000')
  })

  test.each([
    ['Global Delete', 0x809000, '6985'],
    ['Card Terminate', 0x888000, '6985'],
    ['nothing over others', 0x808000, '9000'],
  ])('a domain with Authorized Management gives a new one %s', async (_, privileges, sw) => {
    const card = await simWithDomain(strong, 0x80c000)
    const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: fromHex('d4d4d4d4d4010102'), privileges }
    expect(
      await outcome(
        card,
        inDomain(() => gp.installForInstallAndMakeSelectable(ssd)),
      ),
    ).toBe(sw)
  })
})
