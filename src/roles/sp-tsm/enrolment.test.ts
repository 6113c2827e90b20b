import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { generateKeyPair, type KeyPair } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { openScp03, select } from '../../protocol/globalplatform/index.ts'
import { run } from '../../protocol/iso7816/index.ts'
import { executed } from '../../protocol/tsm-messaging/contract.ts'
import { UI_APP } from '../../world/apps.ts'
import { choosePin } from '../../world/choose-pin.ts'
import {
  orderIn,
  promptJobs,
  type SmallWorld,
  type SmallWorldOptions,
  smallWorld,
} from '../../world/testing/small-world.ts'
import { SIM_MODELS, SITUATIONS, type SimModel } from '../carrier/index.ts'
import type { Verifier } from '../verifier/contract.ts'
import { createSpTsm, type SpTsmDeps } from './index.ts'
import { requestKey, serviceInstance } from './model.ts'

let database: TestDatabase
let world: SmallWorld
beforeEach(async () => {
  database = await testDatabase()
})
afterEach(async () => {
  await world.stop()
  await database.close()
})

const start = async (options: Partial<SmallWorldOptions> = {}) => {
  world = await smallWorld({ database, ...options })
}
const apply = () => world.applied()

async function installed(): Promise<Awaited<ReturnType<typeof orderIn>>> {
  await apply()
  await world.phone.install({})
  return orderIn(world, 'written', 'undone')
}

/** The phone's certificate that is valid for this citizen, by the register of the authority. */
async function validPhoneSerial(): Promise<bigint | null> {
  const row = (await world.orders.order((await world.phone.order({})).order!.orderId))!
  const asked = { kind: 'auth', serial: BigInt(row.card_auth_serial), want: 'phone-auth', asker: 'counter' } as const
  return (await world.authority.link(asked)).serial
}

async function expectNothingLeft(): Promise<void> {
  expect(await validPhoneSerial()).toBeNull()
  expect(await world.phone.status({})).toMatchObject({ applet: 'none', pinTriesLeft: null })
  await expect(world.phone.certificates({ pin: '4711' })).rejects.toMatchObject({ code: 'phone/nothingInstalled' })
}

const LITE_LINE = { simModel: 'aozora-lite-1' } as const
const KODAMA_LINE = { carrier: 'kodama', simModel: 'kodama-nfc-1', deviceModel: 'sim-free-phone-1' }

