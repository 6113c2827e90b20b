// A phone that the test has in hand: in this process, under the name and the certificate of a phone. What it asks and is
// asked goes between processes.

import { mutualTlsFetch, roleClient, roleRoutes, type Served, serve } from '../../../adapters/http/index.ts'
import { type TlsIdentityDeps, tlsIdentity } from '../../../adapters/tls-identity.ts'
import type { Contract } from '../../../base/contract.ts'
import { authorityContract } from '../../../roles/authority/contract.ts'
import { phoneContract } from '../../../roles/phone/contract.ts'
import { phoneRefusals } from '../../../roles/phone/index.ts'
import { spTsmContract } from '../../../roles/sp-tsm/contract.ts'
import { verifierContract } from '../../../roles/verifier/contract.ts'
import type { Platform } from '../../../world/platform.ts'
import { buildPhone, type OpenCard } from '../../../world/roles.ts'
import type { HolderName } from '../../../world/testing/household.ts'
import type { StandsForPhone } from '../../../world/world.ts'
import { mayCall } from '../callers.ts'

interface Machine extends Pick<Platform, 'database' | 'clock' | 'entropy' | 'log'> {
  /** Of certificates: everybody judges them by the clock of the machine. */
  readonly tls: TlsIdentityDeps
  readonly host: string
  readonly open: OpenCard
  readonly urlOf: (name: string) => string
}

export async function playPhone(
  { tls, host, open, urlOf, ...machine }: Machine,
  name: HolderName,
  port: number,
  stands: StandsForPhone,
): Promise<Served> {
  const identity = await tlsIdentity(tls, 'phone', host)
  const fetch = mutualTlsFetch(identity)
  const asked = <C extends Contract>(contract: C) => roleClient(contract, { url: urlOf(contract.role), fetch })
  const peers = {
    spTsm: asked(spTsmContract),
    verifier: asked(verifierContract),
    authority: asked(authorityContract),
    services: () => {
      throw phoneRefusals.unknownService()
    },
  }
  const phone = await stands((model) => buildPhone(machine, name, peers, open, model))
  return serve(roleRoutes(phoneContract, phone, { mayCall: mayCall('phone') }), { host, port, tls: identity })
}
