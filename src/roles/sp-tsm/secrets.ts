// Secrets of an order at rest, and keys that follow from masters. Nothing here is ever logged.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { seal, unseal } from '../../base/crypto.ts'
import type { Entropy, KeyStore } from '../../base/ports.ts'
import { diversify, type Scp03Keys } from '../../protocol/globalplatform/index.ts'
import { contentKey, domainDiversification } from './model.ts'

type SecretName = 'first-keys' | 'receiver-key' | 'transport-pin' | 'petition' | 'code' | 'evidence' | 'partner-keys'

export interface Secrets {
  seal(name: SecretName, orderId: string, secret: Bytes): Promise<Bytes>
  unseal(name: SecretName, orderId: string, sealed: Bytes): Promise<Bytes>
  domainKeys(orderId: string): Promise<Scp03Keys>
  contentKey(orderId: string): Promise<Bytes>
  /** For codes at rest, and for the links of the evidence. */
  key(use: 'codes' | 'evidence-link'): Promise<Bytes>
}

export function secretsOf({ keys, entropy }: { keys: KeyStore; entropy: Entropy }): Secrets {
  const label = (name: SecretName, orderId: string) => utf8(`${name} ${orderId}`)
  return {
    seal: async (name, orderId, secret) =>
      seal(await keys.secret('sp-tsm-orders', 32), secret, label(name, orderId), entropy),
    unseal: async (name, orderId, sealed) =>
      unseal(await keys.secret('sp-tsm-orders', 32), sealed, label(name, orderId)),
    domainKeys: async (orderId) =>
      diversify(await keys.secret('sp-tsm-domain-master', 16), domainDiversification(orderId)),
    key: (use) => keys.secret(`sp-tsm-${use}`, 32),
    contentKey: async (orderId) => contentKey(await keys.secret('sp-tsm-content-master', 32), orderId),
  }
}

/** Four digits, each equally likely. */
export function randomPin(entropy: Entropy): string {
  for (;;) {
    const [high = 0, low = 0] = entropy(2)
    const value = high * 256 + low
    if (value < 60_000) return String(value % 10_000).padStart(4, '0')
  }
}
