// `kazasu gp lock | unlock`: an application, a security domain with all that is in it, or the whole card.

import * as gp from '../../../protocol/globalplatform/index.ts'
import { aidBytes, type GpOptions } from './options.ts'
import { no } from './refusals.ts'
import { confirm } from './terminal.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface LockOptions extends GpOptions {
  /** The domain and all its applications. */
  readonly domain?: boolean
  readonly wholeCard?: boolean
  readonly terminateForever?: boolean
}

export async function lock(name: string | undefined, options: LockOptions): Promise<number> {
  if (name === undefined) return await wholeCard(true, options)
  return await one(name, true, options)
}

export async function unlock(name: string | undefined, options: LockOptions): Promise<number> {
  if (name === undefined) return await wholeCard(false, options)
  return await one(name, false, options)
}

function one(name: string, locked: boolean, options: LockOptions): Promise<number> {
  if (options.wholeCard || options.terminateForever) throw no['bad-option']({ wanted: 'an AID or the whole card' })
  const aid = aidBytes(name)
  return withCard(options, async (card) => {
    await card.secure(() => (options.domain ? gp.setDomainLocked(aid, locked) : gp.setLocked(aid, locked)))
    if (options.json) sayJson({ aid, locked })
    else say(`${upper(aid)} is ${locked ? 'locked' : 'unlocked'}`)
    return 0
  })
}

async function wholeCard(locked: boolean, options: LockOptions): Promise<number> {
  if (!options.wholeCard && !options.terminateForever) throw no['needs-flag']({ wanted: '--whole-card' })
  const state = options.terminateForever ? 'terminated' : locked ? 'cardLocked' : 'secured'
  const warning = {
    terminated: 'The card will be terminated; nothing brings it back',
    cardLocked: 'The whole card will be locked',
    secured: 'The whole card will be unlocked',
  }[state]
  if (!options.dryRun) await confirm(warning, options.yes)
  return withCard(options, async (card) => {
    await card.secure(() => gp.setCardState(state))
    if (options.json) sayJson({ card: state })
    else say(`the card is ${state}`)
    return 0
  })
}
