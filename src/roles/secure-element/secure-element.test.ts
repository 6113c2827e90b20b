import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, NO_BYTES, u16, utf8 } from '../../base/bytes.ts'
import { seededEntropy, sha256 } from '../../base/crypto.ts'
import { type Command, command } from '../../codec/apdu.ts'
import { encodeCap } from '../../codec/cap.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { replay } from '../../protocol/iso7816/transcript.ts'
import { JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory, scp03Keys, specimenSim, wake } from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))
const folder = new URL('./transcripts/', import.meta.url)
test.each(readdirSync(folder))('transcript %s', (name) => {
  replay(specimenSim(), readFileSync(new URL(name, folder), 'utf8'))
})

const send = (c: Command) => ask(c, 'test')
const SSD = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: JPKI.securityDomain }

function* newDomain(): Dialogue<void> {
  yield* gp.installForInstallAndMakeSelectable({ ...SSD, privileges: gp.SSD_PRIVILEGES })
}

test.each(Object.entries(gp.LEVEL))('content management at level %s', async (_, level) => {
  const card = specimenSim()
  const entries = await run(
    card.link(),
    asIssuer(function* () {
      yield* newDomain()
      return yield* gp.getStatus('applications')
    }, level),
  )
  expect(entries).toEqual([
    {
      aid: JPKI.securityDomain,
      lifeCycle: gp.LIFE_CYCLE.selectable,
      privileges: fromHex('808000'),
      loadFile: gp.AID.ssdPackage,
      securityDomain: gp.AID.isd,
    },
  ])
})

describe('a supplementary security domain', () => {
  function* keyed(): Dialogue<void> {
    yield* gp.select(JPKI.securityDomain)
    // Its issuer's keys and counter, its own AID in the challenge, which openScp03 checks.
    const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy, aid: JPKI.securityDomain })
    yield* gp.secured(channel, gp.putKeySet(channel, 0x30, scp03Keys('own')))
  }

  test('is personalised over its issuer’s keys, becomes PERSONALIZED, and has a counter of its own', async () => {
    const card = specimenSim()
    await run(card.link(), asIssuer(newDomain))
    await run(card.link(), keyed())
    const [entry] = await run(
      card.link(),
      asIssuer(() => gp.getStatus('applications', { prefix: JPKI.securityDomain })),
    )
    expect(entry?.lifeCycle).toBe(gp.LIFE_CYCLE.personalized)
    await run(card.link(), gp.select(JPKI.securityDomain))
    const open = (keys: typeof ISD_KEYS) => gp.openScp03({ keys, entropy, aid: JPKI.securityDomain })
    await expect(run(card.link(), open(ISD_KEYS))).rejects.toThrow('card cryptogram is wrong')
    expect((await run(card.link(), open(scp03Keys('own')))).sequenceCounter).toBe(2)
  })

  test('takes no load file before it is PERSONALIZED, and may not load by itself', async () => {
    const card = specimenSim()
    await run(card.link(), asIssuer(newDomain))
    const file = { aid: JPKI.loadFile, securityDomain: JPKI.securityDomain, dataBlock: jpkiLoadFile() }
    expect(
      await outcome(
        card,
        asIssuer(() => gp.installForLoad(file)),
      ),
    ).toBe('6985')
    await run(card.link(), keyed())
    const itself = function* () {
      yield* gp.select(JPKI.securityDomain)
      const channel = yield* gp.openScp03({ keys: scp03Keys('own'), entropy })
      yield* gp.secured(channel, gp.installForLoad(file))
    }
    expect(await outcome(card, itself())).toBe('6985')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.installForLoad(file)),
      ),
    ).toBe('9000')
  })

  test('goes only when nothing belongs to it, and not twice', async () => {
    const card = specimenSim()
    await run(card.link(), asIssuer(newDomain))
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(JPKI.securityDomain)),
      ),
    ).toBe('9000')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(JPKI.securityDomain)),
      ),
    ).toBe('6a88')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(gp.AID.isd)),
      ),
    ).toBe('6985')
  })
})

