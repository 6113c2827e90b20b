// Who loads: the carrier, J-LIS with the carrier's tokens, or J-LIS alone. Each through both TSMs and a real card.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, equal, hex } from '../../base/bytes.ts'
import { decodeCommand, encodeCommand } from '../../codec/apdu.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { contentCommands, JPKI, jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { choosePin } from '../../world/choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../world/testing/small-world.ts'
import type { Carrier, ManagementMode } from '../carrier/contract.ts'
import { SIM_MODELS, simKeys, simMaster } from '../carrier/index.ts'
import type { SpTsmDeps } from './index.ts'
import { serviceInstance } from './model.ts'

let database: TestDatabase
const keys = volatileKeyStore(systemEntropy)
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

/** What the SP-TSM gets instead of the carrier's answers, while a test says so. */
let bent: Partial<Carrier> = {}
const bend = (deps: SpTsmDeps): SpTsmDeps => {
  const get = (minato: Carrier, name: keyof Carrier) => bent[name] ?? minato[name]
  return { ...deps, carriers: { minato: new Proxy(deps.carriers.minato!, { get } as ProxyHandler<Carrier>) } }
}
const worlds = new Map<ManagementMode, SmallWorld>()
/** One for each mode. */
async function worldIn(mode: ManagementMode): Promise<SmallWorld> {
  const shared = { database: database.withPrefix(mode.toLowerCase()), jobs: promptJobs(), keys, mode, bend }
  const world = worlds.get(mode) ?? (await smallWorld(shared))
  worlds.set(mode, world)
  return world
}

async function enrol({ phone, applied }: SmallWorld) {
  await applied()
  await phone.install({})
  return orderIn({ phone }, 'written', 'undone')
}

/** What the issuer sees in the SIM. */
async function registryOf({ keys, iccid, sim }: SmallWorld) {
  const model = SIM_MODELS['minato-nfc-1']
  const isdKeys = simKeys(await simMaster(keys, 'minato', model), iccid, model)
  const card = await sim()
  try {
    await run(card, gp.select())
    const channel = await run(card, gp.openScp03({ keys: isdKeys, entropy: systemEntropy }))
    return await run(card, gp.secured(channel, gp.getStatus('applications')))
  } finally {
    await card.end()
  }
}

const PRIVILEGES = { SIMPLE: '808000', DELEGATED: 'a08000', AUTHORIZED: '80c000' } as const

describe.each(['SIMPLE', 'DELEGATED', 'AUTHORIZED'] as const)('%s', (mode) => {
  test('is enrolled, used and taken back', async () => {
    const world = await worldIn(mode)
    expect(await enrol(world)).toMatchObject({ state: 'written', refusal: null })
    const domain = (await registryOf(world)).find(({ aid }) => equal(aid, JPKI.securityDomain))
    expect(hex(domain!.privileges!)).toBe(PRIVILEGES[mode])
    await choosePin(world.phone, '4711')
    expect((await world.phone.status({})).applet).toBe('ready')
    const { minato } = world.carriers
    expect(await minato.getServiceState({ iccid: world.iccid })).toMatchObject({ state: 'deployed' })
    await world.phone.remove({})
    await orderIn(world, 'undone')
    const left = (await registryOf(world)).filter(({ aid }) => hex(aid).startsWith(hex(JPKI.loadFile)))
    expect(left).toEqual([])
    expect(await minato.getServiceState({ iccid: world.iccid })).toMatchObject({ state: 'none' })
  })
})

