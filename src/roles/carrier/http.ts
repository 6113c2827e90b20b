// The role over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Carrier, carrierContract } from './contract.ts'

export const routes = (carrier: Carrier) => roleRoutes(carrierContract, carrier)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Carrier =>
  roleClient(carrierContract, { url, ...options })
