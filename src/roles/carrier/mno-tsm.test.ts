import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex, NO_BYTES } from '../../base/bytes.ts'
import { command, encodeCommand } from '../../codec/apdu.ts'
import { ARA_M } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { type BasicResponse, executed } from '../../protocol/tsm-messaging/contract.ts'
import { UI_APP } from '../../world/apps.ts'
import { promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { Phone } from '../phone/contract.ts'
import { SIM_MODELS, type SimModel, simKeys, simMaster } from './index.ts'

let database: TestDatabase
let world: SmallWorld
beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs(), line: { simModel: 'aozora-nfc-1' } as never })
})
afterAll(() => database.close())

const done = async <R>(response: Promise<BasicResponse<R>>): Promise<R> => executed(await response)
const call = () => ({ functionCallIdentifier: hex(systemEntropy(16)), requestingEntity: 'sp-tsm' })
const request = (serviceInstance: string) => ({ ...call(), serviceInstance, iccid: world.iccid })
const deploy = (serviceInstance: string) =>
  done(world.carriers.minato.deployService({ ...request(serviceInstance), uiApp: UI_APP.id }))
const terminate = (serviceInstance: string) => done(world.carriers.minato.terminateService(request(serviceInstance)))

beforeEach(async () => {
  await terminate('a')
  await terminate('b')
})

/** As the owner of the SIM, past phone and carrier. */
async function asIssuer<T>(inner: () => Dialogue<T>): Promise<T> {
  const model = SIM_MODELS['aozora-nfc-1']
  const keys = simKeys(await simMaster(world.keys, 'minato', model), world.iccid, model)
  function* dialogue(): Dialogue<T> {
    yield* gp.select()
    return yield* gp.secured(yield* gp.openScp03({ keys, entropy: systemEntropy }), inner())
  }
  const sim = await world.sim()
  try {
    return await run(sim, dialogue())
  } finally {
    await sim.end()
  }
}

const FACTORY = [gp.AID.ssdPackage, ARA_M, ARA_M.slice(0, 8)].map(hex)
/** Everything in the SIM that the factory has not put there, as text. */
const contents = () =>
  asIssuer(function* () {
    const found = [...(yield* gp.getStatus('applications')), ...(yield* gp.getStatus('loadFiles'))]
    return found.map(({ aid }) => hex(aid)).filter((aid) => !FACTORY.includes(aid))
  })
const WHOLE = [JPKI.securityDomain, JPKI.aid, JPKI.loadFile].map(hex).toSorted()

test('deploying again gives the same keys; a SIM serves one order; terminating again is no error', async () => {
  const first = await deploy('a')
  expect((await contents()).toSorted()).toEqual(WHOLE)
  expect(await deploy('a')).toEqual(first)
  await expect(deploy('b')).rejects.toMatchObject({ code: 'carrier/otherInstance' })
  await terminate('b')
  expect(await contents()).toHaveLength(3)
  await terminate('a')
  await terminate('a')
  expect(await contents()).toEqual([])
  expect((await deploy('b')).firstKeys).not.toEqual(first.firstKeys)
})

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Takes the SIM away from the TSM at its n-th script, as another channel does. */
async function deployBrokenAt(n: number): Promise<boolean> {
  const { iccid } = world
  const phone = world.phone as Writable<Phone>
  const { proxyTransmit } = phone
  let script = 0
  phone.proxyTransmit = async (input) => {
    if (++script !== n) return proxyTransmit(input)
    const { channel } = await phone.proxyOpen({ iccid, aid: gp.AID.isd })
    await phone.proxyClose({ channel })
    return proxyTransmit(input)
  }
  try {
    await deploy('a')
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'phone/channelClosed' })
    return true
  } finally {
    phone.proxyTransmit = proxyTransmit
  }
}

test('broken off at any script, also between LOAD and LOAD, it is completed by the next try, or undone', async () => {
  let n = 1
  for (; await deployBrokenAt(n); n++) {
    if (n % 2 === 0) {
      await deploy('a')
      expect((await contents()).toSorted()).toEqual(WHOLE)
    }
    await terminate('a')
    expect(await contents()).toEqual([])
  }
  expect(n).toBeGreaterThan(15)
})

test('a security domain that nobody knows of is gone before ours comes', async () => {
  await asIssuer(() =>
    gp.installForInstallAndMakeSelectable({
      loadFile: gp.AID.ssdPackage,
      module: gp.AID.ssdModule,
      aid: JPKI.securityDomain,
      privileges: gp.SSD_PRIVILEGES,
    }),
  )
  const { firstKeys: keys, firstKeyVersion: keyVersion } = await deploy('a')
  const sim = await world.sim()
  await run(sim, gp.select(JPKI.securityDomain))
  await run(sim, gp.openScp03({ keys, keyVersion, entropy: systemEntropy, aid: JPKI.securityDomain }))
  await sim.end()
})

test('no conversation with a SIM that has no service, and none after its end', async () => {
  const { iccid } = world
  const { minato } = world.carriers
  const aid = JPKI.securityDomain
  await expect(minato.beginConversation({ ...call(), iccid, aid })).rejects.toMatchObject({
    code: 'carrier/unknownSim',
  })
  await deploy('a')
  const { conversationId } = await minato.beginConversation({ ...call(), iccid, aid })
  await minato.endConversation({ conversationId })
  await minato.endConversation({ conversationId })
  await expect(minato.sendScript({ ...call(), conversationId, commands: [new Uint8Array(4)] })).rejects.toMatchObject({
    code: 'carrier/unknownConversation',
  })
})

test('who died without ending a conversation leaves nothing behind: a SIM has one at a time', async () => {
  const { iccid } = world
  const { minato } = world.carriers
  await deploy('a')
  const begin = () => minato.beginConversation({ ...call(), iccid, aid: JPKI.securityDomain })
  const script = (conversationId: string) =>
    minato.sendScript({
      ...call(),
      conversationId,
      commands: [encodeCommand(command(0x80, 0xca, 0x00, 0x66, NO_BYTES, 256))],
    })
  const { conversationId: left } = await begin()
  const { conversationId } = await begin()
  await expect(script(left)).rejects.toMatchObject({ code: 'carrier/unknownConversation' })
  await minato.endConversation({ conversationId: left })
  expect(hex((await script(conversationId)).responses[0]!)).toMatch(/9000$/)
  await minato.endConversation({ conversationId })
})

test('a SIM model that has lost its certification gets nothing more, and what is there can leave', async () => {
  const model: Writable<SimModel> = SIM_MODELS['aozora-nfc-1']
  await deploy('a')
  model.jpkiCertified = false
  try {
    await expect(deploy('a')).rejects.toMatchObject({ code: 'carrier/simNotCertified' })
    await terminate('a')
    expect(await contents()).toEqual([])
  } finally {
    model.jpkiCertified = true
  }
})
