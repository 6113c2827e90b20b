// An open secure channel, and running any dialogue inside it, whichever protocol opened it (scp02.ts, scp03.ts).

import type { Bytes } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { SW } from '../../codec/sw.ts'
import { CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import type { SecureSession } from './secure-session.ts'

/** An open channel: give it to `secured`. */
export interface SecureChannel {
  readonly scp: 2 | 3
  readonly session: SecureSession
  /** The DEK, for PUT KEY and DGI 8113: SCP03 uses that of the key set as it is, SCP02 one of the session. */
  readonly dek: Bytes
  readonly keyVersion: number
  /** Present with SCP02, and with SCP03 when the card's challenges are pseudo-random (i & 10). */
  readonly sequenceCounter?: number
}

/** Runs a dialogue inside a channel. Commands too long for one APDU go as a GlobalPlatform chain. */
export function* secured<T>(channel: SecureChannel, inner: Dialogue<T>): Dialogue<T> {
  let step = inner.next()
  while (!step.done) {
    const { data, ...rest } = channel.session.wrap(step.value)
    let at = 0
    // GPC v2.3.1 §11.1.5.1: protection comes before segmentation, intermediate answers are bare.
    for (; data.length - at > 255; at += 255) {
      const part = command(rest.cla, rest.ins, rest.p1 | 0x80, rest.p2, data.slice(at, at + 255))
      const { sw } = yield part
      if (sw !== SW.OK.sw) throw new CardRefused(sw, 'command chain')
    }
    const answer = yield { ...rest, data: at === 0 ? data : data.slice(at) }
    step = inner.next(channel.session.unwrapResponse(answer))
  }
  return step.value
}
