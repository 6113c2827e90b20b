// Who is not the issuer or the holder, and tries. Rows of docs/security.md.

import { beforeEach, describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { type Command, command, decodeResponse, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { inDomain, makeDomain, personaliseDomain, SCHEMES } from './delegation-specimen.ts'
import { ISD_KEYS, outcome, type SpecimenMemory, wake } from './specimen.ts'
import { livedUntil } from './whole-life.ts'

const entropy = seededEntropy(utf8('attacker'))
const HOLDERS_PIN = '2580'

let memory: SpecimenMemory
let card: ReturnType<typeof wake>
const ask = (c: Command | Bytes): string => hex(card.process(c instanceof Uint8Array ? c : encodeCommand(c)).slice(-2))
beforeEach(async () => {
  memory = await livedUntil('the holder')
  card = wake(memory)
})

const SELECT_JPKI = command(0x00, 0xa4, 0x04, 0x0c, jpki.JPKI.aid)
const SELECT_PIN = fromHex('00a4020c020018')
const SELECT_KEY = fromHex('00a4020c020017')
const verify = (pin: string) => command(0x00, 0x20, 0x00, 0x80, utf8(pin))
const SIGN = command(0x80, 0x2a, 0x00, 0x80, new Uint8Array(51).fill(1), 256)

test('a storm of wrong PINs gets three tries, whatever is selected, reset or cut between them', () => {
  const answers: string[] = []
  for (let guess = 0; guess < 40; guess++) {
    if (guess % 3 === 1) card.reset()
    if (guess % 3 === 2) card = wake(memory)
    ask(SELECT_JPKI)
    ask(SELECT_PIN)
    answers.push(ask(verify(String(guess).padStart(4, '0'))))
  }
  expect(answers.slice(0, 3)).toEqual(['63c2', '63c1', '63c0'])
  expect(new Set(answers.slice(3))).toEqual(new Set(['6984']))
  expect(ask(verify(HOLDERS_PIN))).toBe('6984')
})

test.each([
  ['SELECT of another application', () => ask(command(0x00, 0xa4, 0x04, 0x0c, gp.AID.isd))],
  ['SELECT of the same', () => ask(SELECT_JPKI)],
  ['a reset', () => card.reset()],
  ['a wrong PIN', () => [ask(SELECT_PIN), ask(verify('0000'))]],
])('nothing is signed after %s', (_, between) => {
  ask(SELECT_JPKI)
  ask(SELECT_PIN)
  expect(ask(verify(HOLDERS_PIN))).toBe('9000')
  ask(SELECT_KEY)
  expect(ask(SIGN)).toBe('9000')
  between()
  ask(SELECT_JPKI)
  ask(SELECT_KEY)
  expect(ask(SIGN)).toBe('6982')
})

describe('a session of the issuer', () => {
  const open = (level: gp.SecurityLevel = gp.LEVEL.all) => {
    const opening = (function* (): Dialogue<gp.SecureChannel> {
      yield* gp.select()
      return yield* gp.openScp03({ keys: ISD_KEYS, entropy, level })
    })()
    return run(card.link(), opening)
  }
  const listing = command(0x80, 0xf2, 0x80, 0x02, fromHex('4f00'), 256)

  test.each([0, 1, 4, 7])('a C-MAC of %i bytes is none, and it ends', async (length) => {
    const channel = await open(gp.LEVEL.cMac)
    const sent = channel.session.wrap(listing)
    expect(ask({ ...sent, data: sent.data.slice(0, sent.data.length - 8 + length) })).toBe('6982')
    expect(ask(channel.session.wrap(listing))).toBe('6982')
  })

  test.each([0, 1, 2, 3, 4, 5, 6, 7])('byte %i of the C-MAC counts', async (at) => {
    const channel = await open(gp.LEVEL.cMac)
    const sent = channel.session.wrap(listing)
    const data = sent.data.with(sent.data.length - 8 + at, sent.data.at(at - 8)! ^ 0x01)
    expect(ask({ ...sent, data })).toBe('6982')
  })

  test('a level below the agreed one: no MAC, no encryption, no R-MAC asked for', async () => {
    for (const downgraded of [listing, { ...listing, cla: 0x84 }]) {
      await open()
      expect(ask(downgraded)).toBe('6982')
      expect(ask(command(0x80, 0xca, 0x00, 0x66, NO_BYTES, 256))).toBe('6982')
    }
    const channel = await open()
    expect(ask(channel.session.addMac(listing))).toBe('6982')
  })

  test('a level that was changed on the way is not opened', async () => {
    await run(card.link(), gp.select())
    const opening = gp.openScp03({ keys: ISD_KEYS, entropy, level: gp.LEVEL.all })
    const first = opening.next().value as Command
    const hello = decodeResponse(card.process(encodeCommand(first)))
    const authenticate = opening.next(hello).value as Command
    expect(ask({ ...authenticate, p1: gp.LEVEL.none })).toBe('6982')
  })

  test('recorded and played again, at once and after a reset, it opens nothing and changes nothing', async () => {
    const recorded: Bytes[] = []
    const transmit = async (c: Bytes) => {
      recorded.push(c)
      return card.process(c)
    }
    const session = (function* (): Dialogue<void> {
      yield* gp.select()
      const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy })
      yield* gp.secured(channel, gp.setLocked(jpki.JPKI.aid, true))
      yield* gp.secured(channel, gp.setLocked(jpki.JPKI.aid, false))
    })()
    await run({ transmit }, session)
    for (const reset of [false, true]) {
      if (reset) card.reset()
      const [, hello, ...rest] = recorded.map((c) => ask(c))
      expect(hello).toBe('9000')
      expect(new Set(rest)).toEqual(new Set(['6300', '6982']))
    }
    expect(ask(SELECT_JPKI)).toBe('9000')
  })
})

test('another security domain personalises nothing that is not its own', async () => {
  await run(card.link(), makeDomain(SCHEMES['AES-128 CMAC'], gp.SSD_PRIVILEGES))
  await run(card.link(), personaliseDomain())
  const solid = () =>
    JSON.stringify([...memory.records].filter(([name]) => !name.startsWith('counter/')).map(([n, v]) => [n, hex(v)]))
  const before = solid()
  const attempts: Dialogue<unknown>[] = [
    gp.installForPersonalization(jpki.JPKI.aid),
    gp.deleteContent(jpki.JPKI.aid),
    gp.deleteContent(jpki.JPKI.loadFile, true),
    gp.setLocked(jpki.JPKI.aid, true),
    gp.extradite({ aid: jpki.JPKI.aid, to: gp.AID.isd }),
  ]
  for (const attempt of attempts)
    expect(
      await outcome(
        card,
        inDomain(() => attempt),
      ),
    ).toMatch(/^69|^6a/)
  expect(solid()).toBe(before)
})
