// Upgrade of an executable load file: a session, the new file by INSTALL [for load] and LOAD under the same AID. GlobalPlatform
// S-ELFUp (Amendment H), as far as clients in use show it. Run it inside `secured(channel, …)`. Ours: docs/profile.md#applet-upgrade.

import { type Bytes, equal } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { decodeTlvs, findTlv, needTlv, tlv } from '../../codec/tlv.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { installForLoad, load } from './load.ts'

export const ELF_UPGRADE = {
  INS: 0xea,
  P1: { start: 0x01, abort: 0x04, status: 0x08 },
  STATE: { none: 0x00, waitingForFile: 0x02 },
  TAG: { session: 0xa1, state: 0x90, aid: 0x4f },
} as const

const { INS, P1, TAG } = ELF_UPGRADE

const manage = (p1: number, data?: Bytes): Dialogue<Bytes> =>
  ask(command(0x80, INS, p1, 0x00, data ?? new Uint8Array(), 256), 'MANAGE ELF UPGRADE')

/** The load file that is being upgraded. */
export function* elfUpgrading(): Dialogue<Bytes | undefined> {
  return findTlv(decodeTlvs(needTlv(decodeTlvs(yield* manage(P1.status)), TAG.session)), TAG.aid)
}

export interface ElfUpgrade {
  readonly aid: Bytes
  readonly securityDomain: Bytes
  readonly dataBlock: Bytes
  /** Longest LOAD block. */
  readonly capacity: number
}

/** Goes on where an interrupted upgrade of the same file stopped; that of another file is given up. */
export function* upgradeElf({ aid, securityDomain, dataBlock, capacity }: ElfUpgrade): Dialogue<void> {
  const before = yield* elfUpgrading()
  if (before && !equal(before, aid)) yield* manage(P1.abort)
  if (!before || !equal(before, aid)) yield* manage(P1.start, tlv(TAG.session, tlv(TAG.aid, aid)))
  yield* installForLoad({ aid, securityDomain, dataBlock })
  yield* load(dataBlock, { capacity })
}
