// A phone held to the virtual reader, for a test in another network: each C-APDU leaves as a line of hex and its R-APDU
// comes back as one; `away` is said when the field goes off.

import { createInterface } from 'node:readline'
import { connectVpcd } from '../src/adapters/vpcd/index.ts'
import { fromHex, hex } from '../src/base/bytes.ts'

/** Of a contactless card without historical bytes. PC/SC part 3 §3.1.3.2.3. */
const ATR = fromHex('3b80800101')

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (line: string) => process.stdout.write(`${line}\n`)
await connectVpcd(
  { host: '127.0.0.1', port: 35963 },
  {
    atr: ATR,
    reset: () => say('away'),
    process: async (command) => {
      say(hex(command))
      return fromHex((await answers.next()).value as string)
    },
  },
)
say('inserted')
