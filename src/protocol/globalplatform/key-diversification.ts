// A card's static keys from a master key and its key diversification data (ten bytes of INITIALIZE UPDATE).
// Observed: GlobalPlatformPro; EMV CPS v1.1 and VISA2 as there.

import { type Bytes, bytes, concat } from '../../base/bytes.ts'
import { cmac } from '../../base/crypto.ts'
import { desEcb } from '../../base/des.ts'
import type { KeySet } from './key-set.ts'

type Kdf = (master: Bytes, diversificationData: Bytes) => KeySet

const threeKeys = (key: (number: number) => Bytes): KeySet => ({ enc: key(1), mac: key(2), dek: key(3) })

/** Under triple DES, two keys: `part || F0 || number || part || 0F || number`, in two blocks. */
const overDes =
  (pick: (data: Bytes) => Bytes): Kdf =>
  (master, data) =>
    threeKeys((number) => desEcb(master, concat(pick(data), bytes(0xf0, number), pick(data), bytes(0x0f, number))))

/** "KDF3" for AES: the label is the key's number and there is no length field. */
export const diversify: Kdf = (master, data) =>
  threeKeys((number) => {
    const block = (i: number) => cmac(master, bytes(i, 0, 0, 0, number, 0), data)
    return (master.length > 16 ? concat(block(1), block(2)) : block(1)).slice(0, master.length)
  })

export const KDF = {
  kdf3: diversify,
  visa2: overDes((data) => concat(data.subarray(0, 2), data.subarray(4, 8))),
  emv: overDes((data) => data.subarray(4, 10)),
} as const satisfies Record<string, Kdf>
