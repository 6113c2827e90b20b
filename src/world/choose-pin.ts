// A holder's PIN that is known beforehand, also where chance made the transport PIN the same, which no holder may keep.

import type { Phone } from '../roles/phone/contract.ts'

const BETWEEN = ['0001', '0002'] as const

/**
 * Over the transport PIN of an order that is written; again, with the same PIN, where the answer was lost.
 * `enter`: where it is entered, if not in the phone's own way.
 */
export async function choosePin(
  phone: Pick<Phone, 'order' | 'setPin' | 'changePin'>,
  pin: string,
  enter: (chosen: string) => Promise<unknown> = (chosen) => phone.setPin({ pin: chosen }),
): Promise<void> {
  const { order } = await phone.order({})
  if (order?.transportPin !== pin) {
    await enter(pin)
    return
  }
  const between = BETWEEN[pin === BETWEEN[0] ? 1 : 0]
  await enter(between)
  await phone.changePin({ pin: between, newPin: pin })
}
