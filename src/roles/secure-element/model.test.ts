// The card against a small model of what it should be: registry, life cycles and tries, over random sequences of what
// is allowed and what is not, by seed. GPC v2.3.1 §5.1, §5.3, §9.3; the model knows nothing of APDUs.

import { beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { randomNumbers } from './fuzz.ts'
import { ISD_KEYS, SpecimenMemory, specimenSim, wake } from './specimen.ts'
import { livedUntil } from './whole-life.ts'

const { JPKI, jpkiLoadFile } = jpki
const entropy = seededEntropy(utf8('model'))

/** Domains and applications that come and go. */
const NAMES = ['d1d1d1d101', 'd1d1d1d102', 'e1e1e1e101', 'e1e1e1e102'] as const
type Name = (typeof NAMES)[number]
const isDomain = (name: Name) => name.startsWith('d')

/** What should be: life cycles by name, whether the load file is there, whether the card is locked. */
interface Model {
  readonly apps: Map<Name, number>
  file: boolean
  locked: boolean
}

interface Act {
  /** Whether the card should do it; changes the model when it should. */
  readonly expect: (model: Model, name: Name) => boolean
  readonly say: (name: Name) => Dialogue<unknown>
}

const INSTALLED = 0x03
const SELECTABLE = 0x07
const LOCKED = 0x80

function installs(life: number) {
  return ({ apps, file, locked }: Model, name: Name): boolean => {
    const may = !locked && !apps.has(name) && (isDomain(name) || file)
    if (may) apps.set(name, life)
    return may
  }
}

const instance = (name: Name): gp.Instance =>
  isDomain(name)
    ? { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: fromHex(name), privileges: gp.SSD_PRIVILEGES }
    : { loadFile: JPKI.loadFile, module: JPKI.module, aid: fromHex(name) }

/** From one life cycle to another, if it is one of these. */
const moves =
  (from: (life: number) => boolean, to: (life: number) => number, whileLocked = false) =>
  ({ apps, locked }: Model, name: Name): boolean => {
    const life = apps.get(name)
    if (life === undefined || !from(life) || (locked && !whileLocked)) return false
    apps.set(name, to(life))
    return true
  }

const ACTS: Readonly<Record<string, Act>> = {
  install: { expect: installs(INSTALLED), say: (name) => gp.installForInstall(instance(name)) },
  'install and make selectable': {
    expect: installs(SELECTABLE),
    say: (name) => gp.installForInstallAndMakeSelectable(instance(name)),
  },
  'make selectable': {
    expect: moves(
      (life) => life === INSTALLED,
      () => SELECTABLE,
    ),
    say: (name) => gp.installForMakeSelectable(fromHex(name)),
  },
  lock: {
    expect: moves(
      (life) => life < LOCKED,
      (life) => life | LOCKED,
      true,
    ),
    say: (name) => gp.setLocked(fromHex(name), true),
  },
  unlock: {
    expect: moves(
      (life) => life >= LOCKED,
      (life) => life & ~LOCKED,
      true,
    ),
    say: (name) => gp.setLocked(fromHex(name), false),
  },
  delete: {
    expect: ({ apps, locked }, name) => !locked && apps.delete(name),
    say: (name) => gp.deleteContent(fromHex(name)),
  },
  'delete the load file': {
    expect: ({ file, locked, apps }) => {
      const used = NAMES.some((name) => !isDomain(name) && apps.has(name))
      return file && !locked && !used
    },
    say: () => gp.deleteContent(JPKI.loadFile),
  },
  load: {
    expect: ({ file, locked }) => !file && !locked,
    say: function* () {
      yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock: jpkiLoadFile() })
      yield* gp.load(jpkiLoadFile())
    },
  },
  'lock the card': {
    expect: (model) => !model.locked && (model.locked = true),
    say: () => gp.setCardState('cardLocked'),
  },
  'unlock the card': {
    expect: (model) => model.locked && !(model.locked = false),
    say: () => gp.setCardState('secured'),
  },
}

