// The states of the JPKI application: active, suspended, terminated. Only its security domain changes them, inside the
// SP's own encryption. Ours: docs/profile.md#states-of-the-application. Seed 2 (一時停止), seed 4 (4).

import { bytes } from '../../../base/bytes.ts'
import { SW } from '../../../codec/sw.ts'
import { LIFE, type Life } from '../../../protocol/jpki-ap/files.ts'
import type { AppletContext } from '../applet.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'

const RECORD_NAME = 'life'
/** What stays of a terminated application: its token information, and that its domain can be answered. */
const REMAINS = new Set([RECORD_NAME, 'ef/0006', 'content-key', 'sequence'])

export const lifeOf = (records: RecordStore): Life => LIFE[records.get(RECORD_NAME)?.[0] ?? 0] ?? 'terminated'

/** As the registry shows them: SELECTABLE, and two of the application's own. */
const IN_REGISTRY: Readonly<Record<Life, number>> = { active: 0x07, suspended: 0x17, terminated: 0x7f }

/** Suspended and back; the end is the end, and erases keys, certificates and secrets. */
export function setLife({ records, setOwnState }: AppletContext, to: Life): void {
  if (lifeOf(records) === 'terminated' && to !== 'terminated') throw new StatusError(SW.CONDITIONS)
  if (to === 'terminated') for (const name of records.names('')) if (!REMAINS.has(name)) records.delete(name)
  records.set(RECORD_NAME, bytes(LIFE.indexOf(to)))
  setOwnState(IN_REGISTRY[to])
}