describe('seed 4 (3): from the application to the certificate in the SIM, and back', () => {
  test('SIM, register and order agree after each step', async () => {
    await start()
    expect(await world.phone.status({})).toMatchObject({ applet: 'none', order: null })
    expect(await apply()).toMatchObject({ state: 'accepted', done: 0, steps: 8 })
    await world.phone.install({})
    const written = await orderIn(world, 'written', 'undone')
    expect(written).toMatchObject({ state: 'written', done: 7, refusal: null })
    expect(written.transportPin).toMatch(/^[0-9]{4}$/)
    expect(await world.phone.status({})).toMatchObject({ applet: 'transport', pinTriesLeft: 3 })
    await choosePin(world.phone, '4711')
    expect((await world.phone.order({})).order).toMatchObject({ state: 'active', transportPin: null, done: 8 })
    expect(await world.phone.status({})).toMatchObject({ applet: 'ready', pinTriesLeft: 3 })
    const { certificates } = await world.phone.certificates({ pin: '4711' })
    expect(certificates[0]!.serial).toBe(written.serial)
    expect(await validPhoneSerial()).toBe(written.serial)
    const { verdict } = await world.verifier.verifyCertificate({ certificate: certificates[0]!.certificate })
    expect(verdict.outcome).toBe('passed')

    expect((await world.phone.remove({})).state).toBe('undoing')
    await orderIn(world, 'undone')
    const status = await world.authority.status({ kind: 'auth', serial: written.serial! })
    expect(status).toMatchObject({ status: 'revoked', reason: 'cessationOfOperation' })
    await expectNothingLeft()
    expect((await installed()).state).toBe('written')
    expect(await world.spTsm.census({})).toEqual({ orders: { undone: 1, written: 1 } })
  })

  test.each([
    ['another SIM: SCP03 with AES-256 and S16, small blocks', { simModel: 'aozora-nfc-1' }],
    ['a line and a SIM of an MVNO: random challenges, T=0, one channel', KODAMA_LINE],
  ])('works with %s', async (_, line) => {
    await start({ line: line as never, jobs: promptJobs() })
    expect(await installed()).toMatchObject({ state: 'written', refusal: null })
    await world.phone.remove({})
    await orderIn(world, 'undone')
    await expectNothingLeft()
  })

  test('a SIM that makes no keys gets one of the authority, which forgets it, and another when it is renewed', async () => {
    const told: Uint8Array[] = []
    const bend = (deps: SpTsmDeps): SpTsmDeps => ({
      ...deps,
      authority: {
        ...deps.authority,
        deliverKey: async (input) => {
          const delivered = await deps.authority.deliverKey(input)
          told.push(delivered.publicKey)
          return delivered
        },
      },
    })
    let now = new Date('2026-04-01T09:00:00Z')
    await start({ line: LITE_LINE, jobs: promptJobs(), bend, clock: () => now })
    expect(await installed()).toMatchObject({ state: 'written', refusal: null })
    await choosePin(world.phone, '4711')
    /** The certificate in use is for the key that was delivered last, and nothing of that key is left elsewhere. */
    const used = async () => {
      const { certificate } = (await world.phone.certificates({ pin: '4711' })).certificates[0]!
      expect(decodeCertificate(certificate).subjectPublicKeyInfo).toEqual(told.at(-1))
      expect((await world.verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('passed')
      const row = (await world.orders.order((await world.phone.order({})).order!.orderId))!
      expect(row.receiver_key).toBeNull()
      const late = { requestKey: requestKey(row.order_id, row.key_number), receiver: told[0]! }
      await expect(world.authority.deliverKey(late)).rejects.toMatchObject({ code: 'authority/keyDelivered' })
      return row.not_after!
    }
    now = new Date((await used()).getTime() - 60 * 24 * 3600_000)
    await world.phone.renew({})
    await orderIn(world, 'active')
    await used()
    expect(told).toHaveLength(2)
    await world.phone.remove({})
    await orderIn(world, 'undone')
    await expectNothingLeft()
  })

  test('the keys that the carrier gave the domain are dead once J-LIS has the SIM', async () => {
    await start({ jobs: promptJobs() })
    await installed()
    const row = (await world.orders.order((await world.phone.order({})).order!.orderId))!
    expect(row.first_keys).toBeNull()
    const answer = await world.carriers.minato.deployService({
      functionCallIdentifier: hex(world.spTsmDeps.entropy(16)),
      requestingEntity: 'sp-tsm',
      serviceInstance: serviceInstance(row.order_id),
      iccid: world.iccid,
      uiApp: UI_APP.id,
    })
    const given = executed(answer)
    const sim = await world.sim()
    await run(sim, select(given.securityDomainAid))
    const { firstKeys: keys, firstKeyVersion: keyVersion } = given
    const entropy = world.spTsmDeps.entropy
    await expect(run(sim, openScp03({ keys, keyVersion, entropy }))).rejects.toMatchObject({ sw: 0x6a88 })
    await expect(run(sim, openScp03({ keys, entropy }))).rejects.toThrow('card cryptogram is wrong')
  })
})

describe('asking twice', () => {
  test('double install and two workers: every effect happens to one order one at a time, and once', async () => {
    let inside = 0
    let most = 0
    const counted: string[] = []
    const onStep = (point: string) => {
      const [when, what] = point.split(' ')
      if (when === 'before' && what === 'beginConversation') most = Math.max(most, ++inside)
      if (when === 'after' && what === 'makeKeyPair') inside = 0
      if (when === 'done') counted.push(what!)
      if (when === 'done') inside = 0
    }
    await start({ onStep })
    const other = await createSpTsm({ ...world.spTsmDeps, alone: false })
    await other.recover()
    const { orderId } = await apply()
    await Promise.all([1, 2, 3].flatMap(() => [world.spTsm.install({ orderId }), other.install({ orderId })]))
    await orderIn(world, 'written')
    expect(counted).toEqual(['deploy', 'takeKeys', 'load', 'makeKeyPair', 'issue', 'write'])
    expect(most).toBe(1)
  })

  test('confirming the PIN again is no error, before it is due it is', async () => {
    await start({ jobs: promptJobs() })
    const { orderId } = await apply()
    await expect(world.spTsm.confirmPin({ orderId })).rejects.toMatchObject({ code: 'sp-tsm/pinNotDue' })
    await world.phone.install({})
    await orderIn(world, 'written')
    expect((await world.spTsm.confirmPin({ orderId })).state).toBe('active')
    expect((await world.spTsm.confirmPin({ orderId })).state).toBe('active')
  })

  test('an order that was not begun gives way to a new application; one under way does not', async () => {
    await start({ jobs: promptJobs() })
    const first = await apply()
    const second = await apply()
    expect(second.orderId).not.toBe(first.orderId)
    expect((await world.spTsm.order({ orderId: first.orderId })).state).toBe('undone')
    await world.phone.install({})
    await orderIn(world, 'written')
    await expect(apply()).rejects.toMatchObject({ code: 'phone/orderUnderWay' })
  })

  test('nobody learns of an order without its id', async () => {
    await start({ jobs: promptJobs() })
    await expect(world.spTsm.order({ orderId: '00'.repeat(16) })).rejects.toMatchObject({ code: 'sp-tsm/unknownOrder' })
  })
})

describe('an application that is not accepted', () => {
  test.each([
    ['sim-not-certified', { simModel: 'minato-classic-1' }],
    ['device-not-supported', { deviceModel: 'old-phone-1' }],
  ])('%s: nothing was sent to the SIM', async (reason, line) => {
    const reached: string[] = []
    await start({ jobs: promptJobs(), line: line as never, onStep: (point) => reached.push(point) })
    await expect(apply()).rejects.toMatchObject({ code: 'sp-tsm/notEligible', detail: { reasons: reason } })
    expect(await world.spTsm.census({})).toEqual({ orders: {} })
    expect(reached).toEqual([])
  })

  const recorded: Uint8Array[] = []
  let unknown = false
  const recording = (deps: SpTsmDeps): SpTsmDeps => {
    const verifySignature: Verifier['verifySignature'] = async (input) => {
      recorded.push(input.document)
      const judged = await deps.verifier.verifySignature(input)
      return unknown ? { ...judged, verdict: { ...judged.verdict, outcome: 'indeterminate' as const } } : judged
    }
    return { ...deps, verifier: { ...deps.verifier, verifySignature } }
  }

  test('one for a second phone of the same holder', async () => {
    await start({ jobs: promptJobs() })
    await installed()
    const second = await world.makePhone('second')
    const applied = second.apply({ card: 'adult', password: world.password })
    await expect(applied).rejects.toMatchObject({ code: 'sp-tsm/phoneExists' })
  })

  test('a replayed, an altered, a late one; one by a revoked card', async () => {
    let now = new Date('2026-04-01T09:00:00Z')
    await start({ jobs: promptJobs(), bend: recording, clock: () => now })
    // Nobody says that it is revoked while J-LIS is away, and it was not used up.
    unknown = true
    await expect(apply()).rejects.toMatchObject({ code: 'sp-tsm/statusUnknown', status: 503 })
    unknown = false
    const application = recorded.at(-1)!
    await world.spTsm.apply({ application })
    await expect(world.spTsm.apply({ application })).rejects.toMatchObject({ code: 'sp-tsm/nonceUsed' })
    const altered = application.map((byte, i) => (i === 120 ? byte ^ 1 : byte))
    await expect(world.spTsm.apply({ application: altered })).rejects.toMatchObject({
      code: 'sp-tsm/signatureNotPassed',
    })
    now = new Date('2026-04-01T09:11:00Z')
    await expect(world.spTsm.apply({ application })).rejects.toMatchObject({ code: 'sp-tsm/notFresh' })
    await apply()
    now = new Date('2026-04-01T09:00:30Z')
    const ofTheFuture = recorded.at(-1)!
    await expect(world.spTsm.apply({ application: ofTheFuture })).rejects.toMatchObject({ code: 'sp-tsm/notFresh' })
    now = new Date('2026-04-01T09:11:00Z')
    const { serial } = await world.verifier.verifySignature({ document: application })
    const revocation = { kind: 'sign', serial: serial!, reason: 'keyCompromise', requestedBy: 'counter' } as const
    await world.authority.revoke(revocation)
    await expect(apply()).rejects.toMatchObject({ code: 'sp-tsm/signatureNotPassed' })
  })
})

/** Key pairs are not what these tests are about: one for all. */
let pair: KeyPair | undefined
const keyPairs = () => (pair ??= generateKeyPair('RSA-2048'))

type Fault = (deps: SpTsmDeps) => SpTsmDeps
const carrierFault =
  (name: 'deployService' | 'beginConversation' | 'sendScript', times: number, at = 0): Fault =>
  (deps) => {
    let call = 0
    const minato = deps.carriers.minato!
    const bent = async (input: never) => {
      const n = call++
      if (n >= at && n < at + times) throw new Error('the line is down')
      return minato[name](input)
    }
    return { ...deps, carriers: { minato: { ...minato, [name]: bent } } }
  }

const answerLost: Fault = (deps) => {
  const issueForPhone: SpTsmDeps['authority']['issueForPhone'] = async (input) => {
    await deps.authority.issueForPhone(input)
    throw new Error('the answer was lost')
  }
  let lost = 3
  return {
    ...deps,
    authority: {
      ...deps.authority,
      issueForPhone: (input) => (lost-- > 0 ? issueForPhone(input) : deps.authority.issueForPhone(input)),
    },
  }
}

/** The certificate is there; when the way back asks for it, a proxy that was set up wrongly answers once. */
const foreignRefusal: Fault = (deps) => {
  let call = 0
  const issueForPhone: SpTsmDeps['authority']['issueForPhone'] = async (input) => {
    call++
    if (call === 4) throw new Refusal('proxy/forbidden', 403, 'not from here')
    const issued = await deps.authority.issueForPhone(input)
    if (call < 4) throw new Error('the answer was lost')
    return issued
  }
  return { ...deps, authority: { ...deps.authority, issueForPhone } }
}

/** Its database is full, or it is started anew, for so many tries. */
const authorityAway =
  (tries: number): Fault =>
  (deps) => {
    let left = tries
    const issueForPhone: SpTsmDeps['authority']['issueForPhone'] = async (input) => {
      if (left-- > 0) throw new Refusal(left % 2 ? 'peer/unreachable' : 'database/full', 503, 'not now')
      return deps.authority.issueForPhone(input)
    }
    return { ...deps, authority: { ...deps.authority, issueForPhone } }
  }

const cardDies: Fault = (deps) => ({
  ...deps,
  authority: {
    ...deps.authority,
    issueForPhone: async (input) => {
      const { cardAuthSerial: serial } = input
      await deps.authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'counter' })
      return deps.authority.issueForPhone(input)
    },
  },
})

