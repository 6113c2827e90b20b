// What a person reads off an SMS, a mail or a letter: the code of the newest one.

import type { Outbox } from '../adapters/deliveries/index.ts'
import type { DeliveryWay } from '../base/ports.ts'
import type { Order } from '../roles/sp-tsm/contract.ts'
import { CITIZENS, type CitizenName } from './people.ts'
import type { World } from './world.ts'

/** Throws when nothing has come. A letter must have been handed over: a closed one shows nothing. */
export async function codeFrom(outbox: Outbox, way: DeliveryWay, to: string): Promise<string> {
  const [newest] = await outbox.inbox(way, to)
  const code = /番号 ([0-9]+(?: [0-9]+)?)/.exec(newest?.text ?? '')?.[1]
  if (!code) throw new Error(`no code has come by ${way}`)
  return code.replace(' ', '')
}

/** The citizen looks at the SMS that has come and enters its code. */
export const approveBySms = async ({ outbox, citizens }: World, name: CitizenName): Promise<Order> =>
  citizens[name].phone.confirmCode({ code: await codeFrom(outbox, 'sms', CITIZENS[name].line.msisdn) })
