import { beforeEach, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import * as rules from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import type { SecureElement } from './contract.ts'
import { createSecureElement, manufactureSecureElement } from './index.ts'
import { asIssuer, ICCID, ISD_KEYS, outcome, SpecimenMemory } from './specimen.ts'

const app = (name: string): Bytes => sha256(utf8(name))
const rule = (
  caller: Bytes | 'all',
  apdu: rules.ApduAccess,
  application: rules.RuleReference['application'] = JPKI.aid,
): rules.ReferencedRule => ({ reference: { application, caller }, rule: { apdu } })

let memory: SpecimenMemory
let sim: SecureElement
const wake = (from: SpecimenMemory) => createSecureElement({ memory: from, entropy: systemEntropy })

beforeEach(() => {
  memory = new SpecimenMemory()
  manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS, accessRules: [] })
  sim = wake(memory)
})

function* reading<T>(inner: Dialogue<T>): Dialogue<T> {
  yield* rules.selectRules()
  return yield* inner
}
const read = () => run(sim.link(), reading(rules.allRules()))
const tag = async () => hex(await run(sim.link(), reading(rules.refreshTag())))

/** In one session of the issuer's domain, each order as a personalisation of its own. */
const ordering = (...orders: Dialogue<unknown>[]) =>
  asIssuer(function* () {
    for (const order of orders) {
      yield* gp.installForPersonalization(rules.ARA_M)
      yield* order
    }
  })
const write = (...orders: Dialogue<unknown>[]) => outcome(sim, ordering(...orders))

describe('rules are written by the security domain of the application', () => {
  test('a new card has none; what is stored is read; each change changes the refresh tag', async () => {
    expect(await read()).toEqual([])
    const before = await tag()
    expect(await write(rules.storeRule(rule(app('a'), 'always')))).toBe('9000')
    const after = await tag()
    expect(after).not.toBe(before)
    expect(await read()).toEqual([rule(app('a'), 'always')])
    expect(await write(rules.updateRefreshTag(fromHex(before)))).toBe('9000')
    expect([before, after]).not.toContain(await tag())
  })

  test('a rule that is there is 6381, one that contradicts it 6A89; neither changes anything', async () => {
    await write(rules.storeRule(rule(app('a'), 'always')))
    const before = await tag()
    expect(await write(rules.storeRule(rule(app('a'), 'always')))).toBe('6381')
    expect(await write(rules.storeRule(rule(app('a'), 'never')))).toBe('6a89')
    expect(await read()).toHaveLength(1)
    expect(await tag()).toBe(before)
  })

  test('deleted are one rule, those of a reference, those of an application, or all', async () => {
    const filter = (ins: number) => [{ header: bytes(0, ins, 0, 0), mask: bytes(0xff, 0xff, 0, 0) }]
    const [a, b, c, d, e] = [
      rule(app('a'), filter(0xb0)),
      rule(app('a'), filter(0xa4)),
      rule(app('b'), 'always'),
      rule('all', 'never', 'all'),
      rule(app('c'), 'always', 'default'),
    ]
    await write(...[a, b, c, d, e].map(rules.storeRule))
    expect(await write(rules.deleteRules({ rule: a! }))).toBe('9000')
    expect(await read()).toEqual([b, c, d, e])
    expect(await write(rules.deleteRules({ rule: a! }))).toBe('6382')
    expect(await write(rules.deleteRules({ reference: b!.reference }))).toBe('9000')
    expect(await write(rules.deleteRules({ application: 'default' }))).toBe('9000')
    expect(await read()).toEqual([c, d])
    expect(await write(rules.deleteRules({ application: JPKI.aid }))).toBe('9000')
    expect(await read()).toEqual([d])
    expect(await write(rules.deleteRules({ all: true }))).toBe('9000')
    expect(await read()).toEqual([])
  })

  test('a list longer than an answer comes in pieces, after that there is no more', async () => {
    const many = Array.from({ length: 12 }, (_, i) => rule(app(`app ${i}`), 'always'))
    expect(await write(...many.map(rules.storeRule))).toBe('9000')
    expect(await read()).toEqual(many)
    const next = encodeCommand(command(0x80, 0xca, 0xff, 0x60, bytes(), 256))
    expect(hex(sim.process(next))).toBe('6a88')
  })

  test('one reference is asked for by itself', async () => {
    await write(rules.storeRule(rule(app('a'), 'always')))
    const asked = (caller: Bytes) => run(sim.link(), reading(rules.ruleFor({ application: JPKI.aid, caller })))
    expect(await asked(app('a'))).toEqual({ apdu: 'always' })
    expect(await asked(app('b'))).toBeUndefined()
  })

  test('malformed and unknown orders are refused and change nothing', async () => {
    const order = (text: string) =>
      function* () {
        yield* gp.storeData(fromHex(text), 0x10)
      }
    const before = await tag()
    expect(await write(order('f003e20100')())).toBe('6a80')
    expect(await write(order('f90100')())).toBe('6a80')
    // A rule that grants and forbids nothing.
    const mute = { reference: { application: JPKI.aid, caller: 'all' as const }, rule: {} }
    expect(await write(rules.storeRule(mute))).toBe('6a80')
    expect(await tag()).toBe(before)
  })
})

