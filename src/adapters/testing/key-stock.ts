// RSA key pairs for tests from a stock. To find the primes of one takes a tenth of a second, and a run of all tests needs
// thousands: within one test file none is handed out twice, and the next file in the same worker begins with the first
// again. They are Node's own; what processes of their own make is new each time.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

interface Pair {
  readonly publicKey: Buffer
  readonly privateKey: Buffer
}
interface Options {
  readonly modulusLength?: number
  readonly publicKeyEncoding?: { readonly format: string }
  readonly privateKeyEncoding?: { readonly format: string; readonly cipher?: string }
}
type Done = (error: Error | null, publicKey?: unknown, privateKey?: unknown) => void
interface Generator {
  generateKeyPairSync(kind: string, options: Options): unknown
  generateKeyPair(kind: string, options: Options, done: Done): void
}

/** Survives from one test file to the next in the same worker. */
const shared = globalThis as { kazasuKeyStock?: { readonly pairs: Pair[]; next: number } }

/** As base/crypto.ts and adapters/keys ask for them. */
const asOurs = (kind: string, { modulusLength, publicKeyEncoding, privateKeyEncoding }: Options = {}) =>
  kind === 'rsa' &&
  modulusLength === 2048 &&
  publicKeyEncoding?.format === 'der' &&
  privateKeyEncoding?.format === 'der' &&
  !privateKeyEncoding.cipher

/** Each file's setup comes here: its first key pair is the first of the stock. */
if (shared.kazasuKeyStock) shared.kazasuKeyStock.next = 0
else stockUp()

function stockUp(): void {
  const stock = { pairs: [] as Pair[], next: 0 }
  shared.kazasuKeyStock = stock
  const node = crypto as unknown as Generator
  const { generateKeyPairSync, generateKeyPair } = node
  const take = (options: Options): Pair => {
    const at = stock.next++
    const { publicKey, privateKey } = (stock.pairs[at] ??= generateKeyPairSync('rsa', options) as Pair)
    return { publicKey: Buffer.from(publicKey), privateKey: Buffer.from(privateKey) }
  }
  node.generateKeyPairSync = (kind, options) =>
    asOurs(kind, options) ? take(options) : generateKeyPairSync(kind, options)
  node.generateKeyPair = (kind, options, done) => {
    if (!asOurs(kind, options)) return generateKeyPair(kind, options, done)
    const { publicKey, privateKey } = take(options)
    setImmediate(() => done(null, publicKey, privateKey))
  }
  syncBuiltinESMExports()
}
