// Where the keys of a card come from: options, environment, a question, a carrier's master in the data folder, or the
// test keys that every GlobalPlatform client knows.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileKeyStore } from '../../../adapters/keys/index.ts'
import { type Bytes, fromHex } from '../../../base/bytes.ts'
import { KDF, type KeySet } from '../../../protocol/globalplatform/index.ts'
import { type GpOptions, hexBytes } from './options.ts'
import { no } from './refusals.ts'
import { askSecret } from './terminal.ts'

/** Observed: every GlobalPlatform client. */
export const TEST_KEY = fromHex('404142434445464748494a4b4c4d4e4f')

/** The keys for a card, by its key diversification data. */
export type KeysFor = (hello: { readonly diversificationData: Bytes }) => KeySet

export async function keysOf(options: GpOptions): Promise<KeysFor> {
  if (options.carrierKeys !== undefined) {
    const master = await carrierMaster(options.data, options.carrierKeys)
    return ({ diversificationData }) => KDF[options.kdf ?? 'kdf3'](master, diversificationData)
  }
  const one = await keyFrom(options.key, 'KAZASU_GP_KEY', 'key')
  const apart = {
    enc: (await keyFrom(options.keyEnc, 'KAZASU_GP_KEY_ENC', 'key ENC')) ?? one ?? TEST_KEY,
    mac: (await keyFrom(options.keyMac, 'KAZASU_GP_KEY_MAC', 'key MAC')) ?? one ?? TEST_KEY,
    dek: (await keyFrom(options.keyDek, 'KAZASU_GP_KEY_DEK', 'key DEK')) ?? one ?? TEST_KEY,
  }
  const { kdf } = options
  return kdf ? ({ diversificationData }) => KDF[kdf](apart.enc, diversificationData) : () => apart
}

/** From an option (`-` asks), else from the environment. */
export async function keyFrom(option: string | undefined, name: string, what: string): Promise<Bytes | undefined> {
  const text = option === '-' ? await askSecret(what) : (option ?? process.env[name])
  if (text === undefined) return undefined
  const key = hexBytes(text, what)
  if (![16, 24, 32].includes(key.length)) throw no['bad-key']({ what })
  return key
}

/** `minato`, or `minato-256` for the longer keys of its other SIMs. */
async function carrierMaster(data: string, carrier: string): Promise<Bytes> {
  const name = `sim-master-${carrier}`
  const known = /^[a-z]+(-192|-256)?$/.test(carrier) && existsSync(join(data, 'keys', `${name}.key`))
  if (!known) throw no['no-carrier-keys']({ carrier })
  const bits = /-(192|256)$/.exec(carrier)?.[1]
  return fileKeyStore(join(data, 'keys')).secret(name, bits ? Number(bits) / 8 : 16)
}
