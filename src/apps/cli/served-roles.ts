// Which roles can be a process of their own, whom each asks, and what it shows the public.

import type { RequestListener } from 'node:http'
import type { Fetch } from '../../adapters/http/index.ts'
import type { Contract, Implementation } from '../../base/contract.ts'
import { Refusal } from '../../base/refusal.ts'
import { authorityContract } from '../../roles/authority/contract.ts'
import { publicRoutes } from '../../roles/authority/http.ts'
import { carrierContract } from '../../roles/carrier/contract.ts'
import { phoneContract } from '../../roles/phone/contract.ts'
import { residentRegisterContract } from '../../roles/resident-register/contract.ts'
import { serviceContract } from '../../roles/service/contract.ts'
import { spTsmContract } from '../../roles/sp-tsm/contract.ts'
import { terminalContract } from '../../roles/terminal/contract.ts'
import { verifierContract } from '../../roles/verifier/contract.ts'
import { CARRIERS, type CarrierId, CITIZEN_NAMES, CITIZENS, type CitizenName } from '../../world/people.ts'
import type { Platform } from '../../world/platform.ts'
import * as build from '../../world/roles.ts'
import { createShelf } from '../../world/shelf.ts'
import type { Peers } from './serve.ts'

export interface Setting {
  readonly platform: Platform
  readonly peers: Peers
  readonly id: string | undefined
  /** Where the public reaches this process. */
  readonly origin: string
  /** Where the verifier shows itself to the public. */
  readonly openid: string | undefined
}

export interface ServedRole {
  readonly contract: Contract
  readonly build: (setting: Setting) => Promise<{
    readonly role: Implementation<Contract>
    readonly public?: { fetch: Fetch } | RequestListener
  }>
}

const phoneOf = (peers: Peers, iccid: string) => {
  const name = CITIZEN_NAMES.find((one) => CITIZENS[one].line.iccid === iccid)
  return peers(phoneContract, `phone-${name}`)
}

export const ROLES = {
  'resident-register': {
    contract: residentRegisterContract,
    build: async ({ platform }) => ({ role: await build.buildResidentRegister(platform) }),
  },
  authority: {
    contract: authorityContract,
    build: async ({ platform, peers }) => {
      const role = await build.buildAuthority(platform, peers(residentRegisterContract))
      return { role, public: publicRoutes(role) }
    },
  },
  carrier: {
    contract: carrierContract,
    build: async ({ platform, peers, id }) => {
      const carrier = known(id, CARRIERS) as CarrierId
      const mvno = CARRIERS[carrier]
      const host = mvno.kind === 'mvno' ? peers(carrierContract, `carrier-${mvno.host}`) : undefined
      return { role: await build.buildCarrier(platform, carrier, async (iccid) => phoneOf(peers, iccid), host) }
    },
  },
  'sp-tsm': {
    contract: spTsmContract,
    build: async ({ platform, peers }) => {
      const carriers = Object.fromEntries(
        Object.keys(CARRIERS).map((id) => [id, peers(carrierContract, `carrier-${id}`)]),
      )
      const role = await build.buildSpTsm(platform, {
        authority: peers(authorityContract),
        verifier: peers(verifierContract),
        carriers,
      })
      await role.recover()
      return { role }
    },
  },
  phone: {
    contract: phoneContract,
    build: async ({ platform, peers, id }) => {
      const name = known(id, CITIZENS) as CitizenName
      const shelf = createShelf({ platform })
      const others = { spTsm: peers(spTsmContract), verifier: peers(verifierContract) }
      return { role: await build.buildPhone(platform, name, others, shelf.open) }
    },
  },
  verifier: {
    contract: verifierContract,
    build: async ({ platform, peers, origin }) => {
      const { verifier, openId } = await build.buildVerifier(platform, peers(authorityContract), origin)
      return { role: verifier, public: (request, response) => void openId.handler(request, response) }
    },
  },
  service: {
    contract: serviceContract,
    build: async ({ platform, peers, origin, openid }) => ({
      role: await build.buildBank(platform, peers(verifierContract), origin, openid),
    }),
  },
  terminal: {
    contract: terminalContract,
    build: async ({ platform, peers }) => {
      const shelf = createShelf({ platform })
      const others = { authority: peers(authorityContract), verifier: peers(verifierContract) }
      return { role: await build.buildGate(platform, others, shelf.open) }
    },
  },
} as const satisfies Record<string, unknown>
export type RoleName = keyof typeof ROLES

function known(id: string | undefined, names: Record<string, unknown>): string {
  if (id !== undefined && id in names) return id
  throw new Refusal('serve/which', 400, `--id says which: ${Object.keys(names).join(', ')}`)
}
