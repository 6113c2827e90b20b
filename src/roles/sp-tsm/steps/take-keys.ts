// deployed → keyed: J-LIS's own keys replace those of the carrier, which knows no key of the domain from here on;
// then the key of the content encryption. Undo: terminate, which deletes the domain with its keys.

import { secured } from '../../../protocol/globalplatform/index.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { rotateKeys, setContentKey } from '../../../protocol/personalisation/index.ts'
import { contentChannel, converse, needed } from '../conversation.ts'
import { OWN_KEY_VERSION } from '../model.ts'
import type { Step } from './step.ts'

export const takeKeys: Step = async (deps, order) => {
  const { secrets, entropy, recording } = deps
  const first = await secrets.unseal('first-keys', order.order_id, needed(order.first_keys))
  const rotation = {
    initial: {
      keyVersion: needed(order.first_key_version),
      keys: { enc: first.slice(0, 16), mac: first.slice(16, 32), dek: first.slice(32) },
    },
    own: { keyVersion: OWN_KEY_VERSION, keys: await secrets.domainKeys(order.order_id) },
    entropy,
    securityDomain: needed(order.domain_aid),
    selected: true,
  }
  const content = await contentChannel(deps, order)
  await converse(deps, order, async (link) => {
    const channel = await run(link, recording.watch(rotateKeys(rotation)))
    // Where the applet is not there yet, it gets its key when we have loaded it.
    if (order.mode === 'SIMPLE') await run(link, secured(channel, recording.watch(setContentKey(channel.dek, content))))
  })
  return { first_keys: null }
}
