// The verification platform as a process of its own for the bench: its OpenID provider and its contract on one port, its
// records on the given server, its keys in the given folder. The authority is asked over HTTP.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { openDatabase } from '../src/adapters/database/database.ts'
import { outside } from '../src/adapters/http/outside.ts'
import { fileKeyStore } from '../src/adapters/keys/index.ts'
import { systemEntropy } from '../src/adapters/random.ts'
import { client as authorityClient } from '../src/roles/authority/http.ts'
import { routes } from '../src/roles/verifier/http.ts'
import { createVerifier, type VerifierTables, verifierMigrations, verifierStore } from '../src/roles/verifier/index.ts'
import { createOpenId } from '../src/roles/verifier/openid/http.ts'

const [url, authority, keys, issuer] = process.argv.slice(2) as [string, string, string, string | undefined]
const database = await openDatabase({ url })
const deps = {
  store: verifierStore(await database.schema<VerifierTables>('verifier', verifierMigrations)),
  clock: () => new Date(),
  entropy: systemEntropy,
  keys: fileKeyStore(keys),
  authority: authorityClient(authority),
  log: () => undefined,
  ping: outside({ loopback: true }),
}
const server = createServer({ keepAliveTimeout: 120_000 }).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const address = `http://localhost:${(server.address() as AddressInfo).port}`
const contract = getRequestListener(routes(await createVerifier(deps)).fetch)
const loginPage = (loginId: string, uid: string) => `http://screen.invalid/${loginId}?uid=${uid}`
const openId = await createOpenId({ ...deps, issuer: `${issuer ?? address}/verifier`, loginPage })
server.on('request', (request: IncomingMessage, response) =>
  request.url?.startsWith('/verifier/') ? void openId.handler(request, response) : void contract(request, response),
)
process.send!(address)
process.on('disconnect', () => process.exit(0))
