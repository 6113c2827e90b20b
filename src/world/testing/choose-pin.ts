// A holder's PIN that a test knows, also where chance made the transport PIN the same, which no holder may keep.

import type { Phone } from '../../roles/phone/contract.ts'

const BETWEEN = ['0001', '0002'] as const

/** Over the transport PIN of an order that is written; again, with the same PIN, where the answer was lost. */
export async function choosePin(phone: Pick<Phone, 'order' | 'setPin' | 'changePin'>, pin: string): Promise<void> {
  const { order } = await phone.order({})
  if (order?.transportPin !== pin) {
    await phone.setPin({ pin })
    return
  }
  const between = BETWEEN[pin === BETWEEN[0] ? 1 : 0]
  await phone.setPin({ pin: between })
  await phone.changePin({ pin: between, newPin: pin })
}
