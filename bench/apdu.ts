// One C-APDU through the card in this process: READ BINARY of 256 bytes, the command that clients send most.

import { bytes, concat, equal, fromHex } from '../src/base/bytes.ts'
import type { Link } from '../src/base/ports.ts'
import { command, decodeResponse, encodeCommand } from '../src/codec/apdu.ts'
import { run } from '../src/protocol/iso7816/index.ts'
import { select } from '../src/protocol/jpki-ap/index.ts'
import { holder } from './fixture.ts'
import { type Bench, must, repeated } from './harness.ts'

const SELECT_CA_CERTIFICATE = fromHex('00a4020c02000b')
const READ = encodeCommand(command(0x00, 0xb0, 0, 0, new Uint8Array(0), 256))

export const apdu: Bench = {
  name: 'apdu',
  unit: 'one C-APDU (READ BINARY of 256 bytes) to its R-APDU, in process',
  floorIs: 'a link that gives a constant R-APDU back',
  prepare: async () => {
    const { card, authCa } = holder()
    const link = card.link()
    await run(link, select())
    await link.transmit(SELECT_CA_CERTIFICATE)
    const expected = authCa.certificate.raw.slice(0, 256)
    const constant = concat(expected, bytes(0x90, 0x00))
    const empty: Link = { transmit: async () => constant }
    const once = (from: Link) => async () => {
      const { data } = decodeResponse(await from.transmit(READ))
      must(equal(data, expected), 'the content of the file')
    }
    return { work: repeated(once(link)), floor: repeated(once(empty)) }
  },
}
