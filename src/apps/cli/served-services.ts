// The services that can be a process of their own, and what others ask of each.

import type { RequestListener } from 'node:http'
import type { Fetch } from '../../adapters/http/index.ts'
import type { Authority } from '../../roles/authority/contract.ts'
import type { Service } from '../../roles/service/contract.ts'
import { receiver } from '../../roles/service/events/http.ts'
import { tieDoor } from '../../roles/service/ties/http.ts'
import type { Terminal } from '../../roles/terminal/contract.ts'
import type { Verifier } from '../../roles/verifier/contract.ts'
import { BANK, SECURITIES, SHINKIN, SHOP } from '../../world/people.ts'
import type { Platform } from '../../world/platform.ts'
import * as relying from '../../world/services.ts'

export type Outer = { fetch: Fetch } | RequestListener

/** By its name as a client of the verifier and as a party of J-LIS. */
export const SERVICES = {
  bank: BANK.clientId,
  shinkin: SHINKIN.clientId,
  shop: SHOP.party,
  securities: SECURITIES.party,
} as const

/** What others ask of a service, beside its own screens. */
export const OUTER: Partial<Record<keyof typeof SERVICES, (service: Service) => Outer>> = {
  bank: receiver,
  shinkin: tieDoor,
}

interface OfService {
  readonly verifier: Verifier
  readonly authority: Authority
  readonly origins: relying.Origins
  readonly readers: readonly Terminal[]
}
export const RELYING: Record<
  keyof typeof SERVICES,
  (platform: Platform, peers: OfService) => Promise<relying.RunningService>
> = {
  bank: (platform, { origins, ...peers }) => relying.buildBank(platform, peers, origins),
  shinkin: (platform, { origins, ...peers }) => relying.buildShinkin(platform, peers, origins),
  shop: relying.buildShop,
  securities: relying.buildSecurities,
}
