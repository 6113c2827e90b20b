// A person and their phones of several models: one is in hand, with the SIM. Notes what comes to it over the network, and
// each C-APDU to a card.

import { Refusal } from '../../base/refusal.ts'
import { type Phone, phoneContract } from '../../roles/phone/contract.ts'
import { simCard } from '../people.ts'
import type { HouseholdOptions } from './household.ts'

export type Situation = Parameters<Phone['setConnections']>[0]

/** By which a TSM reaches the SIM. */
const WAYS = ['proxyOpen', 'shortMessages'] as const
export type WayIn = (typeof WAYS)[number]

const PATIENCE_MS = 180_000

/** A SIM takes a moment to hang up after an administration over HTTP: who finds it in use tries again. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + PATIENCE_MS; ; )
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'phone/busy' || performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
}

export function handsets() {
  let make: (model?: string) => Promise<Phone>
  let inHand: Phone
  const ways = new Set<WayIn>()
  let commands = new Map<string, number>()
  const ask =
    (operation: keyof Phone) =>
    async (input: never): Promise<unknown> => {
      const way = WAYS.find((one) => one === operation)
      if (!way) return patiently(() => inHand[operation](input) as Promise<unknown>)
      ways.add(way)
      return inHand[operation](input)
    }
  const phone = Object.fromEntries(
    Object.keys(phoneContract.operations).map((operation) => [operation, ask(operation as keyof Phone)]),
  ) as unknown as Phone
  const options: HouseholdOptions = {
    phones: {
      adult: async (made) => {
        make = made
        inHand = await make()
        return phone
      },
    },
    trace: (card) => commands.set(card, (commands.get(card) ?? 0) + 1),
  }
  return {
    options,
    /** The SIM goes from the phone in hand into one of this model, among these networks. */
    take: async (model: string, iccid: string, situation: Situation) => {
      await inHand.insertSim({ iccid })
      inHand = await make(model)
      await inHand.setConnections(situation)
    },
    /** From here on. */
    listen: () => {
      ways.clear()
      commands = new Map()
    },
    /** What reached this SIM since. */
    heard: (iccid: string) => ({ ways: [...ways], commands: commands.get(simCard(iccid)) ?? 0 }),
  }
}
export type Handsets = ReturnType<typeof handsets>
