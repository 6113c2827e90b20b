// What operators see of orders that fail, and that nothing of a person or a key is in it. Real SIM, real TSMs; the line between
// them drops in the middle of a step.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import { command } from '../../../codec/apdu.ts'
import { recording } from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { CLERKS } from '../../../world/clerks.ts'
import { CITIZENS } from '../../../world/people.ts'
import { type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import type { Phone } from '../../phone/contract.ts'
import { serviceInstance, TRANSITIONS } from '../model.ts'
import { secretsOf } from '../secrets.ts'
import { type SpTsmTables, spTsmMigrations } from '../store.ts'
import { RUNS_KEPT_MS } from './store.ts'

const { fourInfo, password, line } = CITIZENS.adult
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld
/** The step in which the line drops, and how many scripts go through before. */
let cut: { step: string; after: number } | undefined
let step = ''
const STEPS: readonly string[] = Object.values(TRANSITIONS).map((one) => one.step)
const queue: string[] = []
let work: ((data: Record<string, unknown>) => Promise<void>) | undefined
const firstKeys: Bytes[] = []
const sessions = { operator: '', 'call-centre': '' }

/** Jobs that the test lets run when it wants. */
const jobs = {
  send: async (name: string, { orderId }: Record<string, unknown>) => {
    if (name === 'sp-tsm-order') queue.push(String(orderId))
  },
  work: async (name: string, handler: (data: Record<string, unknown>) => Promise<void>) => {
    if (name === 'sp-tsm-order') work = handler
  },
}

async function oneJob(): Promise<void> {
  const orderId = queue.shift()
  if (orderId) await work!({ orderId }).catch(() => queue.push(orderId))
}

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({
    database,
    jobs,
    clock: () => now,
    onStep: (point) => {
      const name = point.replace('before ', '')
      if (STEPS.includes(name)) step = name
    },
    bend: (deps) => ({
      ...deps,
      carriers: {
        ...deps.carriers,
        minato: {
          ...deps.carriers.minato!,
          deployService: async (input) => {
            const deployed = await deps.carriers.minato!.deployService(input)
            if (deployed.result) firstKeys.push(...Object.values(deployed.result.firstKeys))
            return deployed
          },
          sendScript: async (input) => {
            if (cut?.step === step && cut.after-- <= 0) throw new Error(`lost ${fourInfo.name}`)
            now = new Date(now.getTime() + 40)
            return deps.carriers.minato!.sendScript(input)
          },
        },
      },
    }),
  })
  for (const clerk of CLERKS['j-lis']) await world.spTsm.addClerk({ ...clerk, parts: [...clerk.parts] })
  const signIn = async (clerkId: string) =>
    (await world.spTsm.signIn(CLERKS['j-lis'].find((clerk) => clerk.clerkId === clerkId)!)).session
  sessions.operator = await signIn('sato')
  sessions['call-centre'] = await signIn('tanaka')
})
afterAll(() => database.close())

const detail = async () => {
  const { orderId } = (await world.phone.order({})).order!
  return world.spTsm.orderDetail({ reference: serviceInstance(orderId) })
}
const wanted = (more: Partial<Parameters<SmallWorld['spTsm']['orders']>[0]>) =>
  world.spTsm.orders({ show: 'all', limit: 50, ...more })

/** Whatever must never be seen by who looks at failures. */
async function secretsOfAll(): Promise<string[]> {
  const { orderId } = (await world.phone.order({})).order!
  const secrets = secretsOf(world.spTsmDeps)
  const domain = Object.values(await secrets.domainKeys(orderId)) as Bytes[]
  const keys = [...domain, ...firstKeys, await secrets.contentKey(orderId)]
  const facts = [fourInfo.name, fourInfo.address, fourInfo.birthDate, line.msisdn, password]
  return [...keys.map((key) => hex(key)), ...facts, ...facts.map((fact) => hex(utf8(fact))), orderId]
}

