// The verifier's contract on the network. Its OpenID provider is in openid/http.ts.

import { type ClientOptions, type RouteOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Verifier, verifierContract } from './contract.ts'

/** Documents, and a hundred of them at once. */
const BODY_LIMIT = 32 * 1024 * 1024

export const routes = (verifier: Verifier, options?: RouteOptions) =>
  roleRoutes(verifierContract, verifier, { bodyLimit: BODY_LIMIT, ...options })
export const client = (options: ClientOptions): Verifier => roleClient(verifierContract, options)
