// deploying → deployed: the carrier puts domain and applet into the SIM. Undo: terminate. For a chip that makes no key pair
// of the kind in use, a receiver's key is made: what the authority seals for it, this order alone can open.

import { concat } from '../../../base/bytes.ts'
import { privateScalar } from '../../../protocol/hpke/hpke.ts'
import { executed } from '../../../protocol/tsm-messaging/contract.ts'
import { KEY_ALGORITHM, serviceInstance } from '../model.ts'
import { basicRequest, type Step } from './step.ts'

export const deploy: Step = async ({ carrierOf, secrets, entropy, effect, uiApp }, order) => {
  const request = {
    ...basicRequest(order, 'deploy'),
    serviceInstance: serviceInstance(order.order_id),
    iccid: order.iccid,
    uiApp,
  }
  const deployed = executed(await effect('deployService', () => carrierOf(order).deployService(request)))
  const { enc, mac, dek } = deployed.firstKeys
  const makesItsKey = deployed.keyGeneration.includes(KEY_ALGORITHM)
  return {
    mode: deployed.mode,
    load_block_max: deployed.loadBlockMax,
    domain_aid: deployed.securityDomainAid,
    applet_aid: deployed.appletAid,
    first_key_version: deployed.firstKeyVersion,
    first_keys: await secrets.seal('first-keys', order.order_id, concat(enc, mac, dek)),
    authority_key: !makesItsKey,
    receiver_key: makesItsKey ? null : await secrets.seal('receiver-key', order.order_id, privateScalar(entropy)),
  }
}
