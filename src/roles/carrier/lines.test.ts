import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminGate } from '../../adapters/admin-server.ts'
import { systemClock } from '../../adapters/clock.ts'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { jpkiLoadFile } from '../../protocol/jpki-ap/index.ts'
import { promptJobs } from '../../world/testing/small-world.ts'
import type { Carrier, Subscription } from './contract.ts'
import {
  type CarrierTables,
  carrierMigrations,
  carrierStore,
  createCarrier,
  createMvno,
  DEVICES,
  SIM_MODELS,
} from './index.ts'

const request = () => ({
  functionCallIdentifier: hex(systemEntropy(16)),
  requestingEntity: 'sp-tsm',
  serviceInstance: 'a',
  uiApp: new Uint8Array(32),
})
const LINE: Subscription = {
  msisdn: '819000000001',
  iccid: '8981990000000000018',
  simModel: 'minato-nfc-1',
  deviceModel: 'kazasu-phone-1',
  subscriber: { name: '風見　あかり', birthDate: '1988-04-12' },
}
const CLASSIC = { ...LINE, msisdn: '819000000009', iccid: '8981990000000000091', simModel: 'minato-classic-1' }
const QUESTION = {
  msisdn: LINE.msisdn,
  iccid: LINE.iccid,
  deviceModel: LINE.deviceModel,
  applicant: LINE.subscriber,
}

const never = async () => {
  throw new Error('nothing is sent to a SIM here')
}
const network = {
  ...{ proxyOpen: never, proxyTransmit: never, proxyClose: never, shortMessages: never },
  connections: async () => ({ mobileData: true, wifi: false, shortMessages: true, deviceModel: 'kazasu-phone-1' }),
}
const gate = adminGate()

let database: TestDatabase
let minato: Carrier
let kodama: Carrier

beforeAll(async () => {
  database = await testDatabase()
  const store = carrierStore(await database.schema<CarrierTables>('carrier-minato', carrierMigrations))
  const common = {
    clock: systemClock,
    entropy: systemEntropy,
    jobs: promptJobs(),
    log: () => undefined,
    models: SIM_MODELS,
    devices: DEVICES,
    spTsm: () => {
      throw new Error('no SIM here holds the service')
    },
    donor: () => undefined,
  }
  minato = createCarrier({
    ...common,
    id: 'minato',
    mode: 'SIMPLE',
    store,
    keys: volatileKeyStore(systemEntropy),
    loadFile: jpkiLoadFile(),
    proxyApp: new Uint8Array(32),
    gate,
    proxyOf: async () => network,
  })
  kodama = createMvno({
    ...common,
    id: 'kodama',
    store: carrierStore(await database.schema<CarrierTables>('carrier-kodama', carrierMigrations)),
    host: minato,
    hostId: 'minato',
  })
  await minato.subscribe(LINE)
  await minato.subscribe(CLASSIC)
})
afterAll(() => database.close())

test('the subscriber with a certified SIM in a supported phone is eligible', async () =>
  expect(await minato.checkGlobalEligibility(QUESTION)).toEqual({ eligible: true, reasons: [], bearer: 'proxy' }))

test('width and spaces in a name do not make another person', async () => {
  const applicant = { ...LINE.subscriber, name: '風見 あかり' }
  expect((await minato.checkGlobalEligibility({ ...QUESTION, applicant })).eligible).toBe(true)
})

test.each([
  ['a number that is not ours', { msisdn: '819099999999' }, ['unknown-line']],
  ['the SIM of another line', { iccid: CLASSIC.iccid }, ['sim-not-of-line']],
  ['another phone', { deviceModel: 'old-phone-1' }, ['device-not-supported']],
  ['another name', { applicant: { ...LINE.subscriber, name: '風見　正造' } }, ['not-the-subscriber']],
  ['another birth date', { applicant: { ...LINE.subscriber, birthDate: '1988-04-13' } }, ['not-the-subscriber']],
  ['a SIM without certified applet', { msisdn: CLASSIC.msisdn, iccid: CLASSIC.iccid }, ['sim-not-certified']],
] as const)('%s: %s', async (_, change, reasons) =>
  expect(await minato.checkGlobalEligibility({ ...QUESTION, ...change })).toEqual({
    eligible: false,
    reasons,
    bearer: null,
  }),
)

test('all reasons are given, not only the first', async () => {
  const { reasons } = await minato.checkGlobalEligibility({
    ...QUESTION,
    iccid: CLASSIC.iccid,
    deviceModel: 'old-phone-1',
  })
  expect(reasons).toEqual(['sim-not-of-line', 'device-not-supported'])
})

test('a suspended line is not eligible', async () => {
  const line = { ...LINE, msisdn: '819000000008', iccid: '8981990000000000083' }
  await minato.subscribe(line)
  await minato.suspendLine({ msisdn: line.msisdn, reason: 'unpaid' })
  const { reasons } = await minato.checkGlobalEligibility({ ...QUESTION, msisdn: line.msisdn, iccid: line.iccid })
  expect(reasons).toEqual(['line-suspended'])
})

test('the same subscription again is no error; other particulars are', async () => {
  await expect(minato.subscribe(LINE)).resolves.toEqual({})
  await expect(minato.subscribe({ ...LINE, subscriber: { ...LINE.subscriber, name: '別人' } })).rejects.toMatchObject({
    code: 'carrier/lineTaken',
  })
  await expect(minato.subscribe({ ...LINE, msisdn: '819000000007' })).rejects.toMatchObject({
    code: 'carrier/lineTaken',
  })
  await expect(minato.stockSim({ iccid: LINE.iccid, simModel: 'aozora-nfc-1' })).rejects.toMatchObject({
    code: 'carrier/simOfOtherModel',
  })
  await expect(minato.stockSim({ iccid: '8981990000000000067', simModel: 'toString' })).rejects.toMatchObject({
    code: 'carrier/unknownSimModel',
  })
})

test('an uncertified SIM is refused before any phone is asked', async () => {
  const deployed = await minato.deployService({ ...request(), iccid: CLASSIC.iccid })
  expect(deployed).toMatchObject({
    functionExecutionStatus: { status: 'FAILED', statusCode: { code: 'carrier/simNotCertified' } },
    result: null,
  })
})

test('an MVNO has lines of its own, on SIMs of its host, and reaches only those', async () => {
  const line = { ...LINE, msisdn: '819000000003', iccid: '8981990000000000034', deviceModel: 'sim-free-phone-1' }
  await kodama.subscribe(line)
  const { subscriber: applicant, simModel: _, ...ours } = line
  expect(await kodama.checkGlobalEligibility({ ...ours, applicant })).toEqual({
    eligible: true,
    reasons: [],
    bearer: 'proxy',
  })
  expect((await minato.checkGlobalEligibility({ ...ours, applicant })).reasons).toEqual(['unknown-line'])
  const another = { ...request(), iccid: LINE.iccid }
  await expect(kodama.deployService(another)).rejects.toMatchObject({ code: 'carrier/unknownSim' })
  // Nor past its own records, in its own name or in that of J-LIS's TSM.
  const asKodama = await minato.deployService({ ...another, requestingEntity: 'kodama' })
  expect(asKodama.functionExecutionStatus.statusCode?.code).toBe('carrier/unknownSim')
  const past = await minato.deployService({ ...request(), iccid: line.iccid })
  expect(past.functionExecutionStatus.statusCode?.code).toBe('carrier/unknownSim')
})
