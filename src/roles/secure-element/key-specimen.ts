// Specimens of keys as PUT KEY and STORE DATA carry them, for tests.

import { type Bytes, bytes, concat, fromBase64url, hex, NO_BYTES } from '../../base/bytes.ts'
import type { PrivateKey, PublicKey } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { encodeLength } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { dekEncrypt } from '../../protocol/globalplatform/scp03-keys.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { asIssuer, ISD_KEYS, outcome, type specimenSim } from './specimen.ts'

export const { dek } = ISD_KEYS
export const part = (value: string | undefined): Bytes => fromBase64url(value ?? '')
export const jwk = (key: PublicKey) => key.export({ format: 'jwk' }) as Record<string, string>
const padded = (value: Bytes) => concat(value, new Uint8Array((16 - (value.length % 16)) % 16))
/** Under the DEK, with the inner length when it is needed or wanted. */
export const secret = (value: Bytes, inner = value.length % 16 !== 0): Bytes =>
  concat(inner ? encodeLength(value.length) : NO_BYTES, dekEncrypt(dek, padded(value)))
export const put = (version: number, field: Bytes, p1 = 0) =>
  ask(command(0x80, 0xd8, p1, 0x01, concat(bytes(version), field), 256), 'PUT KEY')
export const issuer = (card: Awaited<ReturnType<typeof specimenSim>>, act: () => Dialogue<unknown>) =>
  outcome(card, asIssuer(act))
export async function information(card: ReturnType<typeof specimenSim>): Promise<string> {
  await run(card.link(), gp.select())
  return hex(await run(card.link(), gp.getData(0xe0)))
}

export const pointOf = (key: PublicKey, length: number) =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' })).slice(-(length + 1))
/** RFC 5915: the scalar is the first octet string. */
export function scalarOf(key: PrivateKey): Bytes {
  const sec1 = new Uint8Array(key.export({ format: 'der', type: 'sec1' }))
  const at = sec1[1]! & 0x80 ? 3 : 2
  return sec1.slice(at + 5, at + 5 + sec1[at + 4]!)
}
