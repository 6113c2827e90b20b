// deploying → deployed: the carrier puts domain and applet into the SIM. Undo: terminate.

import { concat } from '../../../base/bytes.ts'
import { serviceInstance } from '../model.ts'
import type { Step } from './step.ts'

export const deploy: Step = async ({ carrierOf, secrets, effect, uiApp }, order) => {
  const request = { serviceInstance: serviceInstance(order.order_id), iccid: order.iccid, uiApp }
  const deployed = await effect('deployService', () => carrierOf(order).deployService(request))
  const { enc, mac, dek } = deployed.firstKeys
  return {
    domain_aid: deployed.securityDomainAid,
    applet_aid: deployed.appletAid,
    first_key_version: deployed.firstKeyVersion,
    first_keys: await secrets.seal('first-keys', order.order_id, concat(enc, mac, dek)),
  }
}
