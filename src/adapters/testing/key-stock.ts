// RSA key pairs from a stock, for tests in which many parties meet. To find the primes of one takes a tenth of a second, and a
// run of all tests needs thousands: within one test file none is handed out twice, and the next file in the same worker
// begins with the first again. What a module makes while it is loaded stays for all files, so it is never of the stock, and
// tests of cards, formats and dialogues make their own. They are Node's own; processes of their own make new ones each time.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { beforeAll, expect } from 'vitest'

interface Pair {
  readonly publicKey: Buffer
  readonly privateKey: Buffer
}
interface Options {
  readonly modulusLength?: number
  readonly publicKeyEncoding?: { readonly format: string }
  readonly privateKeyEncoding?: { readonly format: string; readonly cipher?: string }
}
interface Stock {
  readonly pairs: Pair[]
  next: number
  open: boolean
}
type Done = (error: Error | null, publicKey?: unknown, privateKey?: unknown) => void
interface Generator {
  generateKeyPairSync(kind: string, options: Options): unknown
  generateKeyPair(kind: string, options: Options, done: Done): void
}

/** Survives from one test file to the next in the same worker. */
const shared = globalThis as { kazasuKeyStock?: Stock }

/** As base/crypto.ts and adapters/keys ask for them. */
const asOurs = (kind: string, { modulusLength, publicKeyEncoding, privateKeyEncoding }: Options = {}) =>
  kind === 'rsa' &&
  modulusLength === 2048 &&
  publicKeyEncoding?.format === 'der' &&
  privateKeyEncoding?.format === 'der' &&
  !privateKeyEncoding.cipher

const MANY_PARTIES = /\/src\/(?:roles\/(?!secure-element|my-number-card)|apps|cases|world)/

/** Each file's setup comes here, before its modules are loaded: its first key pair is the first of the stock. */
const stock = (shared.kazasuKeyStock ??= stockUp())
Object.assign(stock, { next: 0, open: false })
beforeAll(() => {
  stock.open = MANY_PARTIES.test(expect.getState().testPath ?? '')
})

function stockUp(): Stock {
  const stock: Stock = { pairs: [], next: 0, open: false }
  const node = crypto as unknown as Generator
  const { generateKeyPairSync, generateKeyPair } = node
  const take = (options: Options): Pair => {
    const at = stock.next++
    const { publicKey, privateKey } = (stock.pairs[at] ??= generateKeyPairSync('rsa', options) as Pair)
    return { publicKey: Buffer.from(publicKey), privateKey: Buffer.from(privateKey) }
  }
  node.generateKeyPairSync = (kind, options) =>
    stock.open && asOurs(kind, options) ? take(options) : generateKeyPairSync(kind, options)
  node.generateKeyPair = (kind, options, done) => {
    if (!stock.open || !asOurs(kind, options)) return generateKeyPair(kind, options, done)
    const { publicKey, privateKey } = take(options)
    setImmediate(() => done(null, publicKey, privateKey))
  }
  syncBuiltinESMExports()
  return stock
}