describe('a step that fails', () => {
  test.each([
    ['takeKeys', 'deployed', 3],
    ['makeKeyPair', 'loaded', 4],
    ['write', 'issued', 5],
  ])('%s: is listed, says what was said to the SIM, and is tried again', async (name, state, after) => {
    if ((await world.phone.order({})).order === null) {
      await world.applied()
      await world.phone.install({})
    }
    cut = { step: name, after }
    await oneJob()
    expect((await wanted({ show: 'failing' })).orders.map((order) => [order.state, order.attempts])).toEqual([
      [state, 1],
    ])
    const { order, runs } = await detail()
    expect(order).toMatchObject({ turn: 'j-lis', way: 'card', carrier: line.carrier })
    expect(runs[0]).toMatchObject({ step: name, outcome: 'failed', code: 'Error', milliseconds: after * 40 })
    const said = runs[0]!.transcript.join('\n')
    expect(said).toContain('> INITIALIZE UPDATE')
    expect(runs[0]!.transcript.at(-1)).toBe('< (no answer)')
    cut = undefined
    queue.length = 0
    await world.spTsm.actOnOrder({ reference: order.reference, session: sessions.operator, act: 'retry' })
    expect((await detail()).order.attempts).toBe(0)
    expect(queue).toHaveLength(1)
  })

  test('nothing of a person, no key and no order id is in what is kept or shown', async () => {
    await oneJob()
    expect((await detail()).order).toMatchObject({ state: 'written', turn: 'holder' })
    expect(firstKeys.length).toBeGreaterThan(0)
    const db = await database.schema<SpTsmTables>('sp-tsm', spTsmMigrations)
    const kept = JSON.stringify(await db.selectFrom('step_run').select(['step', 'code', 'transcript']).execute())
    const seen = JSON.stringify(
      [await wanted({}), await detail(), await world.spTsm.deskActs({ limit: 50 })],
      (_, value) => (typeof value === 'bigint' ? value.toString() : value),
    )
    expect(kept).toContain('INITIALIZE UPDATE')
    for (const secret of await secretsOfAll()) {
      expect(seen.toLowerCase()).not.toContain(secret.toLowerCase())
      const isOrderId = secret === (await world.phone.order({})).order!.orderId
      if (!isOrderId) expect(kept.toLowerCase()).not.toContain(secret.toLowerCase())
    }
  })

  test('a PIN, a key and facts that are planted in any kind of command or answer are masked', async () => {
    const planted = utf8('4711 風見　あかり 1988-04-12')
    const answered = [0x20, 0x24, 0xd8, 0xe2, 0xc2, 0x5c, 0x2e, 0xb0, 0xc0, 0x5e]
    for (const ins of answered) {
      const tape = recording()
      const asked = command(0x80, ins, 0, 0, ins === 0xb0 || ins === 0xc0 ? new Uint8Array() : planted)
      const answer = ins === 0x20 || ins === 0xe2 ? new Uint8Array() : planted
      const link = { transmit: async () => Uint8Array.of(...(ins === 0xd8 || ins === 0x24 ? [] : answer), 0x90, 0) }
      function* dialogue() {
        yield asked
      }
      await run(link, tape.watch(dialogue()))
      expect(tape.lines().join('\n').toLowerCase(), ins.toString(16)).not.toContain(hex(planted).slice(0, 8))
      expect(tape.lines().join('\n'), ins.toString(16)).toContain('masked')
    }
  })
})

describe('the list', () => {
  test('finds by reference, ICCID and serial number, whole; filters; pages without losing or repeating one', async () => {
    const { order } = await detail()
    for (const find of [order.reference, order.iccid, order.serial!.toString()])
      expect((await wanted({ find })).orders.map(({ reference }) => reference)).toEqual([order.reference])
    for (const find of [order.reference.slice(0, 8), `${order.iccid}0`, '%', "' or '1'='1"])
      expect((await wanted({ find })).orders).toEqual([])
    expect((await wanted({ carrier: 'kodama' })).orders).toEqual([])
    expect((await wanted({ show: 'holder' })).orders).toHaveLength(1)
    const { store } = world.spTsmDeps
    const made = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(32))
    for (const [i, order_id] of made.entries()) {
      const other = { carrier: 'kodama', iccid: `898199000000000010${i}`, nonce: order_id, card_auth_serial: '1' }
      await store.accept({ order_id, ...other, applied_at: now })
    }
    const seen: number[] = []
    for (let before: number | undefined; ; before = seen.at(-1)) {
      const { orders, more } = await wanted({ limit: 2, ...(before && { before }) })
      seen.push(...orders.map(({ number }) => number))
      if (!more) break
    }
    expect(seen).toHaveLength(6)
    expect(new Set(seen).size).toBe(6)
    expect(seen.toSorted((a, b) => b - a)).toEqual(seen)
  })

  test('figures: runs, failures and the median of those that were done', async () => {
    const { steps, orders } = await world.spTsm.statistics({ since: new Date('2026-04-01T00:00:00Z') })
    expect(steps.map(({ step: name }) => name)).toEqual(['deploy', 'takeKeys', 'load', 'makeKeyPair', 'issue', 'write'])
    expect(steps.find(({ step: name }) => name === 'takeKeys')).toMatchObject({ runs: 2, failed: 1 })
    expect(steps.find(({ step: name }) => name === 'write')!.median).toBeGreaterThan(100)
    expect(orders).toMatchObject({ written: 1 })
    expect((await world.spTsm.statistics({ since: new Date(now.getTime() + 1) })).steps).toEqual([])
  })
})

