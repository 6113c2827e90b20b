// The terminal over HTTP, from its contract.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Terminal, terminalContract } from './contract.ts'

export const routes = (terminal: Terminal) => roleRoutes(terminalContract, terminal)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Terminal =>
  roleClient(terminalContract, { ...options, url })
