// Bearers on bad days: messages that are lost, doubled and turned round, a wire that is cut again and again, keys of the
// carrier after J-LIS took over. Seeded; each ends by counting.

import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Handset } from '../../adapters/handset/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, utf8 } from '../../base/bytes.ts'
import { seededEntropy } from '../../base/crypto.ts'
import { decodeResponse } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import type { AdminGate } from '../../protocol/ota/index.ts'
import {
  carrierWorld,
  deployAndTakeOver,
  setSuspended,
  type TestSim,
  takeOut,
} from '../../world/testing/carrier-world.ts'
import type { Phone } from '../phone/contract.ts'
import type { MakeTerminal } from '../phone/index.ts'
import { SITUATIONS } from './index.ts'

let database: TestDatabase
const open: (() => unknown)[] = []
beforeAll(async () => {
  database = await testDatabase()
})
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})
afterAll(() => database.close())

let worlds = 0
const newWorld = async (parts: { gate?: (gate: AdminGate) => AdminGate; makeTerminal?: MakeTerminal } = {}) => {
  const world = await carrierWorld({ database: database.withPrefix(`bearers${++worlds}`), ...parts })
  open.push(() => world.close())
  return world
}

async function isSelectable({ look }: TestSim): Promise<boolean> {
  try {
    await run(look().link(), gp.select(JPKI.aid))
    return true
  } catch {
    return false
  }
}

/** Every third message is lost on the way, or comes twice, or last first; answers are lost likewise. */
function badMessages(seed: string) {
  const entropy = seededEntropy(utf8(seed))
  const chance = (percent: number) => entropy(1)[0]! < (percent * 256) / 100
  const count = { sent: 0, lost: 0, doubled: 0, turned: 0, unanswered: 0 }
  const bend = (phone: Phone): Phone => ({
    ...phone,
    shortMessages: async ({ iccid, messages }) => {
      count.sent += messages.length
      const arriving = messages.flatMap((tpdu) => {
        const [lost, doubled] = [chance(25), chance(25)]
        if (lost) count.lost += 1
        else if (doubled) count.doubled += 1
        return lost ? [] : doubled ? [tpdu, tpdu] : [tpdu]
      })
      if (chance(30)) {
        count.turned += 1
        arriving.reverse()
      }
      if (arriving.length === 0) return { answer: null }
      const answered = await phone.shortMessages({ iccid, messages: arriving })
      if (!chance(25)) return answered
      count.unanswered += 1
      return { answer: null }
    },
  })
  return { bend, count }
}

/** Until it is done: what the SP-TSM's saga does. */
async function tried(work: () => Promise<unknown>): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      await work()
      return tries
    } catch (error) {
      if (tries === 20) throw error
    }
  }
}

test.each(['spring', 'autumn'])(
  'only messages, and bad ones (%s): locked and unlocked again, as often as it was said',
  async (seed) => {
    const world = await newWorld()
    const sim = await world.sim({ carrier: 'minato', model: 'minato-nfc-1' })
    const { minato } = world.carriers
    world.hold('minato', sim, 'kazasu-phone-1')
    await deployAndTakeOver(minato, sim.iccid)
    const { bend, count } = badMessages(seed)
    const phone = world.hold('minato', sim, 'kazasu-phone-1', bend)
    await phone.setConnections(SITUATIONS['short-messages'])
    let wrong = 0
    for (let i = 0; i < 6; i++) {
      const suspend = i % 2 === 0
      await tried(() => setSuspended(minato, sim.iccid, suspend))
      if ((await isSelectable(sim)) === suspend) wrong += 1
    }
    expect(wrong).toBe(0)
    expect(Math.min(count.lost, count.doubled, count.unanswered)).toBeGreaterThan(0)
    await phone.setConnections(SITUATIONS.wifi)
    await takeOut(minato, sim.iccid)
  },
)

test('content does not go by message alone: nothing is sent, and it goes on when the network is back', async () => {
  const world = await newWorld()
  const sim = await world.sim({ carrier: 'minato', model: 'minato-nfc-1' })
  const { minato } = world.carriers
  const phone = world.hold('minato', sim, 'kazasu-phone-1')
  await phone.setConnections(SITUATIONS['short-messages'])
  await expect(deployAndTakeOver(minato, sim.iccid)).rejects.toMatchObject({ code: 'carrier/noBearer' })
  expect(await isSelectable(sim)).toBe(false)
  await phone.setConnections(SITUATIONS.wifi)
  await deployAndTakeOver(minato, sim.iccid)
  expect(await isSelectable(sim)).toBe(true)
})

