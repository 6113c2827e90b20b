// A carrier's desk: which carrier, who is signed in, and each act written down under that name before it is done.

import { Refusal } from '../../../base/refusal.ts'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import type { CarrierId } from '../../../world/people.ts'
import type { At } from './desk.ts'

export interface CarrierAt extends At {
  readonly id: CarrierId
  readonly carrier: Carrier
}

type Act = Omit<Parameters<Carrier['beginAct']>[0], 'session'>

/** Refused, and not done, when it is not the clerk's part. */
export async function recorded<T>({ carrier, clerk }: CarrierAt, act: Act, work: () => Promise<T>): Promise<T> {
  const { session } = clerk
  const { actId } = await carrier.beginAct({ session, ...act })
  try {
    const done = await work()
    await carrier.endAct({ session, actId, outcome: 'done' })
    return done
  } catch (error) {
    if (error instanceof Refusal) await carrier.endAct({ session, actId, outcome: error.code })
    throw error
  }
}
