// One session with a SIM as its issuer: SCP03 (or SCP02) through the TSM proxy of the phone.

import type { Bytes } from '../../base/bytes.ts'
import type { Entropy, KeyStore } from '../../base/ports.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { openDomain, type SimModel, simKeys } from './model.ts'
import { inChannel, type ProxyOf } from './proxy.ts'
import { simMaster } from './sim-keys.ts'

interface Deps {
  readonly id: string
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly proxyOf: ProxyOf
}

/** Under the keys of the issuer security domain, in the domain `aid`. */
export const inDomain =
  ({ id, keys, entropy, proxyOf }: Deps) =>
  async <T>(
    iccid: string,
    model: SimModel,
    aid: Bytes,
    inner: (channel: gp.SecureChannel) => Dialogue<T>,
  ): Promise<T> => {
    const issuerKeys = simKeys(await simMaster(keys, id, model), iccid, model)
    function* dialogue(): Dialogue<T> {
      const channel = yield* openDomain(model, { keys: issuerKeys, entropy, aid })
      return yield* gp.secured(channel, inner(channel))
    }
    return inChannel(proxyOf, iccid, aid, (link) => run(link, dialogue()))
  }