/** Cuts the wire after so many bytes from the server, by chance, for the first connections. */
function badWire(gate: AdminGate, seed: string, cuts: number) {
  const entropy = seededEntropy(utf8(seed))
  const count = { connections: 0, cut: 0 }
  const wire = async (port: number): Promise<number> => {
    const server: Server = createServer((near: Socket) => {
      count.connections += 1
      let left = count.cut < cuts ? 150 + 8 * entropy(1)[0]! : Number.POSITIVE_INFINITY
      if (Number.isFinite(left)) count.cut += 1
      const far = connect(port, '127.0.0.1')
      near.on('data', (piece) => far.write(piece))
      far.on('data', (piece) => {
        near.write(piece.subarray(0, Math.max(0, left)))
        left -= piece.length
        if (left <= 0) near.end()
      })
      for (const socket of [near, far]) socket.on('error', () => undefined)
      near.on('close', () => far.destroy())
      far.on('close', () => near.end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push(() => server.close())
    return (server.address() as { port: number }).port
  }
  const bent: AdminGate = {
    expect: async (identity, session) => {
      const { host, port } = await gate.expect(identity, session)
      return { host, port: await wire(port) }
    },
    forget: gate.forget,
  }
  return { bent, count }
}

const impatient: MakeTerminal = (parts) =>
  new Handset({ ...parts, submit: () => undefined, timer: (_, ring) => setImmediate(ring) })

test.each(['river', 'mountain', 'sea'])(
  'a wire that is cut again and again (%s): everything is there at the end, once',
  async (seed) => {
    let count = { connections: 0, cut: 0 }
    const gate = (own: AdminGate) => {
      const bad = badWire(own, seed, 8)
      count = bad.count
      return bad.bent
    }
    const world = await newWorld({ gate, makeTerminal: impatient })
    const sim = await world.sim({ carrier: 'kodama', model: 'kodama-nfc-1' })
    const { kodama } = world.carriers
    world.hold('kodama', sim, 'unlocked-phone-1')
    await tried(() => deployAndTakeOver(kodama, sim.iccid))
    expect(await isSelectable(sim)).toBe(true)
    expect(count.cut).toBe(8)
    expect(count.connections).toBeGreaterThan(8)
    await takeOut(kodama, sim.iccid)
    expect(await isSelectable(sim)).toBe(false)
  },
)

test('after J-LIS took over, no key of the carrier opens the domain: not the first keys, not the issuer’s', async () => {
  const world = await newWorld()
  const sim = await world.sim({ carrier: 'minato', model: 'minato-nfc-1' })
  world.hold('minato', sim, 'kazasu-phone-1')
  const {
    firstKeys: keys,
    firstKeyVersion: keyVersion,
    own,
  } = await deployAndTakeOver(world.carriers.minato, sim.iccid)
  const opened = async (set: { keys: gp.KeySet; keyVersion?: number }) => {
    const link = sim.look().link()
    await run(link, gp.select(JPKI.securityDomain))
    return run(link, gp.openScp03({ ...set, entropy: systemEntropy, aid: JPKI.securityDomain }))
  }
  await expect(opened({ keys, keyVersion })).rejects.toMatchObject({ sw: 0x6a88 })
  await expect(opened({ keys })).rejects.toThrow('card cryptogram is wrong')
  await expect(opened(own)).resolves.toBeDefined()
})

test('a script for one SIM opens nothing in another, and not in the same one a second time', async () => {
  const world = await newWorld()
  const { minato, kodama } = world.carriers
  const first = await world.sim({ carrier: 'minato', model: 'minato-nfc-1' })
  const second = await world.sim({ carrier: 'kodama', model: 'kodama-nfc-1' })
  const scripts: Bytes[] = []
  const overheard = (phone: Phone): Phone => ({
    ...phone,
    proxyTransmit: (input) => {
      scripts.push(...input.commands)
      return phone.proxyTransmit(input)
    },
  })
  world.hold('minato', first, 'kazasu-phone-1', overheard)
  await deployAndTakeOver(minato, first.iccid)
  const recorded = scripts.splice(0)
  const played = async (sim: TestSim, aid: Bytes) => {
    const link = sim.look().link()
    await run(link, gp.select(aid))
    const answers: number[] = []
    for (const script of recorded) answers.push(decodeResponse(await link.transmit(script)).sw)
    return answers
  }
  world.hold('kodama', second, 'kazasu-phone-1')
  await deployAndTakeOver(kodama, second.iccid)
  // INITIALIZE UPDATE is open to everyone; what comes after it is not.
  for (const sim of [first, second]) {
    const before = await isSelectable(sim)
    for (const aid of [gp.AID.isd, JPKI.securityDomain]) {
      const answers = await played(sim, aid)
      const done = recorded.filter(({ 1: ins }, i) => ins !== 0x50 && answers[i] === 0x9000)
      expect(done).toEqual([])
    }
    expect(await isSelectable(sim)).toBe(before)
  }
})

test('a TSM proxy that is not the carrier’s reaches neither the issuer’s domain nor that of J-LIS', async () => {
  const world = await newWorld()
  const sim = await world.sim({ carrier: 'minato', model: 'minato-nfc-1' })
  const phone = world.hold('aozora', sim, 'kazasu-phone-1')
  for (const aid of [gp.AID.isd, JPKI.securityDomain]) {
    await expect(phone.proxyOpen({ iccid: sim.iccid, aid })).rejects.toMatchObject({ code: 'phone/accessDenied' })
  }
})