describe('delegated', () => {
  let world: SmallWorld
  beforeAll(async () => {
    world = await worldIn('DELEGATED')
  })
  afterEach(async () => {
    bent = {}
    await world.phone.remove({})
    await orderIn(world, 'undone')
  })

  test('answers that are lost at every call: the applet is loaded anew, each receipt counts once', async () => {
    let lost = 0
    const once = <I, R>(work: (input: I) => Promise<R>) => {
      let first = true
      return async (input: I): Promise<R> => {
        const result = await work(input)
        if (!first) return result
        first = false
        lost += 1
        throw new Error('the answer was lost')
      }
    }
    const { generateDMToken, verifyDMReceipt } = world.carriers.minato
    bent = { generateDMToken: once(generateDMToken), verifyDMReceipt: once(verifyDMReceipt) }
    expect(await enrol(world)).toMatchObject({ state: 'written' })
    expect(lost).toBe(2)
  })

  const tokens = (commands: Bytes[]) => {
    const at = new Date()
    const functionExecutionStatus = { status: 'EXECUTED_SUCCESS', statusCode: null } as const
    return { processingStart: at, processingEnd: at, functionExecutionStatus, result: { commands } }
  }

  test('a carrier that slips another command in: the order is undone', async () => {
    const { load } = contentCommands(Uint8Array.of(...jpkiLoadFile(), 0))
    const another = encodeCommand(load.command)
    bent = { generateDMToken: async () => tokens([another, another, another]) }
    expect(await enrol(world)).toMatchObject({ state: 'undone', refusal: 'sp-tsm/commandChanged' })
  })

  test('receipts that the SIM has not made: the order is undone', async () => {
    const { verifyDMReceipt } = world.carriers.minato
    bent = {
      verifyDMReceipt: (input) => {
        const receipts = input.receipts.map(({ command, receipt }) => ({ command, receipt: receipt.with(5, 0) }))
        return verifyDMReceipt({ ...input, receipts })
      },
    }
    expect(await enrol(world)).toMatchObject({ state: 'undone', refusal: 'sp-tsm/receiptsMissing' })
  })

  test('a SIM takes no INSTALL without a token from J-LIS’s domain, though J-LIS has its keys', async () => {
    bent = { generateDMToken: async ({ commands }) => tokens(commands) }
    expect(await enrol(world)).toMatchObject({ state: 'undone', refusal: 'sp-tsm/repeatedFailure' })
  })

  test('tokens are for the certified applet, the SIM that has it coming, and its own J-LIS', async () => {
    const { orderId } = await enrol(world)
    const { minato, kodama } = world.carriers
    const call = (more: object = {}) => ({
      functionCallIdentifier: hex(systemEntropy(16)),
      requestingEntity: 'sp-tsm',
      serviceInstance: serviceInstance(orderId),
      iccid: world.iccid,
      ...more,
    })
    const codeOf = async (answer: ReturnType<Carrier['generateDMToken']>) =>
      (await answer).functionExecutionStatus.statusCode?.code
    const mine = encodeCommand(contentCommands(jpkiLoadFile()).load.command)
    const forged = encodeCommand(contentCommands(Uint8Array.of(...jpkiLoadFile(), 0)).load.command)
    const ask = (commands: Bytes[], more?: object) => minato.generateDMToken({ ...call(more), commands })
    expect(await codeOf(ask([forged]))).toBe('carrier/contentNotCertified')
    expect(await codeOf(ask([Uint8Array.of(0x80, 0xf0, 0x80, 0x7f, 0)]))).toBe('carrier/contentNotCertified')
    expect(await codeOf(ask([mine], { serviceInstance: 'another' }))).toBe('carrier/noService')
    expect(await codeOf(ask([mine], { requestingEntity: 'kodama' }))).toBe('carrier/unknownSim')
    await expect(kodama.generateDMToken({ ...call(), commands: [mine] })).rejects.toMatchObject({
      code: 'carrier/unknownSim',
    })
    const [token] = (await ask([mine])).result!.commands
    const signed = decodeCommand(token!)
    expect(hex(gp.tokenInputOf(signed))).toBe(hex(gp.tokenInputOf(decodeCommand(mine))))
    // A receipt that was counted is not counted again.
    const receipt = { command: mine, receipt: Uint8Array.of(0) }
    const { result } = await minato.verifyDMReceipt({ ...call(), receipts: [receipt] })
    expect(result).toEqual({ valid: false })
  })
})