describe('the call centre', () => {
  const clerk = 'tanaka'
  const { name, birthDate } = fourInfo
  const call = (caller: Parameters<SmallWorld['spTsm']['findForCaller']>[0]['caller']) =>
    world.spTsm.findForCaller({ session: sessions['call-centre'], caller })
  const byLine = { msisdn: line.msisdn, name, birthDate }

  test('finds by the line of its subscriber, or by the four facts, and gives no fact back', async () => {
    const { found } = await call(byLine)
    expect(found).toMatchObject({ state: 'written', turn: 'holder', mayStop: true, mayResume: [] })
    expect((await call({ fourInfo })).found).toEqual(found)
    expect((await call({ ...byLine, name: '風見 あかり' })).found).toEqual(found)
    const said = JSON.stringify(found)
    for (const secret of await secretsOfAll()) expect(said).not.toContain(secret)
  })

  test('what does not fit gives the same nobody, whatever it is', async () => {
    const wrong = [
      { ...byLine, name: '風見　正造' },
      { ...byLine, birthDate: '1988-04-13' },
      { ...byLine, msisdn: '819099999999' },
      { fourInfo: { ...fourInfo, address: '東京都' } },
    ]
    for (const caller of wrong) expect(await call(caller)).toEqual({ found: null })
  })

  test('may not resume; what it looked for and did is written down, with no fact', async () => {
    const { serial } = (await detail()).order
    await expect(world.spTsm.resumeBySerial({ serial: serial!, requestedBy: 'hot-line' })).rejects.toMatchObject({
      code: 'sp-tsm/notYours',
    })
    const { acts } = await world.spTsm.deskActs({ limit: 10 })
    const { reference } = (await detail()).order
    const calls = acts.filter(({ desk }) => desk === 'call-centre')
    expect(calls.map((act) => [act.clerk, act.act, act.reference])).toEqual([
      ...Array.from({ length: 4 }, () => [clerk, 'find', null]),
      ...Array.from({ length: 3 }, () => [clerk, 'find', reference]),
    ])
    const kept = JSON.stringify(calls)
    for (const secret of await secretsOfAll()) expect(kept).not.toContain(secret)
  })
})

describe('the carrier’s desk', () => {
  test('keeps what failed at a SIM, decoded and masked, and shows notices on their way', async () => {
    const { minato } = world.carriers
    const phone = world.phone as { -readonly [K in keyof Phone]: Phone[K] }
    const { proxyTransmit } = phone
    let left = 4
    phone.proxyTransmit = async (input) => {
      if (left-- <= 0) throw new Error(`lost ${fourInfo.name}`)
      return proxyTransmit(input)
    }
    const { iccid } = world
    const partner = { requestingEntity: 'sp-tsm', iccid, partner: 'railway', app: new Uint8Array(32) }
    await expect(minato.deployPartner(partner)).rejects.toThrow('lost')
    phone.proxyTransmit = proxyTransmit
    const { failures } = await minato.failures({ limit: 5, iccid })
    expect(failures).toMatchObject([{ iccid, code: 'Error' }])
    expect(failures[0]!.transcript.join('\n')).toContain('> INITIALIZE UPDATE')
    expect(failures[0]!.transcript.at(-1)).toBe('< (no answer)')
    expect((await minato.failures({ limit: 5, iccid: `${iccid.slice(0, -1)}9` })).failures).toEqual([])
    await minato.removePartner(partner)
    await minato.changeDevice({ msisdn: line.msisdn, deviceModel: 'sim-free-phone-1' })
    const { notifications } = await minato.notifications({ limit: 5, show: 'all', iccid })
    expect(notifications[0]).toMatchObject({ name: 'handleSEDeviceChangedNotification', attempts: 0 })
    const seen = JSON.stringify([failures, notifications])
    for (const secret of await secretsOfAll()) expect(seen).not.toContain(secret)
    const figures = await minato.figures({ since: new Date('2026-04-01T00:00:00Z') })
    expect(figures).toMatchObject({ waiting: 1, services: { deployed: 1 }, failures: { Error: 1 } })
    expect(figures.oldestWaiting).toEqual(now)
  })

  test('the shop learns of a line only for its own subscriber, and why a certificate could not come', async () => {
    const { minato } = world.carriers
    const { name, birthDate } = fourInfo
    const subscriber = { name, birthDate }
    const asked = { msisdn: line.msisdn, subscriber }
    expect((await minato.askAtShop(asked)).line).toMatchObject({ status: 'active', reasons: [], untold: 1 })
    await minato.suspendLine({ msisdn: line.msisdn, reason: 'unpaid' })
    expect((await minato.askAtShop(asked)).line).toMatchObject({ status: 'suspended', reasons: ['line-suspended'] })
    await minato.resumeLine({ msisdn: line.msisdn, reason: 'paid' })
    const other = { ...asked, subscriber: { ...subscriber, name: '風見　正造' } }
    expect(await minato.askAtShop(other)).toEqual({ line: null })
    expect(await minato.askAtShop({ ...asked, msisdn: '819099999999' })).toEqual({ line: null })
  })
})

