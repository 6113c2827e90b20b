// Who reads the platform's records can do nothing with what stands there, and learns nothing of what people did.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { standingIn } from '../../../adapters/testing/rows.ts'
import { browser } from '../testing/browser.ts'
import { approved, exchange, type OpenIdRoom, openIdRoom, pushed, waiting } from '../testing/http/openid-room.ts'

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
