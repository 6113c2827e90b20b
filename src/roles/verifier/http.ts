// The verifier's contract on the network. Its OpenID provider is in openid/http.ts.

import { type ClientOptions, type RouteOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Verifier, verifierContract } from './contract.ts'

export const routes = (verifier: Verifier, options?: RouteOptions) => roleRoutes(verifierContract, verifier, options)
export const client = (options: ClientOptions): Verifier => roleClient(verifierContract, options)
