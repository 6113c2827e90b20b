// The connector: the one door through which apps and web pages reach the SIM. Rules of the SIM, a gesture of the owner
// for each access, the PIN entered here and never there. Seed 1, Option 2 (コネクタ).

import { equal, hex } from '../../../base/bytes.ts'
import type { Clock, Entropy, Link, Log } from '../../../base/ports.ts'
import { decodeCommand } from '../../../codec/apdu.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import * as jpki from '../../../protocol/jpki-ap/index.ts'
import { asRefusal } from '../applet.ts'
import type { Phone } from '../contract.ts'
import type { Enforcer } from '../enforcer.ts'
import { no } from '../refusals.ts'
import type { SimAccess } from '../sim-access.ts'
import type { AccessOutcome, PhoneStore } from '../store.ts'
import { callerOf, installApp, removeApp } from './callers.ts'
import { type AccessRequest, AccessRequests, LIMITS } from './requests.ts'

export interface ConnectorDeps {
  readonly name: string
  readonly clock: Clock
  readonly entropy: Entropy
  readonly log: Log
  readonly store: PhoneStore
  readonly sim: SimAccess
  readonly enforcer: Enforcer
}

export type Connector = Pick<
  Phone,
  | 'installApp'
  | 'removeApp'
  | 'askAccess'
  | 'accessState'
  | 'transmit'
  | 'closeAccess'
  | 'accessRequests'
  | 'allowAccess'
  | 'declineAccess'
  | 'accessHistory'
>

/** VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER: the owner's affair. ISO 7816-4:2020 §11.6. */
const PIN_COMMANDS = [0x20, 0x24, 0x2c]

export function connector(deps: ConnectorDeps): Connector {
  const requests = new AccessRequests(deps.clock)
  const identify = callerOf(deps)
  const note = noting(deps)
  let link: Link | null = null
  return {
    installApp: installApp(deps),
    removeApp: removeApp(deps),
    askAccess: async ({ caller: from, aid, purpose, withPin }) => {
      const caller = await identify(from)
      requests.count(caller)
      if (withPin && !equal(aid, jpki.JPKI.aid)) throw no.noPinThere()
      const decision = await deps.sim.alone((session) => deps.enforcer.ask(session, caller.app, aid))
      const request = { requestId: hex(deps.entropy(16)), caller, aid, purpose, withPin }
      if (decision.apdu === 'never') {
        await note(request, 'denied')
        throw no.accessDenied({ because: decision.because })
      }
      const { requestId, askedAt } = requests.add(request)
      return { requestId, expiresAt: new Date(askedAt.getTime() + LIMITS.waitMs) }
    },
    accessState: async ({ caller, requestId }) => {
      const { state, channel } = requests.own(await identify(caller), requestId)
      return { state, channel: state === 'open' ? channel : null }
    },
    accessRequests: async () => ({ requests: requests.waiting().map(shown) }),
    allowAccess: async ({ requestId, pin }) => {
      const request = requests.due(requestId)
      if (request.withPin !== (pin !== undefined)) throw no.pinIsAsked()
      link = await opened(deps, request, pin)
      requests.allowed(request, hex(deps.entropy(16)))
      await note(request, 'allowed')
      return {}
    },
    declineAccess: async ({ requestId }) => {
      const request = requests.due(requestId)
      requests.refused(request, 'declined')
      await note(request, 'declined')
      return {}
    },
    transmit: async ({ caller: from, channel, command }) => {
      const caller = await identify(from)
      const request = requests.opened(channel)
      if (!link || request?.caller.app.name !== caller.app.name) throw no.channelClosed()
      if (PIN_COMMANDS.includes(decodeCommand(command).ins)) throw no.pinIsTheOwners()
      const guarded = link
      return { response: await deps.sim.within('connector', () => guarded.transmit(command)) }
    },
    closeAccess: async ({ caller: from, channel }) => {
      const caller = await identify(from)
      const request = requests.opened(channel)
      if (request?.caller.app.name !== caller.app.name) return {}
      request.state = 'closed'
      link = null
      await deps.sim.release('connector')
      return {}
    },
    accessHistory: async () => ({ accesses: await deps.store.accesses(deps.name) }),
  }
}

const shown = ({ requestId, caller, aid, purpose, withPin, askedAt }: AccessRequest) => ({
  requestId,
  kind: caller.kind,
  name: caller.app.name,
  aid,
  purpose,
  withPin,
  expiresAt: new Date(askedAt.getTime() + LIMITS.waitMs),
})

/** In a session of its own. A wrong PIN ends the session and leaves the request to the owner. */
async function opened({ sim, enforcer }: ConnectorDeps, request: AccessRequest, pin?: string): Promise<Link> {
  await sim.hold('connector', true)
  try {
    return await sim.within('connector', async (session) => {
      const link = await enforcer.open(session, request.caller.app, request.aid)
      if (pin !== undefined) await run(session, jpki.verifyPin('auth', pin))
      return link
    })
  } catch (error) {
    await sim.release('connector')
    throw asRefusal(error, no.wrongPin, no.pinBlocked)
  }
}

type Noted = Pick<AccessRequest, 'caller' | 'aid'>

/** The owner's own list of who reached the SIM, and when. */
const noting =
  ({ name, clock, store, log }: ConnectorDeps) =>
  async ({ caller, aid }: Noted, outcome: AccessOutcome): Promise<void> => {
    await store.noteAccess({ phone: name, at: clock(), kind: caller.kind, caller: caller.app.name, aid, outcome })
    log('phone.access', { phone: name, kind: caller.kind, outcome })
  }
