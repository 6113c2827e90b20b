// The platform starts while J-LIS is away: it is there and says so, approves nothing, and goes on by itself when J-LIS answers.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleClient, roleRoutes, type Served, serve } from '../../../adapters/http/index.ts'
import { freePort } from '../../../adapters/testing/postgres-server.ts'
import { authorityContract } from '../../authority/contract.ts'
import { back, exchange, type OpenIdRoom, openIdRoom, plain, waiting } from '../testing/http/openid-room.ts'
import { answer } from '../testing/phone.ts'

let room: OpenIdRoom
let jlis: Served | undefined
let port: number

beforeAll(async () => {
  port = await freePort()
  room = await openIdRoom(undefined, { authority: roleClient(authorityContract, { url: `http://127.0.0.1:${port}` }) })
})
afterAll(async () => {
  await jlis?.close()
  await room?.close()
})

/** J-LIS answers from now on, at its address. */
const returns = async () => {
  jlis = await serve(roleRoutes(authorityContract, room.authority as never), { host: '127.0.0.1', port })
}
const toldOf = async (loginId: string, holder = room.phone) => (await answer(room.verifier, holder, loginId)).verdict

test('a login waits while J-LIS is away from the start, and is done by the same answer once it is back; a revoked one is not', async () => {
  const shop = await room.service('shop')
  const begin = async () => {
    const begun = await plain(shop)
    return { begun, login: await waiting(room, begun.location) }
  }
  const [one, other] = [await begin(), await begin()]
  const screen = (await back(room, one.login)).href
  for (let times = 0; times < 2; times++) {
    const { outcome, checks } = await toldOf(one.login.loginId)
    expect([outcome, checks[0]]).toMatchObject(['indeterminate', { name: 'trust anchors are at hand', outcome }])
    expect((await room.verifier.showLogin({ loginId: one.login.loginId })).state).toBe('waiting')
    // No code: the browser is where it was.
    expect((await back(room, one.login)).href).toBe(screen)
  }
  const { certificate } = room.phone
  expect((await room.verifier.verifyCertificate({ certificate })).verdict.outcome).toBe('indeterminate')
  const noted = (await room.deps.store.services.activity('shop', true, 10)).map(({ what, reason }) => [what, reason])
  expect(noted).toEqual([
    ['login', 'trust anchors are at hand'],
    ['login', 'trust anchors are at hand'],
  ])
  expect(await notes()).toBe(0)

  await returns()
  expect((await toldOf(one.login.loginId)).outcome).toBe('passed')
  expect((await exchange(shop, one.begun, await back(room, one.login))).claims()?.sub).toBeDefined()
  expect(await notes()).toBe(1)
  const gone = room.authority.issue('auth')
  room.authority.revoke(gone.serial)
  expect((await toldOf(other.login.loginId, gone)).outcome).toBe('failed')
})

/** Logins that the records say were approved. */
const notes = async () => (await room.rows()).split('login_note').length - 1