describe('what goes wrong on the way is undone', () => {
  test.each<[string, Fault, string]>([
    ['deploying never succeeds', carrierFault('deployService', 3), 'sp-tsm/repeatedFailure'],
    ['no conversation for the keys', carrierFault('beginConversation', 3), 'sp-tsm/repeatedFailure'],
    ['conversations break while keys are set', carrierFault('sendScript', 3, 2), 'sp-tsm/repeatedFailure'],
    ['no conversation for the key pair', carrierFault('beginConversation', 3, 1), 'sp-tsm/repeatedFailure'],
    ['no conversation to write', carrierFault('beginConversation', 3, 2), 'sp-tsm/repeatedFailure'],
    ['the answers of the authority are lost', answerLost, 'sp-tsm/repeatedFailure'],
    ['and then something between says no in its place', foreignRefusal, 'sp-tsm/repeatedFailure'],
    ['the authority is away for as long as a job tries', authorityAway(10), 'sp-tsm/repeatedFailure'],
    ['the card is revoked before the certificate is issued', cardDies, 'authority/cardNotValid'],
  ])('%s', async (_, bend, refusal) => {
    await start({ bend, keyPairs, jobs: promptJobs() })
    await apply()
    await world.phone.install({})
    expect(await orderIn(world, 'undone', 'written')).toMatchObject({ state: 'undone', refusal, transportPin: null })
    await expectNothingLeft()
  })

  test('who is away for a while is waited for', async () => {
    await start({ bend: authorityAway(9), keyPairs, jobs: promptJobs() })
    await apply()
    await world.phone.install({})
    expect(await orderIn(world, 'undone', 'written')).toMatchObject({ state: 'written', refusal: null })
  })

  test('a chip that makes no such key pair, although its model is certified', async () => {
    const chip = SIM_MODELS['minato-nfc-1'] as { keyGeneration: SimModel['keyGeneration'] }
    const makes = chip.keyGeneration
    try {
      chip.keyGeneration = ['P-256']
      await start({ keyPairs, jobs: promptJobs() })
    } finally {
      chip.keyGeneration = makes
    }
    await apply()
    await world.phone.install({})
    const refusal = 'sp-tsm/repeatedFailure'
    expect(await orderIn(world, 'undone', 'written')).toMatchObject({ state: 'undone', refusal, serial: null })
    await expectNothingLeft()
  })

  test('a SIM out of reach for longer than a job lasts: the order is on its way back until it is woken', async () => {
    let reachable = true
    const bend: Fault = (deps) => {
      const minato = deps.carriers.minato!
      const terminateService: typeof minato.terminateService = async (input) => {
        if (!reachable) throw new Error('the phone is off')
        return minato.terminateService(input)
      }
      return { ...deps, carriers: { minato: { ...minato, terminateService } } }
    }
    const jobs = promptJobs()
    await start({ bend, keyPairs, jobs })
    const { serial } = await installed()
    reachable = false
    await world.phone.remove({})
    await orderIn(world, 'certificateRevoked')
    expect(await world.authority.status({ kind: 'auth', serial: serial! })).toMatchObject({ status: 'revoked' })
    await jobs.idle()
    reachable = true
    await world.spTsm.wake()
    expect((await orderIn(world, 'undone')).state).toBe('undone')
    await expectNothingLeft()
  })

  test('a phone that is out of reach is waited for, for longer than three failures, and it goes on where it was', async () => {
    const jobs = promptJobs()
    let off = false
    const onStep = (point: string) => {
      if (point !== 'before takeKeys' || off) return
      off = true
      void world.phone.setConnections(SITUATIONS.none)
    }
    await start({ onStep, keyPairs, jobs })
    await apply()
    await world.phone.install({})
    const attempts = async () => (await world.spTsm.records({ after: 0, limit: 1 })).orders[0]!.attempts
    await jobs.idle()
    expect(await attempts()).toBeGreaterThan(3)
    expect((await world.phone.order({})).order).toMatchObject({ state: 'deployed', refusal: null })
    await world.phone.setConnections(SITUATIONS.mobile)
    await world.spTsm.wake()
    expect(await orderIn(world, 'written', 'undone')).toMatchObject({ state: 'written' })
  })

  test('a fault that passes does no harm', async () => {
    await start({ bend: carrierFault('sendScript', 1, 9), keyPairs, jobs: promptJobs() })
    expect(await installed()).toMatchObject({ state: 'written', refusal: null })
  })

  test.each(['deploy', 'takeKeys', 'makeKeyPair', 'issue', 'write'])(
    'the holder removes it during %s',
    async (step) => {
      let removal: Promise<unknown> | undefined
      const onStep = (point: string) => {
        if (point === `before ${step}`) removal ??= world.phone.remove({})
      }
      await start({ onStep, keyPairs, jobs: promptJobs() })
      await apply()
      await world.phone.install({})
      await orderIn(world, 'undone', 'written')
      await removal
      expect(await orderIn(world, 'undone')).toMatchObject({ state: 'undone', refusal: null })
      await expectNothingLeft()
    },
  )
})
