// STORE DATA in its formats. GPC v2.3.1 §11.11. Run it inside `secured(channel, …)`.

import { type Bytes, NO_BYTES } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { type Dgi, encodeDgis } from '../../codec/dgi.ts'
import { encodeTlvs, type Tlv } from '../../codec/tlv.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { BLOCK } from './load.ts'

/** GPC v2.3.1 Table 11-88. */
export const STORE_DATA = {
  last: 0x80,
  applicationEncrypted: 0x20,
  encrypted: 0x60,
  dgi: 0x08,
  berTlv: 0x10,
  answers: 0x01,
} as const

/** In blocks; the answer of the last one. `format` are the bits of P1 but the last-block one. */
export function* storeData(data: Bytes, format: number, capacity: number = BLOCK): Dialogue<Bytes> {
  for (let at = 0, block = 0; ; at += capacity, block++) {
    const last = at + capacity >= data.length
    const answers = last && (format & STORE_DATA.answers) !== 0
    const p1 = (format & ~STORE_DATA.answers) | (last ? STORE_DATA.last : 0) | (answers ? STORE_DATA.answers : 0)
    const part = data.slice(at, at + capacity)
    const answer = yield* ask(command(0x80, 0xe2, p1, block & 0xff, part, answers ? 256 : undefined), 'STORE DATA')
    if (last) return answer
  }
}

/** Each grouping in a command of its own, as applets of before BER-TLV expect it. */
export function* storeDgis(dgis: readonly Dgi[], bits = 0): Dialogue<void> {
  for (const [block, dgi] of dgis.entries()) {
    const last = block === dgis.length - 1 ? STORE_DATA.last : 0
    yield* ask(command(0x80, 0xe2, STORE_DATA.dgi | bits | last, block & 0xff, encodeDgis([dgi])), 'STORE DATA [DGI]')
  }
}

/** Data objects of a security domain (42, 45, 5F50, ...). GPC v2.3.1 §11.11.3. */
export function* storeObjects(objects: readonly Tlv[]): Dialogue<void> {
  yield* storeData(objects.length > 0 ? encodeTlvs(objects) : NO_BYTES, STORE_DATA.berTlv)
}
