// The authority over HTTP for other roles, from its contract. What anyone may fetch: public/http.ts.

import { type ClientOptions, roleClient, roleRoutes } from '../../adapters/http/index.ts'
import { type Authority, authorityContract } from './contract.ts'
import { SERVICE_OF } from './parties/model.ts'

export { logRoutes } from './log/http.ts'
export { isPublic, publicSite, type Site } from './public/http.ts'
export const routes = (authority: Authority) => roleRoutes(authorityContract, authority)
export const client = (url: string, options: Omit<ClientOptions, 'url'> = {}): Authority =>
  roleClient(authorityContract, { ...options, url })

/** The name in the TLS certificate of a party: no role has such a one. */
export const partyCertificateName = (party: string): string => `party-${party}`
const partyOf = (caller: string | undefined) => /^party-(.+)$/.exec(caller ?? '')?.[1]

/**
 * For accredited parties, known by their TLS certificates: what each was granted in the register of parties, in its own
 * name; links in the right of a platform (`verifier`).
 */
export const partyMayCall =
  (authority: Authority) =>
  async (operation: string, caller: string | undefined, input: object): Promise<boolean> => {
    const name = partyOf(caller)
    if (name === undefined || !Object.hasOwn(SERVICE_OF, operation)) return false
    const { services } = await authority.grantedTo({ party: name })
    const own: Record<string, unknown> = { party: name, asker: 'verifier' }
    const inItsName = Object.entries(input).every(([member, value]) => !(member in own) || own[member] === value)
    return inItsName && services.includes(SERVICE_OF[operation as keyof typeof SERVICE_OF])
  }
