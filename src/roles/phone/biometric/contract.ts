// A finger or a face in place of the PIN, by the platform authenticator of the handset. Part of the phone's contract. Seed 1,
// Option 2.

import { z } from 'zod'
import { operation, zBytes, zNothing } from '../../../base/contract.ts'

const zPin = z.string().regex(/^[0-9]{4}$/)

/** An assertion of the platform authenticator, with what its PRF extension gave: the key of the sealed PIN. */
export const zReleased = z.object({
  credentialId: zBytes,
  authenticatorData: zBytes,
  /** As the browser made it. */
  clientData: zBytes,
  signature: zBytes,
  key: zBytes,
})
export type Released = z.output<typeof zReleased>

export const biometricOperations = {
  biometric: operation(
    'whether a finger or a face stands for the PIN; paused: refused three times, until the PIN is entered',
    zNothing,
    z.object({ state: z.enum(['off', 'on', 'paused']) }),
  ),
  askBiometric: operation(
    'what the platform authenticator is to answer, once and within two minutes: for this login, for this approval with the number that was spoken, or to be turned on after the PIN',
    z.union([
      z.object({ loginId: z.string(), give: z.array(z.string()).optional() }),
      z.object({ approval: z.object({ requestId: z.string(), code: z.string() }) }),
      z.object({ pin: zPin }),
    ]),
    z.object({ challenge: zBytes, salt: zBytes, credentialId: zBytes.nullable() }),
  ),
  turnOnBiometric: operation(
    'after the PIN: sealed with the key that the platform authenticator gives for this finger or face',
    z.object({
      pin: zPin,
      /** Of the screen. */
      origin: z.url(),
      /** DER SubjectPublicKeyInfo. */
      publicKey: zBytes,
      released: zReleased,
    }),
    zNothing,
  ),
  turnOffBiometric: operation('only the PIN from now on', zNothing, zNothing),
  biometricRefused: operation(
    'the platform authenticator did not recognise its owner, or the owner did not want it to',
    zNothing,
    z.object({ state: z.enum(['off', 'on', 'paused']) }),
  ),
} as const
