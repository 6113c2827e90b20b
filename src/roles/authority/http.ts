// The authority over HTTP for other roles, from its contract. What anyone may fetch: public/http.ts.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Authority, authorityContract } from './contract.ts'

export { logRoutes } from './log/http.ts'
export { isPublic, publicSite, type Site } from './public/http.ts'
export const routes = (authority: Authority) => roleRoutes(authorityContract, authority)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Authority =>
  roleClient(authorityContract, { ...options, url })
