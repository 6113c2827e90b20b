// Published packets by name, as data for the test. Origins: vectors/SOURCE.md.

import { fromHex } from '../../base/bytes.ts'
import type { PacketKey, PacketKeys } from './scp80.ts'

const key = (algorithm: PacketKey['algorithm'], value: string): PacketKey => ({ algorithm, value: fromHex(value) })
const keys = (version: number, algorithm: PacketKey['algorithm'], kic: string, kid = kic): PacketKeys => ({
  version,
  kic: key(algorithm, kic),
  kid: key(algorithm, kid),
})

const COUNTING = '000102030405060708090a0b0c0d0e0f'
const ONOMONDO_AES = keys(1, 'aes', COUNTING)
const ONOMONDO_3DES = keys(1, 'des3', COUNTING)
const PYSIM_AES = keys(2, 'aes', '200102030405060708090a0b0c0d0e0f', '201102030405060708090a0b0c0d0e0f')
const PYSIM_SJA5 = keys(3, 'des3', '300102030405060708090a0b0c0d0e0f', '301102030405060708090a0b0c0d0e0f')
const PYSIM_3DES = keys(3, 'des3', 'c21dd66acac13cb3bc8b331b24afb57b', '12110c78e678c25408233076aa033615')

export interface PacketVector {
  readonly name: string
  readonly keys: PacketKeys
  readonly spi: string
  readonly tar: string
  readonly counter: number
  readonly data: string
  /** CPL first. */
  readonly command: string
}

const MF_DATA = '00a40004023f0000c0000000'
const MF_ANSWER = '02900062298202782183023f00a5098001f18701008801008a01058b032f060fc60c90012083010183018183010a'

export const COMMAND_VECTORS: readonly PacketVector[] = [
  {
    name: 'onomondo AES, ciphered, CC, PoR ciphered with CC',
    keys: ONOMONDO_AES,
    spi: '0619',
    tar: 'b00011',
    counter: 0,
    data: MF_DATA,
    command: '00281506191212b00011db8eb9912c7525090455a8f1fe8e858f364afc048d437b0b6d4e2e493072012b',
  },
  {
    name: 'onomondo AES, ciphered, CC, PoR plain',
    keys: ONOMONDO_AES,
    spi: '0601',
    tar: 'b00011',
    counter: 0,
    data: MF_DATA,
    command: '00281506011212b00011f589a92b1a9e9bc60ee612b87b1c8fa2e164c8ecfccba46aef0d3e02d48979f5',
  },
  {
    name: 'onomondo 3DES, ciphered, CC, PoR ciphered with CC',
    keys: ONOMONDO_3DES,
    spi: '0619',
    tar: 'b00011',
    counter: 0,
    data: MF_DATA,
    command: '00281506191515b00011c17132d30c23c0d406f7f98f1b567557411972ad2fba6e8cd9cc038c72cc0e69',
  },
  {
    name: 'own AES, RAM, counter one higher, GET STATUS in expanded form',
    keys: ONOMONDO_AES,
    spi: '1639',
    tar: 'b00000',
    counter: 1,
    data: 'aa0a220880f28002024f0000',
    command: '00281516391212b00000af26b8361cfe6d5401565a45431568f588d25f980b40a30bba54bd3090ab2470',
  },
  {
    name: 'pySim AES128-SJA5-CIPHERED-CC',
    keys: PYSIM_AES,
    spi: '0619',
    tar: 'b00011',
    counter: 0,
    data: '00a40004023f00',
    command: '00281506192222b00011e87cceebb2d93083011ce294f93fc4d8de80da1abae8c37ca3e72ec4432e5058',
  },
  {
    name: 'pySim 3DES-SJA5-CIPHERED-CC',
    keys: PYSIM_SJA5,
    spi: '0619',
    tar: 'b00011',
    counter: 0,
    data: '00a40004023f00',
    command: '00201506193535b00011ae733256918d050b87c94fbfe12e4dc402f262c41cf67f2f',
  },
  {
    name: 'pySim 3DES-SJA5-UNCIPHERED-CC',
    keys: PYSIM_SJA5,
    spi: '0609',
    tar: 'b00011',
    counter: 0,
    data: '00a40004023f00',
    command: '00201506093535b00011c49ac91ab8159ba5b83a54fb6385e0a5e31694f8b215fafc',
  },
  {
    name: 'pySim 3DES-SJA5-UNCIPHERED-NOCC',
    keys: PYSIM_SJA5,
    spi: '0601',
    tar: 'b00011',
    counter: 0,
    data: '00a40004023f00',
    command: '00201506013535b000113190be334900f52b025f3f7eddfe868e96ebf310023b7769',
  },
  {
    name: 'pySim 3DES, ciphered without CC',
    keys: PYSIM_3DES,
    spi: '0419',
    tar: 'b00000',
    counter: 0,
    data: '00a40000023f00',
    command: '00180d04193535b00000e3ec80a849b554421276af3883927c20',
  },
]

