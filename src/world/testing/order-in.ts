// Waits for an order of a phone.

import type { Phone } from '../../roles/phone/contract.ts'

/** Asks until the order is in one of these states; gives up after a while. */
export async function orderIn({ phone }: { readonly phone: Pick<Phone, 'order'> }, ...states: string[]) {
  const until = performance.now() + 180_000
  for (;;) {
    const { order } = await phone.order({})
    if (order && states.includes(order.state)) return order
    if (performance.now() > until) throw new Error(`the order stays ${order?.state}, ${order?.refusal}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
