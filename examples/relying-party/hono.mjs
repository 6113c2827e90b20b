// A service that logs people in, whole. docs/relying-party.md

import { readFileSync } from 'node:fs'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { relyingParty } from 'kazasu/relying-party'

const { ISSUER, CLIENT_ID, KEY_FILE, PORT = '3000' } = process.env
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
serve({ fetch: app.fetch, port: Number(PORT) })
