// The counter's screens as HTTP: nothing without a session, a resident found, what a page of a person shows.

import type { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { CLERKS } from '../../world/clerks.ts'
import { CLERK } from '../../world/people.ts'
import { temporaryWorld } from '../../world/temporary.ts'
import type { World } from '../../world/world.ts'
import { createWeb } from './index.ts'
import { webWorld } from './world.ts'

const DESK = { office: 'counter', part: 'clerk', to: '/counter' }

let world: World
let web: Hono
let cookie = ''
beforeAll(async () => {
  world = await temporaryWorld({ database: await testDatabase() })
  web = createWeb({ world: webWorld(world) })
})
afterAll(() => world?.close())

const get = (path: string) => web.request(`${world.origin}${path}`, { headers: { cookie, 'accept-language': 'ja' } })
const send = (path: string, fields: Record<string, string>) =>
  web.request(`${world.origin}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { origin: world.origin, cookie, 'accept-language': 'ja' },
  })

test('without a session there is the sign-in and nothing else', async () => {
  expect(await (await get('/counter/person/adult')).text()).not.toContain('風見')
  expect((await send('/desk/sign-in', { ...DESK, clerk: CLERK.clerkId, passcode: 'wrong-passcode' })).status).toBe(403)
})

test('a clerk finds a resident, records a move after a question, and sees the certificate end', async () => {
  const signedIn = await send('/desk/sign-in', { ...DESK, clerk: CLERK.clerkId, passcode: CLERK.passcode })
  cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!
  expect(await (await send('/counter', { name: 'あかり', birthDate: '' })).text()).toContain('/counter/person/adult')
  const before = await (await get('/counter/person/adult')).text()
  expect(before).toContain('1399900000000001')
  const { fourInfo } = await world.register.find({ residentId: 'adult' })
  const move = {
    how: 'photo-document',
    reference: 'L-0042',
    event: 'move',
    name: fourInfo.name,
    address: '東京都かざす市はま町９番',
  }
  expect(await (await send('/counter/person/adult/event', move)).text()).toContain('この内容でよいですか')
  expect((await world.register.find({ residentId: 'adult' })).fourInfo).toEqual(fourInfo)
  expect((await send('/counter/person/adult/event', { ...move, confirmed: 'yes' })).status).toBe(303)
  expect(await (await get('/counter/person/adult')).text()).toContain('status-revoked')
  const renewal = { how: 'photo-document', reference: 'L-0042', kind: 'sign' }
  expect((await send('/counter/person/adult/renew', renewal)).status).toBe(303)
  expect((await send('/counter/person/adult/undo', {})).status).toBe(303)
  expect((await world.register.find({ residentId: 'adult' })).fourInfo).toEqual(fourInfo)
})

test('the operators see numbers of the database', async () => {
  const text = await (await get('/authority')).text()
  expect(text).toContain('日ごとの発行と停止')
  expect(text).toContain('認定された事業者')
})

test('at the authority a certificate is revoked by an operator who is signed in, whose name is kept', async () => {
  const serial = await world.signSerialOf('elder')
  const status = async () => (await world.authority.status({ kind: 'sign', serial })).status
  const form = { kind: 'sign', serial: serial.toString(), reason: 'keyCompromise' }
  expect(await (await send('/authority/revoke', form)).text()).toContain('J-LISの仕事を始める')
  for (const path of [
    '/authority/party',
    '/authority/desk',
    '/authority/campaigns',
    '/call-centre',
    '/carriers/minato',
  ])
    expect(await (await get(path)).text()).toContain('の仕事を始める')
  const [sato, , tanaka] = CLERKS['j-lis']
  const as = async (clerk: typeof sato | typeof tanaka) => {
    await world.spTsm.addClerk({ ...clerk, parts: [...clerk.parts] })
    cookie = `clerk-j-lis=${(await world.spTsm.signIn(clerk)).session}`
    return send('/authority/revoke', form)
  }
  expect((await as(tanaka)).status).toBe(403)
  expect(await status()).toBe('valid')
  expect((await as(sato)).status).toBe(303)
  expect(await status()).toBe('revoked')
  const { acts } = await world.spTsm.deskActs({ limit: 5 })
  expect(acts).toMatchObject([{ clerk: 'sato', act: 'revoke', reference: `sign ${serial}` }])
})
