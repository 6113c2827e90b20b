// certificateRevoked → undone: applications of partners, then applet, key and domain leave the SIM; after that the SIM is free for another order.

import { executed } from '../../../protocol/tsm-messaging/contract.ts'
import { serviceInstance } from '../model.ts'
import { basicRequest, type Step } from './step.ts'

export const terminate: Step = async ({ carrierOf, effect, removePartners }, order) => {
  await removePartners(order)
  const request = {
    ...basicRequest(order, 'terminate'),
    serviceInstance: serviceInstance(order.order_id),
    iccid: order.iccid,
  }
  executed(await effect('terminateService', () => carrierOf(order).terminateService(request)))
  return { live_iccid: null, first_keys: null, transport_pin: null }
}
