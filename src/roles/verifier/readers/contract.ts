// Logins at a reader of the service: a kiosk or a counter, to which a card or a phone is held. Part of the verifier's contract.

import { z } from 'zod'
import { operation, zBytes, zSerial, zTime, zVerdict } from '../../../base/contract.ts'
import { zAskedClaim } from '../openid/contract.ts'

/** The reader by its certificate (CVC) of the terminal CA, and its signature over what it says. */
const zReaderProof = z.object({ certificate: zBytes, signature: zBytes })
export type ReaderProof = z.output<typeof zReaderProof>

/** As a person knows a reader: each "日本語 / English". */
export const zReaderName = z.object({ name: z.string(), place: z.string() })

/** `protocol/login/reader-message.ts`. */
const zHeld = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pin'), certificate: zBytes, signature: zBytes }),
  z.object({ kind: z.literal('touch'), serial: zSerial, cardChallenge: zBytes, signature: zBytes }),
])

/** What the reader shows, and what is signed there. */
export const zReaderLogin = z.object({
  loginId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  origin: z.string(),
  code: z.string(),
  nonce: zBytes,
  asked: z.array(zAskedClaim),
  expiresAt: zTime,
  /** Whether a touch without a PIN is enough, and whether a PIN counts, of a phone or of a card. */
  touch: z.boolean(),
  pin: z.boolean(),
  reader: zReaderName,
})
export type ReaderLogin = z.output<typeof zReaderLogin>

export const readerOperations = {
  loginAtReader: operation(
    'a reader of this service has read the code of this moment (signed: `readerTakes`); with `claim` it alone may answer',
    z.object({ qr: z.string(), proof: zReaderProof }),
    zReaderLogin.extend({ claim: z.string() }),
  ),
  answerAtReader: operation(
    'what was held to the reader that took the login, as the reader saw it (signed: `readerSaw`)',
    z.object({ loginId: z.string(), claim: z.string(), held: zHeld, proof: zReaderProof }),
    z.object({ verdict: zVerdict }),
  ),
}
