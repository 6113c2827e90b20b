// Seed 0 蔦田: the application of a service in the SIM after one PIN. Real SIM, both TSMs, the authority's certificate.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemEntropy } from '../../../adapters/random.ts'
import { type TestDatabase, testDatabase } from '../../../adapters/testing/index.ts'
import { type Bytes, utf8 } from '../../../base/bytes.ts'
import { generateKeyPair, sha256 } from '../../../base/crypto.ts'
import * as rules from '../../../protocol/access-rules/index.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { hotp, nextPassword, partnerAids } from '../../../protocol/oath/index.ts'
import { choosePin } from '../../../world/choose-pin.ts'
import { orderIn, promptJobs, type SmallWorld, smallWorld } from '../../../world/testing/small-world.ts'
import { partnerService } from './partner.ts'
import { type MemberTables, memberMigrations, memberStore } from './store.ts'

const PIN = '4711'
const pair = generateKeyPair('RSA-2048')
const certificate = utf8('certificate that signed the app of the railway')
const railwayApp = rules.deviceApp('jp.example.railway', [certificate])
let now = new Date('2026-04-01T09:00:00Z')
let database: TestDatabase
let world: SmallWorld
let railway: ReturnType<typeof partnerService>
let requestId: string

const service = async (partner: string) =>
  partnerService({
    partner,
    name: 'さくら鉄道 会員証',
    app: sha256(certificate),
    spTsm: world.spTsm,
    keys: world.keys,
    entropy: systemEntropy,
    store: memberStore(await database.schema<MemberTables>(`service-${partner}`, memberMigrations)),
  })

beforeAll(async () => {
  database = await testDatabase()
  world = await smallWorld({ database, jobs: promptJobs(), keyPairs: () => pair, clock: () => now })
  await world.applied()
  await world.phone.install({})
  await orderIn(world, 'written', 'undone')
  await choosePin(world.phone, PIN)
  railway = await service('railway')
})
afterAll(() => database.close())

/** What the SIM holds of this partner, as anybody with the right to look sees. */
async function selectable(partner: string): Promise<boolean> {
  const sim = await world.sim()
  try {
    await run(sim, gp.select(partnerAids(partner).aid))
    return true
  } catch {
    return false
  } finally {
    await sim.end()
  }
}

async function password(caller: { app: string }): Promise<string> {
  const { aid } = partnerAids('railway')
  const { requestId: access } = await world.phone.askAccess({ caller, aid, purpose: '会員証', withPin: false })
  await world.phone.allowAccess({ requestId: access })
  const { channel } = await world.phone.accessState({ caller, requestId: access })
  const transmit = async (command: Bytes) =>
    (await world.phone.transmit({ caller, channel: channel!, command })).response
  const value = await run({ transmit }, nextPassword())
  await world.phone.closeAccess({ caller, channel: channel! })
  now = new Date(now.getTime() + 120_000)
  return value
}

describe('RFC 4226 appendix D', () => {
  const key = utf8('12345678901234567890')
  const values = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' ')
  test.each(values.map((value, count) => [count, value] as const))('count %i: %s', (count, value) =>
    expect(hotp(key, BigInt(count))).toBe(value),
  )
})

