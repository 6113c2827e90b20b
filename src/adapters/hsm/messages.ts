// What the authority's process and the signer process say to each other. The PIN is in one message, never in an
// argument, the environment of the child or a log.

import type { SignatureAlgorithm } from '../../base/ports.ts'

export type Question =
  | {
      readonly ask: 'open'
      readonly module: string
      readonly token: string
      readonly pin: string
      readonly sessions: number
    }
  /** Finds the key of this name; makes it when there is none and `make` is set. */
  | { readonly ask: 'key'; readonly name: string; readonly algorithm: SignatureAlgorithm; readonly make: boolean }
  | {
      readonly ask: 'sign'
      readonly name: string
      readonly algorithm: SignatureAlgorithm
      readonly message: Uint8Array
    }

/** `open`: label, model and serial number of the token; `key`: SubjectPublicKeyInfo, or nothing; `sign`: the signature. */
export type Value = Uint8Array | string | null

/** Why not. After `lost` the process ends, and a new one may find the token again. */
export type Failure = 'not-installed' | 'no-token' | 'wrong-pin' | 'lost'

export type Asked = Question & { readonly id: number }
export type Answered = { readonly id: number } & (
  | { readonly value: Value }
  | { readonly failure: Failure; readonly reason: string }
)