describe('LOAD', () => {
  const dataBlock = jpkiLoadFile()
  const begin = { aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock }
  const install = () => gp.installForInstallAndMakeSelectable(JPKI)

  test('in many blocks, then INSTALL, SELECT and lock', async () => {
    const card = specimenSim()
    const load = asIssuer(function* () {
      yield* gp.installForLoad(begin)
      yield* gp.load(dataBlock, { capacity: 10 })
      yield* install()
    })
    expect(await outcome(card, load)).toBe('9000')
    expect(await outcome(card, gp.select(JPKI.aid))).toBe('9000')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.setLocked(JPKI.aid, true)),
      ),
    ).toBe('9000')
    expect(await outcome(card, gp.select(JPKI.aid))).toBe('6a82')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.setLocked(JPKI.aid, true)),
      ),
    ).toBe('6a80')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.setLocked(JPKI.aid, false)),
      ),
    ).toBe('9000')
    expect(await outcome(card, gp.select(JPKI.aid))).toBe('9000')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(JPKI.loadFile)),
      ),
    ).toBe('6985')
  })

  test.each<[string, string, () => Dialogue<unknown>]>([
    ['a block out of order', '6985', () => send(command(0x80, 0xe8, 0x80, 0x01, tlv(0xc4, dataBlock), 256))],
    ['another file than announced', '6985', () => gp.load(concat(dataBlock, fromHex('0a0000')))],
    ['a DAP block', '6a80', () => gp.load(concat(tlv(0xe2), dataBlock))],
    ['no load file', '6a80', () => send(command(0x80, 0xe8, 0x80, 0x00, fromHex('c40100'), 256))],
  ])('%s is refused: %s', async (name, sw, load) => {
    const card = specimenSim()
    const hash = name === 'a DAP block' || name === 'no load file' ? NO_BYTES : sha256(dataBlock)
    const fields = [JPKI.loadFile, gp.AID.isd, hash, NO_BYTES, NO_BYTES]
    const dialogue = asIssuer(function* () {
      yield* send(command(0x80, 0xe6, 0x02, 0x00, concat(...fields.map(lv)), 256))
      yield* load()
    })
    expect(await outcome(card, dialogue)).toBe(sw)
    expect(await outcome(card, asIssuer(install))).toBe('6a88')
  })

  test('a file with bytecode loads and is installed, but nothing runs it', async () => {
    const card = specimenSim()
    const [aid, module] = [fromHex('a0b0c0d0e0'), fromHex('a0b0c0d0e001')]
    const applets = [{ aid: module, installMethodOffset: 0 }]
    const foreign = encodeCap({ aid, major: 1, minor: 0, applets, method: bytes(1) })
    const load = asIssuer(function* () {
      yield* gp.installForLoad({ aid, securityDomain: gp.AID.isd, dataBlock: foreign })
      yield* gp.load(foreign)
    })
    expect(await outcome(card, load)).toBe('9000')
    const [entry] = await run(
      card.link(),
      asIssuer(() => gp.getStatus('loadFilesAndModules', { prefix: aid })),
    )
    expect(entry?.modules).toEqual([module])
    const instance = { loadFile: aid, module, aid: module }
    expect(
      await outcome(
        card,
        asIssuer(() => gp.installForInstallAndMakeSelectable(instance)),
      ),
    ).toBe('9000')
    expect(await outcome(card, gp.select(module))).toBe('6999')
    expect(
      await outcome(
        card,
        asIssuer(() => gp.deleteContent(aid, true)),
      ),
    ).toBe('9000')
  })
})

test('GET STATUS tells long registries in pieces', async () => {
  const card = specimenSim()
  const aids = Array.from({ length: 9 }, (_, i) => concat(fromHex('a0000000ff0000'), u16(i)))
  const listed = await run(
    card.link(),
    asIssuer(function* () {
      for (const aid of aids) {
        yield* gp.installForInstallAndMakeSelectable({ ...SSD, aid, privileges: gp.SSD_PRIVILEGES })
      }
      return yield* gp.getStatus('applications')
    }),
  )
  expect(listed.map(({ aid }) => hex(aid))).toEqual(aids.map(hex))
  const next = asIssuer(() => send(command(0x80, 0xf2, 0x40, 0x03, fromHex('4f00'), 256)))
  expect(await outcome(card, next)).toBe('6985')
})

test('STORE DATA to the domain itself is kept over a loss of power', async () => {
  const memory = new SpecimenMemory()
  const card = specimenSim(memory)
  await run(
    card.link(),
    asIssuer(() => gp.storeData(tlv(0x42, utf8('issuer')), 0x10)),
  )
  expect(await run(wake(memory).link(), gp.getData(0x42))).toEqual(tlv(0x42, utf8('issuer')))
  expect(
    await outcome(
      card,
      asIssuer(() => gp.storeData(tlv(0xc1, bytes(0, 0, 0)), 0x10)),
    ),
  ).toBe('6a80')
})

test('the sequence counter survives a loss of power', async () => {
  const memory = new SpecimenMemory()
  const counter = async (card: ReturnType<typeof wake>) =>
    (await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy }))).sequenceCounter
  expect(await counter(specimenSim(memory))).toBe(1)
  expect(await counter(wake(memory))).toBe(2)
})

test('reset ends the session and selects the issuer domain', async () => {
  const card = specimenSim()
  const channel = await run(card.link(), gp.openScp03({ keys: ISD_KEYS, entropy }))
  card.reset()
  expect(await outcome(card, gp.secured(channel, gp.getStatus('issuer')))).toBe('6982')
})

test('an ICCID is digits', () =>
  expect(() => manufactureSecureElement(new SpecimenMemory(), { iccid: '12', isdKeys: ISD_KEYS })).toThrow(RangeError))

test('the card names its ICCID', async () => {
  expect(hex(await run(specimenSim().link(), gp.getData(0x45)))).toBe(`450a${ICCID}f`)
})