describe('seed 0 蔦田: a service of its own in the SIM, without a mailed access code', () => {
  test('the holder sees who asks; a wrong PIN deploys nothing; nothing is there before the approval', async () => {
    requestId = (await railway.offer()).requestId
    expect(await world.phone.showPartner({ requestId })).toMatchObject({ name: 'さくら鉄道 会員証', state: 'offered' })
    await expect(railway.personalise(requestId)).rejects.toMatchObject({ code: 'sp-tsm/partnerNotApproved' })
    await expect(world.phone.approvePartner({ requestId, pin: '0000' })).rejects.toMatchObject({
      code: 'phone/wrongPin',
    })
    expect(await selectable('railway')).toBe(false)
  })

  test('one PIN: domain, load file and application come into the SIM; the service puts in its own keys over SCP03', async () => {
    expect(await world.phone.approvePartner({ requestId, pin: PIN })).toEqual({ state: 'deployed' })
    expect(await selectable('railway')).toBe(true)
    await railway.personalise(requestId)
    const { firstKeys, firstKeyVersion } = await world.spTsm.partnerKeys({ requestId, partner: 'railway' })
    const { securityDomain: aid } = partnerAids('railway')
    const sim = await world.sim()
    const opened = run(sim, gp.select(aid)).then(() =>
      run(sim, gp.openScp03({ keys: firstKeys, keyVersion: firstKeyVersion, entropy: systemEntropy, aid })),
    )
    await expect(opened).rejects.toThrow()
    await sim.end()
  })

  test('its app gets passwords that the service takes once and in order; another app gets none', async () => {
    const { handle } = await world.phone.installApp({ package: railwayApp.name, certificates: [certificate] })
    const first = await password({ app: handle })
    const second = await password({ app: handle })
    await railway.check(requestId, second)
    for (const used of [second, first])
      await expect(railway.check(requestId, used)).rejects.toMatchObject({ code: 'service/wrongPassword' })
    await railway.check(requestId, await password({ app: handle }))
    const evil = { package: 'jp.example.evil', certificates: [utf8('another certificate')] }
    const caller = { app: (await world.phone.installApp(evil)).handle }
    await expect(password(caller)).rejects.toMatchObject({ code: 'phone/accessDenied' })
  })

  test('five wrong ones in a row, and not even the right one counts: it is put in anew', async () => {
    const caller = {
      app: (await world.phone.installApp({ package: railwayApp.name, certificates: [certificate] })).handle,
    }
    const guess = (value: string) => railway.check(requestId, value)
    for (let i = 0; i < 4; i++) await expect(guess('x')).rejects.toMatchObject({ code: 'service/wrongPassword' })
    await guess(await password(caller))
    for (let i = 0; i < 5; i++) await expect(guess('x')).rejects.toMatchObject({ code: 'service/wrongPassword' })
    await expect(guess(await password(caller))).rejects.toMatchObject({ code: 'service/passwordsUsedUp' })
  })

  test('another service gets nothing by this request, and an approval counts once, for what was signed', async () => {
    const other = await service('cinema')
    await expect(other.personalise(requestId)).rejects.toMatchObject({ code: 'sp-tsm/unknownPartnerRequest' })
    await expect(world.phone.approvePartner({ requestId, pin: PIN })).rejects.toMatchObject({
      code: 'sp-tsm/partnerRequestOver',
    })
    const late = await other.offer()
    const { certificates } = await world.phone.certificates({ pin: PIN })
    const forged = { certificate: certificates[0]!.certificate, signature: new Uint8Array(256).fill(7) }
    await expect(world.spTsm.approvePartner({ requestId: late.requestId, ...forged })).rejects.toMatchObject({
      code: 'sp-tsm/signatureNotPassed',
    })
    now = new Date(now.getTime() + 11 * 60_000)
    await expect(world.phone.approvePartner({ requestId: late.requestId, pin: PIN })).rejects.toMatchObject({
      code: 'sp-tsm/partnerRequestOver',
    })
    expect(await selectable('cinema')).toBe(false)
  })

  test('removed, nothing of it is left, and the certificate of J-LIS is what it was', async () => {
    expect(await railway.state(requestId)).toBe('member')
    await world.phone.removePartner({ requestId })
    expect(await railway.state(requestId)).toBe('none')
    expect(await selectable('railway')).toBe(false)
    await expect(railway.check(requestId, '000000')).rejects.toMatchObject({ code: 'service/noMember' })
    expect((await world.phone.certificates({ pin: PIN })).certificates).toHaveLength(1)
    expect(await world.phone.status({})).toMatchObject({ applet: 'ready' })
  })

  test('ends with the certificate by which the holder let it in, and all agree', async () => {
    const again = (await railway.offer()).requestId
    await world.phone.approvePartner({ requestId: again, pin: PIN })
    expect(await selectable('railway')).toBe(true)
    const { orderId } = (await world.phone.order({})).order!
    expect((await world.spTsm.partnersOf({ orderId })).partners).toMatchObject([{ partner: 'railway' }])
    await world.phone.remove({})
    await orderIn(world, 'undone')
    expect(await selectable('railway')).toBe(false)
    expect(await world.spTsm.showPartner({ requestId: again })).toMatchObject({ state: 'removed' })
    expect((await world.audit()).findings).toEqual([])
  })
})