describe('what an operator does', () => {
  test('is written down with a name, the refused too; ended, everything is undone', async () => {
    const { reference } = (await detail()).order
    const asks = (act: 'retry' | 'cancel' | 'stop' | 'resume') =>
      world.spTsm.actOnOrder({ reference, session: sessions.operator, act })
    await expect(asks('retry')).rejects.toMatchObject({ code: 'sp-tsm/notNow' })
    await expect(
      world.spTsm.actOnOrder({ reference: 'f'.repeat(32), session: sessions.operator, act: 'cancel' }),
    ).rejects.toMatchObject({ code: 'sp-tsm/unknownOrder' })
    await asks('cancel')
    await oneJob()
    expect((await detail()).order).toMatchObject({ state: 'undone', turn: null })
    await expect(asks('cancel')).rejects.toMatchObject({ code: 'sp-tsm/notNow' })
    const { acts } = await world.spTsm.deskActs({ limit: 4 })
    expect(acts.map(({ clerk, act, refusal }) => [clerk, act, refusal])).toEqual([
      ['sato', 'cancel', 'sp-tsm/notNow'],
      ['sato', 'cancel', null],
      ['sato', 'cancel', 'sp-tsm/unknownOrder'],
      ['sato', 'retry', 'sp-tsm/notNow'],
    ])
    expect((await world.audit()).findings).toEqual([])
  })

  test('needs a session, of a clerk whose part it is, and ends with it or with the clerk', async () => {
    const { reference } = (await detail()).order
    const before = (await world.spTsm.deskActs({ limit: 50 })).acts.length
    const act = (session: string) => world.spTsm.actOnOrder({ reference, session, act: 'stop' })
    await expect(act('0'.repeat(48))).rejects.toMatchObject({ code: 'sp-tsm/notSignedIn' })
    await expect(act(sessions['call-centre'])).rejects.toMatchObject({ code: 'sp-tsm/notYourPart' })
    const asOperator = { session: sessions.operator, caller: { fourInfo } }
    await expect(world.spTsm.findForCaller(asOperator)).rejects.toMatchObject({ code: 'sp-tsm/notYourPart' })
    await world.spTsm.signOut({ session: sessions['call-centre'] })
    await expect(world.spTsm.clerk({ session: sessions['call-centre'] })).rejects.toMatchObject({
      code: 'sp-tsm/notSignedIn',
    })
    await world.spTsm.removeClerk({ clerkId: 'sato' })
    await expect(act(sessions.operator)).rejects.toMatchObject({ code: 'sp-tsm/notSignedIn' })
    expect((await world.spTsm.clerks({})).clerks.map(({ clerkId }) => clerkId)).toEqual(['suzuki', 'tanaka'])
    expect((await world.spTsm.deskActs({ limit: 50 })).acts).toHaveLength(before)
  })

  test('at a carrier is begun by whose part it is, ends once, and names the line by the carrier’s own mark', async () => {
    const { minato } = world.carriers
    for (const clerk of CLERKS.minato) await minato.addClerk({ ...clerk, parts: [...clerk.parts] })
    const [shop, network] = await Promise.all(CLERKS.minato.map(async (one) => (await minato.signIn(one)).session))
    const suspend = { act: 'suspend', msisdn: line.msisdn } as const
    await expect(minato.beginAct({ session: network!, ...suspend })).rejects.toMatchObject({
      code: 'carrier/notYourPart',
    })
    const { actId } = await minato.beginAct({ session: shop!, ...suspend })
    await minato.endAct({ session: network!, actId, outcome: 'done' })
    expect((await minato.deskActs({ limit: 5 })).acts).toMatchObject([{ clerk: 'ishii', outcome: 'begun' }])
    await minato.endAct({ session: shop!, actId, outcome: 'carrier/unknownLine' })
    await minato.endAct({ session: shop!, actId, outcome: 'done' })
    const { acts } = await minato.deskActs({ limit: 5 })
    expect(acts).toMatchObject([{ act: 'suspend', outcome: 'carrier/unknownLine', line: expect.any(String) }])
    expect(JSON.stringify(acts)).not.toContain(line.msisdn)
  })

  test('transcripts are forgotten after their time, and nothing else', async () => {
    expect((await detail()).runs.length).toBeGreaterThan(6)
    now = new Date(now.getTime() + RUNS_KEPT_MS + 3600_000)
    await world.spTsm.wake()
    expect((await detail()).runs).toEqual([])
    expect((await detail()).events.length).toBeGreaterThan(1)
  })
})