function* session<T>(inner: Dialogue<T>): Dialogue<T> {
  const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy, level: gp.LEVEL.none })
  return yield* gp.secured(channel, inner)
}

const done = (dialogue: Promise<unknown>): Promise<boolean> =>
  dialogue.then(
    () => true,
    (error) => {
      if (error instanceof CardRefused) return false
      throw error
    },
  )

describe.each([1, 2, 3, 4])('seed %i', (seed) => {
  test('registry and life cycles are those of the model, and SELECT finds what it should', async () => {
    const random = randomNumbers(seed)
    const names = Object.keys(ACTS)
    const card = specimenSim()
    const model: Model = { apps: new Map(), file: false, locked: false }
    const ask = <T>(inner: Dialogue<T>) => run(card.link(), session(inner))
    const told: string[] = []
    for (let step = 0; step < 150; step++) {
      const act = names[random(model.locked ? names.length : names.length - 1)]!
      const name = NAMES[random(NAMES.length)]!
      const should = ACTS[act]!.expect(model, name)
      const did = await done(ask(ACTS[act]!.say(name)))
      if (should && act === 'load') model.file = true
      if (should && act === 'delete the load file') model.file = false
      told.push(`${act} ${name}: ${did}`)
      expect({ did, after: told.slice(-8) }).toEqual({ did: should, after: told.slice(-8) })
      const listed = (await ask(gp.getStatus('applications'))).map(({ aid, lifeCycle }) => [hex(aid), lifeCycle])
      expect(listed.sort()).toEqual([...model.apps].sort())
      const files = (await ask(gp.getStatus('loadFiles'))).map(({ aid }) => hex(aid))
      expect(files.includes(hex(JPKI.loadFile))).toBe(model.file)
      const chosen = NAMES[random(NAMES.length)]!
      const found = await done(run(card.link(), gp.select(fromHex(chosen))))
      expect({ chosen, found, told: told.slice(-3) }).toMatchObject({
        found: !model.locked && model.apps.get(chosen) === SELECTABLE,
      })
      card.reset()
    }
    expect(
      new Set(told.filter((line) => line.endsWith('true')).map((line) => line.split(' ')[0])).size,
    ).toBeGreaterThan(4)
  })
})

describe('tries of the PIN', () => {
  let image: ReadonlyMap<string, Bytes>
  beforeAll(async () => {
    image = (await livedUntil('the holder')).records
  })

  test.each([1, 2, 3, 4, 5, 6])('seed %i: as the model counts them', async (seed) => {
    const random = randomNumbers(seed)
    const card = wake(new SpecimenMemory(image))
    let [tries, pin, verified] = [3, '2580', false]
    const right = () => {
      verified = tries > 0
      if (verified) tries = 3
      return verified
    }
    const wrong = () => {
      verified = false
      if (tries > 0) tries -= 1
      return false
    }
    const say = (inner: Dialogue<unknown>) => done(run(card.link(), inner))
    for (let step = 0; step < 60; step++) {
      const next = String(1000 + random(9000))
      const acts: Record<string, () => Promise<[did: boolean, should: boolean]>> = {
        right: async () => [await say(selected(jpki.verifyPin('auth', pin))), right()],
        wrong: async () => [await say(selected(jpki.verifyPin('auth', pin === '0000' ? '0001' : '0000'))), wrong()],
        sign: async () => [await say(selected(jpki.signMessage('auth', pin, utf8('m')))), right()],
        change: async () => {
          const should = right()
          const did = await say(selected(jpki.changePin('auth', pin, next)))
          if (should) pin = next
          return [did, should]
        },
        off: async () => {
          card.reset()
          return [true, true]
        },
      }
      const which = Object.keys(acts)[random(12) < 3 ? 1 : [0, 2, 3, 4][random(4)]!]!
      const [did, should] = await acts[which]!()
      expect({ step, which, did }).toEqual({ step, which, did: should })
      expect(await run(card.link(), selected(jpki.pinRetries('auth')))).toBe(tries)
    }
  })
})

function* selected<T>(inner: Dialogue<T>): Dialogue<T> {
  yield* jpki.select()
  return yield* inner
}
