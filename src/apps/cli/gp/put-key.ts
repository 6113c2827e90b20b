// `kazasu gp put-key`: a new key set, or one key. New keys come from options, the environment or a question.

import { createPublicKey } from 'node:crypto'
import { type Bytes, concat, fromBase64url, fromLatin1 } from '../../../base/bytes.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import { keyFrom } from './keys.ts'
import { byte, fileBytes, type GpOptions } from './options.ts'
import { no } from './refusals.ts'
import { say, sayJson, withCard } from './with-card.ts'

export interface PutKeyOptions extends GpOptions {
  readonly newVersion: string
  readonly replace?: string
  readonly id?: string
  readonly type?: 'aes' | 'des' | 'psk'
  readonly newKey?: string
  readonly newKeyEnc?: string
  readonly newKeyMac?: string
  readonly newKeyDek?: string
  /** PEM file of an RSA or ECC public key, for tokens and DAP. */
  readonly publicKey?: string
}

export async function putKey(options: PutKeyOptions): Promise<number> {
  const keyVersion = byte(options.newVersion, 'new version')
  const replaces = options.replace === undefined ? 0 : byte(options.replace, 'replace')
  const firstId = options.id === undefined ? 1 : byte(options.id, 'id')
  const single = options.publicKey !== undefined || options.id !== undefined || options.type === 'psk'
  const keys = single ? [await singleKey(options)] : await keySet(options)
  return withCard(options, async (card) => {
    await card.secure((inside) => {
      const kind = options.type ?? (inside.scp === 2 ? 'des' : 'aes')
      const typed = keys.map((key): gp.NewKey => (key instanceof Uint8Array ? { kind, key } : key))
      return gp.putKeys(inside, { keyVersion, keys: typed, firstId, replaces })
    })
    if (options.json) sayJson({ keyVersion, firstId, keys: keys.length, replaces })
    else say(`${keys.length === 1 ? 'one key' : `${keys.length} keys`} put as version ${options.newVersion}`)
    return 0
  })
}

const singleKey = async ({ publicKey, newKey }: PutKeyOptions): Promise<Bytes | gp.NewKey> =>
  publicKey === undefined ? await needed(newKey, 'KAZASU_GP_NEW_KEY', 'new key') : publicKeyFrom(publicKey)

async function keySet(options: PutKeyOptions): Promise<Bytes[]> {
  const parts = [
    ['new key ENC', 'KAZASU_GP_NEW_KEY_ENC', options.newKeyEnc],
    ['new key MAC', 'KAZASU_GP_NEW_KEY_MAC', options.newKeyMac],
    ['new key DEK', 'KAZASU_GP_NEW_KEY_DEK', options.newKeyDek],
  ] as const
  const apart: (Bytes | undefined)[] = []
  for (const [what, name, option] of parts) apart.push(await keyFrom(option, name, what))
  if (apart.every((key) => key !== undefined)) return apart
  const one = await needed(options.newKey, 'KAZASU_GP_NEW_KEY', 'new key')
  return apart.map((key) => key ?? one)
}

/** Asked for when it is nowhere. */
const needed = async (option: string | undefined, name: string, what: string): Promise<Bytes> =>
  (await keyFrom(option, name, what)) ?? (await keyFrom('-', name, what))!

const CURVES: Readonly<Record<string, number>> = { 'P-256': 0, 'P-384': 1, 'P-521': 2 }

function publicKeyFrom(path: string): gp.NewKey {
  const octets = (text: string | undefined) => fromBase64url(text ?? '')
  try {
    const jwk = createPublicKey(fromLatin1(fileBytes(path))).export({ format: 'jwk' })
    if (jwk.kty === 'RSA') return { kind: 'rsa', modulus: octets(jwk.n), exponent: octets(jwk.e) }
    const reference = CURVES[jwk.crv ?? '']
    if (reference === undefined) throw new RangeError('a curve that cards do not know')
    return { kind: 'ecc', point: concat(Uint8Array.of(4), octets(jwk.x), octets(jwk.y)), reference }
  } catch (cause) {
    throw no['bad-file']({ file: path, reason: 'not a PEM public key of RSA, P-256, P-384 or P-521' }, cause)
  }
}
