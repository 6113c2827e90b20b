// A service that logs people in and hears of changes, whole. docs/relying-party.md

import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { LoginRefused, PlatformAway, relyingParty } from 'kazasu/relying-party'

const { ISSUER, CLIENT_ID, KEY_FILE, PORT } = process.env
const redirectUri = `http://localhost:${PORT}/callback`
const key = JSON.parse(readFileSync(KEY_FILE, 'utf8'))
const kazasu = await relyingParty({ issuer: ISSUER, clientId: CLIENT_ID, redirectUri, key })

const app = new Hono()
app.get('/', async (c) => {
  const { location, pending } = await kazasu.begin()
  setCookie(c, 'login', pending, { httpOnly: true, sameSite: 'Lax', maxAge: 600 })
  return c.redirect(location)
})
app.get('/callback', async (c) => {
  const { subject, by } = await kazasu.finish(c.req.url, getCookie(c, 'login') ?? '')
  return c.text(`You are ${subject}, by your ${by}.`)
})
app.post('/events', async (c) => {
  const event = await kazasu.event(await c.req.text()).catch(() => undefined)
  if (!event) return c.json({ err: 'invalid_request' }, 400)
  console.log(`heard of: ${event.type}`)
  return c.body(null, 202)
})
app.onError((error, c) => {
  if (error instanceof LoginRefused) return c.text(`${error.message}. Again: http://localhost:${PORT}/`, 403)
  if (error instanceof PlatformAway) return c.text(`${error.message}. Load this page again.`, 503)
  console.error(error)
  return c.text('Something is wrong here.', 500)
})
serve({ fetch: app.fetch, port: Number(PORT) }, () => console.log(`Open http://localhost:${PORT}`))
