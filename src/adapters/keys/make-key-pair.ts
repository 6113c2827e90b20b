// Key pairs made beside the main thread: an RSA key takes as long as hundreds of signatures.

import { generateKeyPair } from 'node:crypto'
import type { KeyKind, KeyPair } from '../../base/crypto.ts'

const FORMS = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const

export const makeKeyPair = (kind: KeyKind): Promise<KeyPair> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: Buffer, privateKey: Buffer) =>
      error ? reject(error) : resolve({ publicKey: new Uint8Array(publicKey), privateKey: new Uint8Array(privateKey) })
    if (kind === 'RSA-2048') generateKeyPair('rsa', { modulusLength: 2048, ...FORMS }, done)
    else generateKeyPair('ec', { namedCurve: kind, ...FORMS }, done)
  })
