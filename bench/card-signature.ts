// A signature by the card as a client asks for it: SELECT, VERIFY, SELECT, COMPUTE DIGITAL SIGNATURE.

import { utf8 } from '../src/base/bytes.ts'
import { privateKey, publicKey, sign, verify } from '../src/base/crypto.ts'
import { type Dialogue, run } from '../src/protocol/iso7816/index.ts'
import * as jpki from '../src/protocol/jpki-ap/index.ts'
import { holder, PIN } from './fixture.ts'
import { type Bench, must, repeated } from './harness.ts'

const message = utf8('a challenge of about the usual length, thirty-two bytes and more')

export const cardSignature: Bench = {
  name: 'signature',
  unit: 'one RSA-2048 signature by the card after its PIN: five APDUs, the PIN counter written once',
  floorIs: 'one RSA-2048 signature in node:crypto with a key that is parsed already',
  prepare: async () => {
    const { card, auth } = holder()
    const link = card.link()
    const verifying = publicKey(auth.certificate.subjectPublicKeyInfo)
    const signing = privateKey(auth.pkcs8)
    function* dialogue(): Dialogue<Uint8Array> {
      yield* jpki.select()
      return yield* jpki.signMessage('auth', PIN, message)
    }
    let last = await run(link, dialogue())
    const right = () => must(verify('RSA-SHA256', verifying, message, last), 'the signature')
    const batch = (once: () => Promise<Uint8Array>) => async (count: number) => {
      await repeated(async () => {
        last = await once()
      })(count)
      right()
      return undefined
    }
    return {
      work: batch(() => run(link, dialogue())),
      floor: batch(async () => sign('RSA-SHA256', signing, message)),
    }
  },
}
