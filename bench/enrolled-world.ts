// A world in memory in which the adult's phone has its certificate, and the pieces that benches take from it.

import { generateKeyPair, type KeyPair } from '../src/base/crypto.ts'
import { choosePin } from '../src/world/choose-pin.ts'
import { approveBySms } from '../src/world/codes.ts'
import { CITIZENS } from '../src/world/people.ts'
import type { CardTrace } from '../src/world/shelf.ts'
import { temporaryWorld } from '../src/world/temporary.ts'
import type { World } from '../src/world/world.ts'
import { must } from './harness.ts'

const CITIZEN = CITIZENS.adult

export interface Enrolment {
  /** The whole, from the card's signature to the PIN that is set. */
  readonly milliseconds: number
  /** Of it, between asking for the installation and the first step of the worker. */
  readonly queueMs: number
}

export interface EnrollableWorld {
  readonly world: World
  /** The SIM takes a key pair that was made before the clock started. */
  enrol(): Promise<Enrolment>
  /** Revokes and deletes, so that the SIM is free again. */
  remove(): Promise<void>
}

export async function enrollableWorld(trace?: CardTrace): Promise<EnrollableWorld> {
  const ready: KeyPair[] = []
  let heard: { point: string; told: () => void } | undefined
  const world = await temporaryWorld({
    keyPairs: () => ready.pop() ?? generateKeyPair('RSA-2048'),
    onStep: (point) => {
      if (point === heard?.point) heard.told()
    },
    ...(trace ? { trace } : {}),
  })
  const { phone, card } = world.citizens.adult
  const reached = (point: string) =>
    new Promise<void>((told) => {
      heard = { point, told }
    })
  return {
    world,
    enrol: async () => {
      if (ready.length === 0) ready.push(generateKeyPair('RSA-2048'))
      const started = performance.now()
      await phone.apply({ card, password: CITIZEN.password })
      await approveBySms(world, 'adult')
      const [begun, asked] = [reached('before deploy'), performance.now()]
      await phone.install({})
      await begun
      const queueMs = performance.now() - asked
      await reached('after write')
      await choosePin(phone, CITIZEN.phonePin)
      const milliseconds = performance.now() - started
      const { order } = await phone.order({})
      must(order?.state === 'active' && ready.length === 0, 'the order is active with the key pair that was ready')
      return { milliseconds, queueMs }
    },
    remove: async () => {
      const undone = reached('after terminate')
      await phone.remove({})
      await undone
      must((await phone.order({})).order?.state === 'undone', 'the order is undone')
    },
  }
}
