import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../adapters/clock.ts'
import { mutualTlsFetch, roleRoutes, serve } from '../../../adapters/http/index.ts'
import { volatileKeyStore } from '../../../adapters/keys/index.ts'
import { systemEntropy } from '../../../adapters/random.ts'
import { tlsIdentity } from '../../../adapters/tls-identity.ts'
import { utf8 } from '../../../base/bytes.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { authorityContract } from '../contract.ts'
import { client, partyCertificateName, partyMayCall } from '../http.ts'
import type { TestAuthority } from '../test-authority.ts'
import { authorityWithParties, BANK, type Certified, type Holder, nonce, SHOP } from './specimen.ts'

let made: TestAuthority
let holder: (birthDate?: string) => Promise<Holder>
let issue: (residentId: string, kind: 'auth' | 'sign') => Promise<Certified>
beforeAll(async () => {
  ;({ made, holder, issue } = await authorityWithParties(openResidentRegister))
})
afterAll(() => made.close())

describe('chains of renewals', () => {
  test('from any certificate the one before and the one after, for those who may ask for its place', async () => {
    const who = await holder()
    const { authority } = made
    await authority.revoke({ kind: 'sign', serial: who.sign.serial, reason: 'superseded', requestedBy: 'counter' })
    made.clock.now = new Date(made.clock.now.getTime() + 1000)
    const second = await issue(who.residentId, 'sign')
    const of = (serial: bigint, asker: 'verifier' | 'sp-tsm') => authority.chain({ kind: 'sign', serial, asker })
    const serials = [who.sign.serial, second.serial]
    expect(await of(who.sign.serial, 'verifier')).toEqual({
      serials,
      position: 0,
      predecessor: null,
      successor: second.serial,
    })
    expect(await of(second.serial, 'verifier')).toMatchObject({ position: 1, predecessor: who.sign.serial })
    await expect(of(second.serial, 'sp-tsm')).rejects.toMatchObject({ code: 'authority/notYoursToAsk' })
    const noted = await made.tables.selectFrom('party_answer').selectAll().where('service', '=', 'link').execute()
    expect(noted.map(({ party }) => party)).toEqual(['verifier', 'verifier'])
  })
})

describe('parties over mutual TLS', () => {
  const installation = { keys: volatileKeyStore(systemEntropy), clock: systemClock, entropy: systemEntropy }
  const mayCall = (...call: Parameters<ReturnType<typeof partyMayCall>>) => partyMayCall(made.authority)(...call)
  const identity = (name: string) => tlsIdentity(installation, name, '127.0.0.1')
  const asParty = async (name: string, url: string) =>
    client(url, { fetch: mutualTlsFetch(await identity(partyCertificateName(name))) })

  test('a party asks what it was granted, in its own name, until its accreditation ends; a role’s certificate is no party’s', async () => {
    const app = roleRoutes(authorityContract, made.authority, { mayCall })
    const served = await serve(app, { port: 0, tls: await identity('authority') })
    try {
      const shop = await asParty(SHOP, served.url)
      expect(await shop.ageKey({})).toEqual(await made.authority.ageKey({}))
      const notYours = { code: 'request/not-yours' }
      await expect(shop.latestFacts({ party: SHOP, serial: 1n })).rejects.toMatchObject(notYours)
      await expect(shop.parties({})).rejects.toMatchObject(notYours)
      const question = { limit: 20, nonce: nonce(), at: made.clock.now, proof: utf8('x') }
      await expect(shop.determineAge({ ...question, party: BANK })).rejects.toMatchObject(notYours)
      await expect(shop.determineAge({ ...question, party: SHOP })).rejects.toMatchObject({
        code: 'authority/ageNotDetermined',
      })
      const before = made.clock.now
      made.clock.now = new Date('2027-06-01T00:00:01Z')
      await expect(shop.ageKey({})).rejects.toMatchObject(notYours)
      made.clock.now = before
      const role = client(served.url, { fetch: mutualTlsFetch(await identity(SHOP)) })
      await expect(role.ageKey({})).rejects.toMatchObject(notYours)
    } finally {
      await served.close()
    }
  })
})
