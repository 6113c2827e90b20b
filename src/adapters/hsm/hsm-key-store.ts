// The `KeyStore` port with signing keys in an HSM. Symmetric secrets, and keys that are not `inHsm`, stay where they were.

import { setTimeout as after } from 'node:timers/promises'
import type { Bytes } from '../../base/bytes.ts'
import { keyFacts, publicKey as publicKeyFrom } from '../../base/crypto.ts'
import type { KeyStore, SignatureAlgorithm, Signer } from '../../base/ports.ts'
import { LockHeld, lockFile } from '../file-lock.ts'
import type { HsmConnection } from './connection.ts'

export interface HsmKeyStoreOptions {
  readonly others: KeyStore
  /** Guards the making of a key among the processes of one machine; several machines make keys at a ceremony first. */
  readonly lockPath: string
  readonly inHsm?: (name: string) => boolean
}

/** The keys of the certification authorities. */
const OF_AUTHORITIES = (name: string): boolean => name.startsWith('authority-')

export function hsmKeyStore(connection: HsmConnection, options: HsmKeyStoreOptions): KeyStore {
  const { others, lockPath, inHsm = OF_AUTHORITIES } = options
  const known = new Map<string, Promise<Signer>>()
  const open = async (name: string, algorithm: SignatureAlgorithm): Promise<Signer> => {
    const publicKey =
      (await connection.ask({ ask: 'key', name, algorithm, make: false })) ??
      (await locked(lockPath, () => connection.ask({ ask: 'key', name, algorithm, make: true })))
    if (!fits(algorithm, publicKey as Bytes)) throw new Error(`key "${name}" was made for another purpose`)
    return {
      algorithm,
      publicKey: publicKey as Bytes,
      sign: async (message) => (await connection.ask({ ask: 'sign', name, algorithm, message })) as Bytes,
    }
  }
  return {
    signer: (name, algorithm) => {
      if (!inHsm(name)) return others.signer(name, algorithm)
      const signer = known.get(`${algorithm} ${name}`) ?? open(name, algorithm)
      known.set(`${algorithm} ${name}`, signer)
      signer.catch(() => known.delete(`${algorithm} ${name}`))
      return signer
    },
    secret: others.secret,
  }
}

const CURVES = { 'RSA-SHA256': undefined, 'ECDSA-P256-SHA256': 'prime256v1', 'ECDSA-P384-SHA384': 'secp384r1' } as const

const fits = (algorithm: SignatureAlgorithm, spki: Bytes): boolean =>
  keyFacts(publicKeyFrom(spki)).curve === CURVES[algorithm]

const TURN_MS = 50

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const lock = lockFile(path)
      try {
        return await work()
      } finally {
        lock.release()
      }
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error
      await after(TURN_MS)
    }
  }
}
