// The log of signatures for anyone: JSON with hashes in hex, so that a script can check it. No authentication.
// GET /head, /inclusion/:statement, /consistency/:first, /entries/:from.

import { type Context, Hono } from 'hono'
import { problemResponse } from '../../../adapters/http/index.ts'
import { type Bytes, fromHex, fromUtf8, hex } from '../../../base/bytes.ts'
import { no } from '../refusals.ts'
import type { PublicLog } from './public-log.ts'

const MOST_ENTRIES = 256
/** What is proved stays proved; the newest head does not stay the newest. */
const LASTING = { 'cache-control': 'public, max-age=86400, immutable' }
const PASSING = { 'cache-control': 'public, max-age=10' }

/** `?size=` asks for a proof against an earlier head. */
export function logRoutes(authority: PublicLog): Hono {
  const app = new Hono()
  app.get('/head', async (context) => {
    const { root, signature, publicKey, ...head } = await authority.logHead({})
    return context.json(
      { ...head, root: hex(root), signature: hex(signature), publicKey: hex(publicKey) },
      200,
      PASSING,
    )
  })
  app.get('/inclusion/:statement', async (context) => {
    const size = sizeOf(context)
    const found = await authority.logInclusion({ statement: statementOf(context), ...size })
    const { entry, proof, ...place } = found
    return context.json({ ...place, entry: fromUtf8(entry), proof: proof.map(hex) }, 200, size.size ? LASTING : PASSING)
  })
  app.get('/consistency/:first', async (context) => {
    const size = sizeOf(context)
    const asked = { first: numberOf(context.req.param('first')), ...(size.size && { second: size.size }) }
    const { proof, ...head } = await authority.logConsistency(asked)
    return context.json({ ...asked, ...head, proof: proof.map(hex) }, 200, size.size ? LASTING : PASSING)
  })
  app.get('/entries/:from', async (context) => {
    const from = numberOf(context.req.param('from'))
    const { entries } = await authority.logEntries({ from, most: MOST_ENTRIES })
    return context.json(
      { from, entries: entries.map(fromUtf8) },
      200,
      entries.length === MOST_ENTRIES ? LASTING : PASSING,
    )
  })
  app.onError((error) => problemResponse(error))
  return app
}

function numberOf(text: string | undefined): number {
  if (!/^[0-9]{1,15}$/.test(text ?? '')) throw no.notInLog()
  return Number(text)
}

function sizeOf(context: Context): { size?: number } {
  const size = context.req.query('size')
  return size === undefined ? {} : { size: numberOf(size) }
}

function statementOf(context: Context): Bytes {
  const text = context.req.param('statement') ?? ''
  if (!/^[0-9a-f]{64}$/.test(text)) throw no.notInLog()
  return fromHex(text)
}
