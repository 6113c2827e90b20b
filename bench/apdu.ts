// C-APDUs through the card in this process: SELECT of a file and READ BINARY of 256 bytes, which clients send most.

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
  unit: 'one C-APDU to its R-APDU, in process: SELECT of a file and READ BINARY of 256 bytes in turn',
  floorIs: 'an empty dispatch: a link that gives the same R-APDUs back',
  prepare: async () => {
    const { card, authCa } = holder()
    const link = card.link()
    await run(link, select())
    const expected = authCa.certificate.raw.slice(0, 256)
    const [selected, content] = [bytes(0x90, 0x00), concat(expected, bytes(0x90, 0x00))]
    const empty: Link = { transmit: async (c) => (c[1] === 0xa4 ? selected : content) }
    const pair = async (by: Link) => {
      must(decodeResponse(await by.transmit(SELECT_CA_CERTIFICATE)).sw === 0x9000, 'SELECT')
      must(equal(decodeResponse(await by.transmit(READ)).data, expected), 'the content of the file')
    }
    const inPairs = (by: Link) => (count: number) => repeated(() => pair(by))(Math.ceil(count / 2))
    return { work: inPairs(link), floor: inPairs(empty) }
  },
}
