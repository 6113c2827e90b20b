// The access control enforcer: no app opens an application of the SIM, and no C-APDU goes there, but by the rules that
// the SIM holds. GPC-SEAC v1.0; observed: AOSP SecureElement. What it cannot read or understand it denies.

import { type Bytes, equal } from '../../base/bytes.ts'
import type { Link } from '../../base/ports.ts'
import { type Command, decodeCommand, header } from '../../codec/apdu.ts'
import { readClass } from '../../codec/class-byte.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { SW } from '../../codec/sw.ts'
import {
  allRules,
  type Decision,
  type DeviceApp,
  decideAccess,
  permits,
  type ReferencedRule,
  refreshTag,
  selectRules,
} from '../../protocol/access-rules/index.ts'
import { CardRefused, type Dialogue, onChannel, openChannel, run, selectByName } from '../../protocol/iso7816/index.ts'
import { no } from './refusals.ts'

export interface Enforcer {
  /** What the rules say of this app and this application, without opening it. */
  ask(session: Link, app: DeviceApp, aid: Bytes): Promise<Decision>
  /** Selects the application on the basic channel; the link that is given back asks the rules at each C-APDU. */
  open(session: Link, app: DeviceApp, aid: Bytes): Promise<Link>
}

const INS = { manageChannel: 0x70, select: 0xa4, getResponse: 0xc0 } as const
const BY_NAME = 0x04

/** One for each SIM: rules are read once and again when their refresh tag has changed. */
export function createEnforcer(): Enforcer {
  let cached: { readonly tag: Bytes; readonly rules: readonly ReferencedRule[] } | undefined
  function* current(): Dialogue<readonly ReferencedRule[]> {
    // The tag before the rules: a change in between shows at the next look.
    const tag = yield* refreshTag()
    if (!cached || !equal(cached.tag, tag)) cached = { tag, rules: yield* allRules() }
    return cached.rules
  }
  const begin = async (session: Link) => {
    const channel = await ruleChannel(session)
    await denying(run(session, onChannel(channel, selectRules())))
    const look = () => denying(run(session, onChannel(channel, current())))
    return { channel, look }
  }
  return {
    ask: async (session, app, aid) => decideAccess(await (await begin(session)).look(), app, aid),
    open: async (session, app, aid) => {
      const { channel, look } = await begin(session)
      const first = decideAccess(await look(), app, aid)
      if (first.apdu === 'never') throw no.accessDenied({ because: first.because })
      await selectApplication(session, aid)
      // A SIM with one channel has lost the rules by now: what was read at the opening holds for this session.
      const decide = channel === 0 ? async () => first : async () => decideAccess(await look(), app, aid)
      return guarded(session, aid, decide)
    },
  }
}

/** A channel of its own, so that the application stays selected; 0 when the SIM has no other. */
async function ruleChannel(session: Link): Promise<number> {
  try {
    return await run(session, openChannel())
  } catch (error) {
    if (error instanceof CardRefused) return 0
    throw error
  }
}

async function denying<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    const unreadable = error instanceof CardRefused || error instanceof CodecError
    throw unreadable ? no.accessDenied({ because: 'rules cannot be read' }, error) : error
  }
}

async function selectApplication(session: Link, aid: Bytes): Promise<void> {
  try {
    await run(session, selectByName(aid))
  } catch (error) {
    const missing = error instanceof CardRefused && error.sw === SW.NOT_FOUND.sw
    throw missing ? no.noSuchApplication({}, error) : error
  }
}

/** The rest of an answer, and the application's own SELECT, need no filter: they reach nothing new. */
const guarded = (session: Link, aid: Bytes, decide: () => Promise<Decision>): Link => ({
  transmit: async (bytes) => {
    const sent = decodeCommand(bytes)
    checkStays(sent, aid)
    const decision = await decide()
    const free = sent.ins === INS.getResponse || selectsByName(sent)
    if (decision.apdu === 'never' || !(free || permits(decision, header(sent)))) {
      throw no.accessDenied({ because: decision.because })
    }
    return session.transmit(bytes)
  },
})

const selectsByName = ({ ins, p1 }: Command): boolean => ins === INS.select && p1 === BY_NAME

/** As Open Mobile API does; re-selecting the channel's own application is no way out of it. */
function checkStays(sent: Command, aid: Bytes): void {
  const leaves = sent.ins === INS.manageChannel || (selectsByName(sent) && !equal(sent.data, aid))
  if (leaves || readClass(sent.cla)?.channel !== 0) throw no.commandNotAllowed()
}