export interface ResponseVector {
  readonly name: string
  readonly keys: PacketKeys
  readonly spi: string
  readonly tar: string
  readonly data: string
  /** User data header 02 71 00 first. */
  readonly response: string
  /** Its maker pads with 80 00 …; padding is free, ours is of zeros. */
  readonly otherPadding?: true
}

export const RESPONSE_VECTORS: readonly ResponseVector[] = [
  {
    name: 'onomondo AES, ciphered, CC',
    keys: ONOMONDO_AES,
    spi: '0619',
    tar: 'b00011',
    data: MF_ANSWER,
    response:
      '027100004412b000113ceefe95951260bfb8a3fb495652794c669a57bb1c34ee9453767058843d851e5dbf3299494f8ba17c3208a41738dd' +
      'fa41a8e182f32696496e721cb230b736fb',
    otherPadding: true,
  },
  {
    name: 'onomondo AES, plain',
    keys: ONOMONDO_AES,
    spi: '0601',
    tar: 'b00011',
    data: MF_ANSWER,
    response: `02710000390ab0001100000000000000${MF_ANSWER}`,
  },
  {
    name: 'onomondo 3DES, ciphered, CC',
    keys: ONOMONDO_3DES,
    spi: '0619',
    tar: 'b00011',
    data: MF_ANSWER,
    response:
      '027100004412b000115f0280a5c1418c8125e5181a50727de988d0af4a300a90ffb11e221d3fe81b4f771158c690bb83e4c7add40776a9f1' +
      '77c24d60dd80183340c4e8846612eadb15',
  },
  {
    name: 'pySim AES128-SJA5-CIPHERED-CC',
    keys: PYSIM_AES,
    spi: '0619',
    tar: 'b00011',
    data: '016132',
    response: '027100002412b00011ebc6b497e2cad7aedf36ace0e3a29b38853f0fe9ccde81913be5702b73abce1f',
  },
  {
    name: 'pySim 3DES-SJA5-CIPHERED-CC',
    keys: PYSIM_SJA5,
    spi: '0619',
    tar: 'b00011',
    data: '016132',
    response: '027100001c12b000118bb989492c632529326a2f4681feb37c825bc9021c9f6d0b',
  },
  {
    name: 'pySim 3DES-SJA5-UNCIPHERED-CC',
    keys: PYSIM_SJA5,
    spi: '0609',
    tar: 'b00011',
    data: '016132',
    response: '027100001612b0001100000000000000b5bcd6353a421fae016132',
  },
  {
    name: 'pySim 3DES-SJA5-UNCIPHERED-NOCC',
    keys: PYSIM_SJA5,
    spi: '0601',
    tar: 'b00011',
    data: '016132',
    response: '027100000e0ab0001100000000000000016132',
  },
  {
    name: 'pySim 3DES, ciphered, CC',
    keys: PYSIM_3DES,
    spi: '0619',
    tar: 'b00011',
    data: '01612f',
    response: '027100001c12b000119660ebdb81be189b5e4389e9e7ab2bc0954f963ad869ed7c',
  },
  {
    name: 'pySim 3DES, signed',
    keys: PYSIM_3DES,
    spi: '0609',
    tar: 'b00011',
    data: '01612f',
    response: '027100001612b000110000000000000055f47118381175fb01612f',
  },
]

/** The CC of the last vector, changed data. */
export const FORGED_RESPONSE: ResponseVector = {
  ...RESPONSE_VECTORS.at(-1)!,
  name: 'pySim 3DES, signed, error',
  response: '027100001612b000110000000000000055f47118381175fb02612f',
}