test('a session with the application itself, under the keys of its security domain, writes too', async () => {
  function* direct(order: Dialogue<unknown>): Dialogue<void> {
    yield* rules.selectRules()
    const channel = yield* gp.openScp03({
      keys: ISD_KEYS,
      entropy: systemEntropy,
      aid: rules.ARA_M,
      level: gp.LEVEL.all,
    })
    yield* gp.secured(channel, order)
  }
  expect(await outcome(sim, direct(rules.storeRule(rule('all', 'never'))))).toBe('9000')
  expect(await read()).toEqual([rule('all', 'never')])
  expect(await outcome(sim, direct(rules.storeRule(rule('all', 'never'))))).toBe('6381')
})

describe('who may not write', () => {
  test('nobody without a session', async () => {
    await run(sim.link(), rules.selectRules())
    const store = encodeCommand(
      command(0x80, 0xe2, 0x90, 0x00, rules.encodeRulesCommand({ command: 'delete', what: { all: true } })),
    )
    expect(hex(sim.process(store))).not.toBe('9000')
    expect(await outcome(sim, rules.storeRule(rule('all', 'always')))).not.toBe('9000')
  })

  test('no other security domain', async () => {
    const ssd = JPKI.securityDomain
    await run(
      sim.link(),
      asIssuer(() =>
        gp.installForInstallAndMakeSelectable({
          loadFile: gp.AID.ssdPackage,
          module: gp.AID.ssdModule,
          aid: ssd,
          privileges: gp.SSD_PRIVILEGES,
        }),
      ),
    )
    function* asOther(): Dialogue<void> {
      yield* gp.select(ssd)
      const entropy = (length: number) => concat(new Uint8Array(length))
      const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy, aid: ssd, level: gp.LEVEL.all })
      yield* gp.secured(channel, gp.installForPersonalization(rules.ARA_M))
    }
    expect(await outcome(sim, asOther())).toBe('6985')
  })
})

test('a power cut leaves rules and tag as before or as after, never between', async () => {
  await write(rules.storeRule(rule(app('a'), 'always')))
  const [before, oldTag] = [await read(), await tag()]
  const at = new SpecimenMemory(memory.records)
  for (const when of ['before', 'after'] as const) {
    memory = new SpecimenMemory(at.records)
    sim = wake(memory)
    // INITIALIZE UPDATE counts, the rule is the second commit of the session.
    memory.cut = { at: 2, when }
    const storing = ordering(rules.storeRule(rule(app('b'), 'always')))
    await expect(run(sim.link(), storing)).rejects.toThrow('memory')
    memory.cut = undefined
    sim.reset()
    expect(await read()).toEqual(when === 'before' ? before : [...before, rule(app('b'), 'always')])
    expect((await tag()) === oldTag).toBe(when === 'before')
  }
})
