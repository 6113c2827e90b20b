// What the person must see on the phone before approving: who asks, from where, and the code that the browser shows too.

import type { Verifier } from './contract.ts'
import { ACR, allows, type Deps, loginState, startOf } from './model.ts'
import { countsAtReader } from './readers/proven.ts'
import { no } from './refusals.ts'

export const showLogin =
  ({ store, clock, party }: Pick<Deps, 'store' | 'clock' | 'party'>): Verifier['showLogin'] =>
  async ({ loginId }) => {
    const login = await store.login(loginId)
    if (!login) throw no.unknownLogin()
    const { recorded, personId, acr, claim, release, given, ageProof, statusAt, readerId, ...shown } = login
    const client = await store.client(login.clientId)
    const how = { scanned: claim !== null, handedOver: release !== null, delegation: Boolean(client?.delegation) }
    const biometric = allows(login, ACR.biometric)
    const { touch, pin } = countsAtReader(login)
    const readers = client?.readers ?? []
    const atReader = readers.find(({ keyId }) => keyId === readerId) ?? null
    return {
      ...shown,
      ...how,
      ...{ atReader, touch, readers: touch || pin ? readers : [] },
      biometric,
      state: loginState(login, clock()),
      since: startOf(login),
      party: party?.name ?? null,
    }
  }
