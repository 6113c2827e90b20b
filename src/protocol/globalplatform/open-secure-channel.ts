// Opening a secure channel with a card that is not known: which protocol, which parameter, which level it can.
// GPC v2.3.1 §10.1, App. H (card data); GPC-D v1.1.1 Table 5-1 (i). With a known card use openScp02 or openScp03.

import type { Bytes } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import { decodeTlv } from '../../codec/tlv.ts'
import { CardRefused, type Dialogue } from '../iso7816/dialogue.ts'
import { decodeCardData, lenient } from './card-data.ts'
import { getData } from './get-status.ts'
import type { KeySet } from './key-set.ts'
import { DEFAULT_SCP03_I, highestLevel, scp02Covers } from './scp-parameter.ts'
import { openScp02 } from './scp02.ts'
import { openScp03 } from './scp03.ts'
import type { SecureChannel } from './secure-channel.ts'
import { LEVEL, type SecurityLevel } from './secure-session.ts'

export interface ChannelChoice {
  readonly scp: 2 | 3
  readonly i: number
}

/** The best of what card data (66) list; SCP03 with all of it when the card says nothing. */
export function* chooseChannel(): Dialogue<ChannelChoice> {
  try {
    const answer = yield* getData(0x66)
    const channels = lenient(() => decodeCardData(decodeTlv(0x66, answer)))?.channels ?? []
    for (const scp of [3, 2] as const) {
      const known = channels.find((channel) => channel.scp === scp)
      if (known) return { scp, i: known.i }
    }
  } catch (error) {
    if (!(error instanceof CardRefused)) throw error
  }
  return { scp: 3, i: DEFAULT_SCP03_I }
}

/** What this parameter allows at most. The card tells "i" unprotected, so ask for a level where it matters. */
const levelOf = ({ scp, i }: ChannelChoice): SecurityLevel =>
  scp === 3 ? highestLevel(i) : ([LEVEL.cDecCMacRMac, LEVEL.cDecCMac] as const).find((level) => scp02Covers(i, level))!

export interface OpenSecureChannel {
  /** The static keys, or how they follow from the card's key diversification data. */
  readonly keys: KeySet | ((hello: { readonly diversificationData: Bytes }) => KeySet)
  readonly entropy: Entropy
  /** What is selected; a pseudo-random challenge of SCP03 is checked against it. */
  readonly aid?: Bytes
  readonly keyVersion?: number
  /** `highest` is what card data allow. */
  readonly level?: SecurityLevel | 'highest'
  /** Asked from the card if absent. */
  readonly scp?: 2 | 3
  readonly i?: number
  /** False for cards that do not count commands without data. */
  readonly countsEmptyCommands?: boolean
}

/** Authenticates both sides with whatever the card speaks; the domain must be selected already. */
export function* openSecureChannel(options: OpenSecureChannel): Dialogue<SecureChannel> {
  const { keys, entropy, aid, keyVersion, level = LEVEL.all, countsEmptyCommands } = options
  const asked = options.scp && options.i !== undefined ? { scp: options.scp, i: options.i } : undefined
  const choice = asked ?? { ...(yield* chooseChannel()), ...(options.scp && { scp: options.scp }) }
  const common = {
    keys,
    entropy,
    level: level === 'highest' ? levelOf(choice) : level,
    ...(keyVersion !== undefined && { keyVersion }),
  }
  if (choice.scp === 2) return yield* openScp02({ ...common, i: choice.i })
  return yield* openScp03({
    ...common,
    ...(aid && { aid }),
    ...(countsEmptyCommands === false && { countsEmptyCommands }),
  })
}
