import { describe, expect, test } from 'vitest'
import { bytes, fromHex, hex, NO_BYTES } from '../../base/bytes.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import { ARA_M } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import type { SecureElement } from './contract.ts'
import { DOMAIN, inDomain, SCHEMES, simWithDomain } from './delegation-specimen.ts'
import { manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory, specimenSim, wake } from './specimen.ts'

const setStatus = (p1: number, p2: number, aid = NO_BYTES) => ask(command(0x80, 0xf0, p1, p2, aid), 'SET STATUS')
const scheme = SCHEMES['AES-128 CMAC']
const CHILD = fromHex('d4d4d4d4d4010102')

/** DOMAIN with Authorized Management, and below it CHILD. */
async function family() {
  const card = await simWithDomain(scheme, 0x80c000)
  const ssd = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: CHILD, privileges: gp.SSD_PRIVILEGES }
  await run(
    card.link(),
    inDomain(() => gp.installForInstallAndMakeSelectable(ssd)),
  )
  return card
}

describe('a locked card', () => {
  const locked = async () => {
    const card = await family()
    await run(
      card.link(),
      asIssuer(() => setStatus(0x80, gp.LIFE_CYCLE.cardLocked)),
    )
    return card
  }

  test('selects the issuer’s domain alone, with a warning', async () => {
    const card = await locked()
    expect(hex(card.process(encodeCommand(command(0x00, 0xa4, 0x04, 0, NO_BYTES, 256))))).toMatch(/^6f.*6283$/)
    expect(await outcome(card, gp.select(DOMAIN))).toBe('6a81')
  })

  test('changes no content, and comes back', async () => {
    const card = await locked()
    const inIsd = (act: () => Dialogue<unknown>) =>
      outcome(
        card,
        (function* () {
          yield command(0x00, 0xa4, 0x04, 0, NO_BYTES, 256)
          const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: () => new Uint8Array(8), aid: gp.AID.isd })
          return yield* gp.secured(channel, act())
        })(),
      )
    expect(await inIsd(() => ask(command(0x80, 0xe4, 0, 0, tlv(0x4f, CHILD), 256), 'DELETE'))).toBe('6985')
    expect(await inIsd(() => setStatus(0x80, gp.LIFE_CYCLE.cardLocked))).toBe('6a80')
    expect(await inIsd(() => setStatus(0x80, gp.LIFE_CYCLE.secured))).toBe('9000')
    expect(await outcome(card, gp.select(DOMAIN))).toBe('9000')
  })
})

test('a terminated card answers GET DATA and nothing else, for ever', async () => {
  const card = specimenSim()
  expect(
    await outcome(
      card,
      asIssuer(() => setStatus(0x80, gp.LIFE_CYCLE.terminated)),
    ),
  ).toBe('9000')
  for (const reset of [false, true]) {
    if (reset) card.reset()
    expect(await outcome(card, gp.getData(0x45))).toBe('9000')
    expect(await outcome(card, gp.select())).toBe('6985')
    expect(hex(card.process(fromHex('8050000008010203040506070800')))).toBe('6985')
  }
})

describe('locking', () => {
  test('the state before comes back; who is above may, also indirectly', async () => {
    const card = await family()
    const lock = (p2: number) =>
      outcome(
        card,
        asIssuer(() => setStatus(0x40, p2, CHILD)),
      )
    expect(await lock(0x80)).toBe('9000')
    expect(await lock(0x80)).toBe('6a80')
    expect(await outcome(card, gp.select(CHILD))).toBe('6a82')
    expect(
      await outcome(
        card,
        inDomain(() => setStatus(0x40, 0x00, CHILD)),
      ),
    ).toBe('9000')
    expect(await outcome(card, gp.select(CHILD))).toBe('9000')
  })

  test('nobody locks above himself or the issuer’s domain', async () => {
    const card = await family()
    expect(
      await outcome(
        card,
        inDomain(() => setStatus(0x40, 0x80, gp.AID.isd)),
      ),
    ).toBe('6985')
    expect(
      await outcome(
        card,
        asIssuer(() => setStatus(0x40, 0x80, gp.AID.isd)),
      ),
    ).toBe('6985')
  })

  test('a domain with all that belongs to it, and back', async () => {
    const card = await family()
    const all = (p2: number) =>
      outcome(
        card,
        asIssuer(() => setStatus(0x60, p2, DOMAIN)),
      )
    expect(await all(0x80)).toBe('9000')
    expect([await outcome(card, gp.select(DOMAIN)), await outcome(card, gp.select(CHILD))]).toEqual(['6a82', '6a82'])
    expect(await all(0x00)).toBe('9000')
    expect([await outcome(card, gp.select(DOMAIN)), await outcome(card, gp.select(CHILD))]).toEqual(['9000', '9000'])
  })

  test('a domain locks itself, and is not the one to unlock', async () => {
    const card = await family()
    expect(
      await outcome(
        card,
        inDomain(function* () {
          yield* setStatus(0x40, 0x80, DOMAIN)
          yield* setStatus(0x40, 0x00, DOMAIN)
        }),
      ),
    ).toBe('6985')
    expect(await outcome(card, gp.select(DOMAIN))).toBe('6a82')
  })
})

