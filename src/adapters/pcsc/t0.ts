// A C-APDU over the T=0 transmission protocol: the reader carries either data or Le, so data comes back by
// GET RESPONSE. ISO 7816-3 §12.2, ISO 7816-4 §11.2.2. Extended lengths do not travel over T=0 here.

import { type Bytes, bytes, concat, NO_BYTES } from '../../base/bytes.ts'

type Transmit = (command: Bytes) => Promise<Bytes>

/** Sends one C-APDU and gathers its whole R-APDU. */
export async function transmitT0(command: Bytes, transmit: Transmit): Promise<Bytes> {
  let response = await transmit(withoutLe(command))
  // 6Cxx: wrong Le, xx is the right one. ISO 7816-3 §12.2.2.
  if (sw1(response) === 0x6c) response = await transmit(concat(command.subarray(0, 4), bytes(response.at(-1)!)))
  let data = NO_BYTES
  // 61xx: xx bytes wait. The class keeps its logical channel. ISO 7816-4 §5.4.1.
  while (sw1(response) === 0x61) {
    data = concat(data, response.subarray(0, -2))
    response = await transmit(bytes(command[0]! & 0x03, 0xc0, 0, 0, response.at(-1)!))
  }
  return concat(data, response)
}

const sw1 = (response: Bytes): number | undefined => response.at(-2)

/** Case 4 loses its Le on the way out; case 2 keeps it as P3. */
function withoutLe(command: Bytes): Bytes {
  const lc = command[4] ?? 0
  const isCase4 = command.length > 5 && lc > 0 && command.length === 5 + lc + 1
  return isCase4 ? command.subarray(0, -1) : command
}
