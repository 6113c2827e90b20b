// The counter over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Counter, counterContract } from './contract.ts'

export const routes = (counter: Counter) => roleRoutes(counterContract, counter)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Counter =>
  roleClient(counterContract, { ...options, url })