describe('states of an application’s own', () => {
  const aid = ARA_M
  const card = () => {
    const memory = new SpecimenMemory()
    manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, accessRules: [] })
    return wake(memory)
  }
  function* itself(act: () => Dialogue<unknown>): Dialogue<void> {
    yield* gp.select(aid)
    yield* gp.secured(yield* gp.openScp03({ keys: ISD_KEYS, entropy: () => new Uint8Array(8), aid }), act())
  }
  const state = async (of: SecureElement) =>
    (
      await run(
        of.link(),
        asIssuer(() => gp.getStatus('applications', { prefix: aid })),
      )
    )[0]?.lifeCycle

  test('the application sets them in its own session; they outlive a lock, and nobody else sets one', async () => {
    const sim = card()
    expect(
      await outcome(
        sim,
        itself(() => gp.setOwnState(0x4f, aid)),
      ),
    ).toBe('9000')
    expect(await outcome(sim, gp.select(aid))).toBe('9000')
    const issuer = (p2: number) =>
      outcome(
        sim,
        asIssuer(() => setStatus(0x40, p2, aid)),
      )
    expect(await issuer(0x80)).toBe('9000')
    expect(await state(sim)).toBe(0xcf)
    expect(await outcome(sim, gp.select(aid))).toBe('6a82')
    expect(await issuer(0x17)).toBe('9000')
    expect(await state(sim)).toBe(0x4f)
    expect(await issuer(0x17)).toBe('6a80')
    expect(await state(sim)).toBe(0x4f)
  })

  test.each([
    ['the state that it has', 0x07, '6a80'],
    ['a state that is none', 0x0e, '6a80'],
    ['INSTALLED', 0x03, '6a80'],
    ['a lock upon itself', 0x80, '9000'],
  ])('%s', async (_, to, sw) =>
    expect(
      await outcome(
        card(),
        itself(() => setStatus(0x40, to, aid)),
      ),
    ).toBe(sw),
  )

  test('it does not unlock itself, lock others or the card; without a session nothing', async () => {
    const sim = card()
    expect(
      await outcome(
        sim,
        itself(() => setStatus(0x40, 0x80, gp.AID.isd)),
      ),
    ).toBe('6985')
    expect(
      await outcome(
        sim,
        itself(() => setStatus(0x80, gp.LIFE_CYCLE.cardLocked)),
      ),
    ).toBe('6985')
    await run(sim.link(), gp.select(aid))
    expect(await outcome(sim, setStatus(0x40, 0x0f, aid))).toBe('6982')
    const lockAndBack = itself(function* () {
      yield* setStatus(0x40, 0x80, aid)
      yield* setStatus(0x40, 0x07, aid)
    })
    expect(await outcome(sim, lockAndBack)).toBe('6985')
    expect(await state(sim)).toBe(0x87)
  })
})

describe('GET STATUS and GET DATA of a domain', () => {
  test('see what belongs to it and not more', async () => {
    const card = await family()
    const [entries, none, list, level] = await run(
      card.link(),
      inDomain(function* () {
        const found = yield* gp.getStatus('applications')
        const issuer = yield* gp.getStatus('issuer')
        const listed = yield* ask(command(0x80, 0xca, 0x2f, 0x00, fromHex('5c00'), 256), 'GET DATA')
        return [found, issuer, listed, yield* gp.getData(0xd3)] as const
      }),
    )
    expect(entries.map(({ aid }) => hex(aid))).toEqual([hex(DOMAIN), hex(CHILD)])
    expect(none).toEqual([])
    expect(list).toEqual(tlv(0x61, tlv(0x4f, CHILD)))
    expect(level).toEqual(tlv(0xd3, bytes(0x80 | gp.LEVEL.all)))
  })

  test('the tag list 5C chooses, in the registry’s order', async () => {
    const card = await family()
    const listed = await run(
      card.link(),
      asIssuer(() =>
        ask(command(0x80, 0xf2, 0x40, 0x02, fromHex('4f08d4d4d4d4d40101025c039f70cc'), 256), 'GET STATUS'),
      ),
    )
    expect(hex(listed)).toBe('e30e9f700107cc08d4d4d4d4d4010101')
  })

  test('without a session the level is 00, and the counter of the receipts begins at 0000', async () => {
    const card = specimenSim()
    expect(hex(await run(card.link(), gp.getData(0xd3)))).toBe('d30100')
    expect(hex(await run(card.link(), gp.getData(0xc2)))).toBe('c2020000')
    expect(hex(card.process(fromHex('80ca2f0000')))).toBe('6a80')
  })
})

test.each([
  ['S8', 0x70],
  ['S16', 0x71],
])('the card says what it can do: %s', async (_, i) => {
  const memory = new SpecimenMemory()
  manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, profile: { scp: { scp03: i } } })
  const scp = `a0098001038101${i.toString(16)}820107`
  expect(hex(await run(wake(memory).link(), gp.getData(0x67)))).toBe(
    `6735${scp}8103fffff082031e0f3083040102030484018f8502ff028602ff028702ff028809000102030405060708`,
  )
  expect(hex(await run(wake(memory).link(), gp.getData(0x66)))).toMatch(new RegExp(`0403${i.toString(16)}$`))
})
