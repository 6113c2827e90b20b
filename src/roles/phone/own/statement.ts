// What is signed in the SIM after the PIN for the own page of a platform: once, now, for one thing.

import { hex } from '../../../base/bytes.ts'
import type { Clock, Entropy } from '../../../base/ports.ts'
import { type OwnStatement, ownStatement } from '../../../protocol/consent/own-page.ts'
import { signAndRead, type UiApp } from '../applet.ts'

export interface OwnKey {
  readonly inApplet: UiApp
  readonly clock: Clock
  readonly entropy: Entropy
}

export async function ownSigned(
  { inApplet, clock, entropy }: OwnKey,
  of: Pick<OwnStatement, 'platform' | 'wanted'>,
  pin: string,
) {
  const once = { nonce: hex(entropy(16)), at: clock() }
  return { ...once, ...(await inApplet(signAndRead(pin, ownStatement({ ...of, ...once })))) }
}
