// A network between a sender and a handset for tests: messages and answers are lost, doubled and turned round by chance.

import type { Bytes } from '../../../base/bytes.ts'
import type { Entropy } from '../../../base/ports.ts'
import type { Handset } from '../handset.ts'

export type Carry = (messages: readonly Bytes[]) => Promise<Bytes | undefined>

/** Every message arrives once, in order; the last answer. */
export const goodNetwork =
  (handset: Handset): Carry =>
  async (messages) => {
    let answer: Bytes | undefined
    for (const tpdu of messages) {
      const acknowledged = await handset.deliver(tpdu)
      if (acknowledged.length > 0) answer = acknowledged
    }
    return answer
  }

/** One in seven is lost, one in seven comes twice, three in ten come last first; answers are lost likewise. */
export function badNetwork(handset: Handset, entropy: Entropy): Carry {
  const chance = (percent: number) => entropy(1)[0]! < (percent * 256) / 100
  return async (messages) => {
    const arriving = messages.flatMap((tpdu) => (chance(15) ? [] : chance(15) ? [tpdu, tpdu] : [tpdu]))
    if (chance(30)) arriving.reverse()
    let answer: Bytes | undefined
    for (const tpdu of arriving) {
      const acknowledged = await handset.deliver(tpdu)
      if (acknowledged.length > 0 && !chance(15)) answer ??= acknowledged
    }
    return answer
  }
}
