// The role over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type SpTsm, spTsmContract } from './contract.ts'

export const routes = (spTsm: SpTsm) => roleRoutes(spTsmContract, spTsm)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): SpTsm =>
  roleClient(spTsmContract, { url, ...options })
