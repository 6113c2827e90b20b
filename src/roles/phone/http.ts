// The role over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Phone, phoneContract } from './contract.ts'

export const routes = (phone: Phone) => roleRoutes(phoneContract, phone)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Phone =>
  roleClient(phoneContract, { url, ...options })
