// One-time passwords with a partner's key: the next value, counted before it leaves. The key comes through the domain of
// the partner and goes nowhere. RFC 4226.

import { equal, fromUint, u32, utf8 } from '../../../base/bytes.ts'
import type { Command, Response } from '../../../codec/apdu.ts'
import { decodeDgis } from '../../../codec/dgi.ts'
import { SW } from '../../../codec/sw.ts'
import { keyCheckValue } from '../../../protocol/globalplatform/scp03-keys.ts'
import { hotp, KEY_GROUP, KEY_LENGTH, NEXT } from '../../../protocol/oath/index.ts'
import type { Applet, AppletContext, Personalisation } from '../applet.ts'
import { StatusError } from '../status-error.ts'

const KCV_LENGTH = 3
/** Of 2^32 values; the partner enrols anew long before. */
const LAST_COUNT = 0xffffffff

export function createOathApplet({ records }: AppletContext): Applet {
  const count = () => fromUint(records.get('count') ?? u32(0))
  return {
    process: (command: Command): Response => {
      if (command.cla !== NEXT.cla) throw new StatusError(SW.CLA_NOT_SUPPORTED)
      if (command.ins !== NEXT.ins) throw new StatusError(SW.INS_NOT_SUPPORTED)
      if (command.p1 !== 0 || command.p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
      const key = records.get('key')
      const at = count()
      if (!key || at === LAST_COUNT) throw new StatusError(SW.CONDITIONS)
      records.set('count', u32(at + 1))
      return { data: utf8(hotp(key, BigInt(at))), sw: SW.OK.sw }
    },
    /** The same key again keeps the count: repeating the enrolment makes no password valid twice. */
    personalise: ({ data, decrypt }: Personalisation) => {
      const [group, ...more] = decodeDgis(data)
      if (group?.id !== KEY_GROUP || more.length > 0) throw new StatusError(SW.REFERENCE_NOT_FOUND)
      if (group.value.length !== KEY_LENGTH + KCV_LENGTH) throw new StatusError(SW.WRONG_DATA)
      const key = decrypt(group.value.slice(0, KEY_LENGTH))
      if (!equal(keyCheckValue(key), group.value.slice(KEY_LENGTH))) throw new StatusError(SW.SECURITY_STATUS)
      const before = records.get('key')
      if (!before || !equal(before, key)) {
        records.set('key', key)
        records.set('count', u32(0))
      }
      return new Uint8Array()
    },
  }
}
