// Who reads the platform's records can do nothing with what stands there, and learns nothing of what people did.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { standingIn } from '../../../adapters/testing/rows.ts'
import { fromUtf8, utf8 } from '../../../base/bytes.ts'
import { mandatesOf } from '../mandates/specimen.ts'
import { opened } from '../mandates/words.ts'
import { browser } from '../testing/browser.ts'
import { byTwo, deskOf } from '../testing/desk.ts'
import { ask, MESSAGE, person } from '../testing/http/approval-room.ts'
import { approved, exchange, type OpenIdRoom, openIdRoom, pushed, waiting } from '../testing/http/openid-room.ts'
import { PLATFORM } from '../testing/phone.ts'

let room: OpenIdRoom

beforeAll(async () => {
  room = await openIdRoom()
})
afterAll(() => room.close())

/** Values of cookies, and the names that addresses bring. */
const cookiesOf = ({ cookies }: ReturnType<typeof browser>) => [...cookies.values()].map(({ value }) => value)

test('no session, interaction, pushed request, code or token that is in use can be read from the records', async () => {
  const shop = await room.service('shop')
  const open = await pushed(shop, { login_hint: 'somebody' })
  const requestUri = open.location.searchParams.get('request_uri')!.split(':').at(-1)!
  const interaction = await waiting(room, open.location)
  const begun = await pushed(shop)
  const own = browser(room.server.issuer)
  const callback = await approved(room, begun.location, room.phone, own)
  const code = callback.searchParams.get('code')!
  const inUse = [requestUri, interaction.uid, code, begun.state, begun.nonce, 'somebody']
  const held = [...inUse, ...cookiesOf(interaction.browser), ...cookiesOf(own)]
  expect(held.length).toBeGreaterThan(9)
  expect(standingIn(await room.rows(), held)).toEqual([])
  const { access_token } = await exchange(shop, begun, callback)
  expect(standingIn(await room.rows(), [...held, access_token])).toEqual([])
  // And what is there is found by this search.
  expect(standingIn(await room.rows(), [interaction.loginId, 'shop'])).not.toEqual([])
})

const PURPOSE = '検診の結果を学校に渡すため'
const TITLE = '山田花子さんの契約書'
const CONTRACT = '山田花子は家を買う'
const TOKEN = 'notify-with-this-token-0123456789'

/** A service that asked the same person for an approval, an age, a tie to another service and a signature. */
async function busy(clientId: string) {
  const ciba = { notificationEndpoint: 'https://93.184.215.14/ping' }
  const service = await room.service(clientId, { ciba })
  const one = await person(room, service)
  const begun = await ask(service, { login_hint: one.subject, client_notification_token: TOKEN })
  const { requestId: age } = await room.verifier.askAge({ clientId, limit: 20 })
  const wanted = { clientId, subject: one.subject, with: 'other', purpose: PURPOSE, days: 30 }
  const { requestId: link } = await room.verifier.askLink(wanted)
  const document = utf8(CONTRACT)
  const asked = { clientId, title: TITLE, format: 'CAdES', level: 'B-B', document } as const
  const { requestId: signature } = await room.verifier.askSignature(asked)
  const read = async () => {
    const [approval] = await one.phone.asked()
    const shown = await room.verifier.signatureRequest({ requestId: signature })
    const { purpose } = await room.verifier.linkRequest({ requestId: link })
    const { limit } = await room.verifier.ageRequest({ requestId: age })
    return [approval?.procedure, shown.title, fromUtf8(shown.document), purpose, limit]
  }
  return {
    begun,
    read,
    requestId: signature,
    open: async () => room.verifier.signatureRequest({ requestId: signature }),
  }
}

const WORDS = [MESSAGE, TITLE, CONTRACT, PURPOSE, 20]

test('nothing that a service says of a person, or wants of one, can be read from the records', async () => {
  await room.service('other')
  const { begun, read } = await busy('clinic')
  expect(await read()).toEqual(WORDS)
  const said = [MESSAGE, TITLE, CONTRACT, PURPOSE, begun.auth_req_id, TOKEN]
  expect(standingIn(await room.rows(), said)).toEqual([])
})

