// The provider listening on a port of this machine, for tests: the issuer is known only when it listens.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AskerOf } from '../openid/http/asker.ts'
import { createOpenId, type OpenId, type OpenIdOptions } from '../openid/http.ts'

/** Where the login screen would be. */
export const SCREEN = 'http://screen.invalid/'

export interface OpenIdServer {
  readonly issuer: string
  /** Where it really listens. */
  readonly address: string
  readonly openId: OpenId
  close(): void
}

/** `behind`: the issuer, when a proxy stands in front. */
export async function openIdServer(
  options: Omit<OpenIdOptions, 'issuer' | 'loginPage'>,
  behind?: string,
): Promise<OpenIdServer> {
  const server = createServer({ keepAliveTimeout: 65_000 }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://localhost:${(server.address() as AddressInfo).port}/verifier`
  const issuer = behind ?? address
  const loginPage = (loginId: string, uid: string) => `${SCREEN}${loginId}?uid=${uid}`
  const openId = await createOpenId({ ...options, issuer, loginPage })
  server.on('request', (req, res) => void openId.handler(req, res))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { issuer, address, openId, close }
}

/** Who names itself is believed: for tests of what comes after that. */
export const named: AskerOf = async ({ authorization }) => ({ clientId: authorization?.split(' ')[1] ?? '' })