test('keys of tenants change while everything stays readable, and what was sealed for one row opens in no other', async () => {
  const { read, requestId } = await busy('school')
  const keysOf = async () => (await room.rows()).split('\n').filter((row) => row.startsWith('tenant_key '))
  const before = await keysOf()
  const reading = Promise.all(Array.from({ length: 10 }, read))
  const { generation } = await room.verifier.rotateTenantKeys({
    session: (await deskOf(room.verifier, ['operator'])).operator,
  })
  expect(await reading).toEqual(Array(10).fill(WORDS))
  const after = await keysOf()
  expect(after.length).toBeGreaterThan(before.length)
  expect(after.filter((row) => !row.includes(`"generation": ${generation}`))).toEqual([])
  expect(await read()).toEqual(WORDS)
  const mine = await room.deps.store.requests.find(requestId)
  const theirs = { ...mine!, requestId: 'another' }
  await room.deps.store.requests.add(theirs)
  await expect(room.verifier.signatureRequest({ requestId: 'another' })).rejects.toThrow()
})

test('with the keys of a tenant, what was kept for it is gone, and nobody else’s', async () => {
  const [firm, city] = [await busy('firm'), await busy('city')]
  const desk = await deskOf(room.verifier, ['operator', 'release'])
  const erase = (tenantId = 'service firm') => byTwo(room.verifier, desk, 'erase', tenantId)
  await expect(erase()).rejects.toMatchObject({ code: 'verifier/tenantInUse' })
  await byTwo(room.verifier, desk, 'close', 'firm')
  await erase()
  await expect(firm.open()).rejects.toMatchObject({ code: 'verifier/erased' })
  const read = firm.read().catch(({ code }) => code)
  expect(await read).toBe('verifier/erased')
  expect(await city.read()).toEqual(WORDS)
  await expect(erase()).rejects.toMatchObject({ code: 'verifier/nothingKept' })
  await expect(erase('service ')).rejects.toMatchObject({ code: 'verifier/tenantInUse' })
})

test('what two people agreed on is sealed for its mandate; what stood in clear from before is sealed at the next start', async () => {
  const { verifier, deps, authority } = room
  await room.service('pharmacy', {
    delegation: { kinds: ['general'], acts: [{ act: 'collect', title: '薬 / Medicine' }] },
  })
  const mandates = mandatesOf({ verifier, platform: PLATFORM, entropy: deps.entropy, clock: deps.clock })
  const [mother, daughter] = [authority.issue('auth'), authority.issue('auth')]
  const terms = {
    ...{ principalCalled: '花の母', delegateCalled: '花の長女', purpose: '花粉の薬', subDelegation: 0, within: null },
    scope: [{ clientId: 'pharmacy', acts: ['collect'] }],
    ...{ from: deps.clock(), until: new Date(deps.clock().getTime() + 86_400_000) },
  }
  const mandateId = await mandates.give(mother, daughter, terms)
  const words = ['花の母', '花の長女', '花粉の薬']
  const here = async () => (await deps.store.mandates.chain(mandateId))[0]!
  const read = async () => (await opened(deps, [await here()]))[0]
  expect(standingIn(await room.rows(), words)).toEqual([])
  expect(await read()).toMatchObject(terms)
  // Sealed for this mandate: under another name it opens nothing.
  await expect(opened(deps, [{ ...(await here()), mandateId: 'another' }])).rejects.toThrow()
  const column = (name: string, text: string) =>
    room.sql(`update ${room.schema}.mandate set ${name} = '${text}', words = null`)
  const clear = { principal_called: words[0]!, delegate_called: words[1]!, purpose: words[2]! }
  for (const [name, text] of Object.entries(clear)) await column(name, text)
  await column('scope', JSON.stringify(terms.scope))
  expect(standingIn(await room.rows(), words)).toHaveLength(1)
  await room.another({})
  expect(standingIn(await room.rows(), words)).toEqual([])
  expect(await read()).toMatchObject(terms)
})
