import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../base/bytes.ts'
import { publicKey, seededEntropy, verify } from '../../base/crypto.ts'
import type { KeyStore } from '../../base/ports.ts'
import { connectHsm, hsmKeyStore } from '../hsm/index.ts'
import { systemEntropy } from '../random.ts'
import { type SoftHsm, softHsm, softHsmMissing } from '../testing/soft-hsm.ts'
import { fileKeyStore, volatileKeyStore } from './index.ts'

let folder: string
let serial = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-keys-'))
})
let hsm: SoftHsm | undefined
const ends: (() => void)[] = []
afterAll(() => {
  for (const end of ends) end()
  hsm?.end()
  rmSync(folder, { recursive: true, force: true })
})
const newFolder = () => join(folder, `${serial++}`)

/** A new session to one token; every store has names of its own there. */
function hsmStore(): KeyStore {
  hsm ??= softHsm()
  const connection = connectHsm(hsm.settings)
  ends.push(connection.close)
  const store = hsmKeyStore(connection, {
    others: volatileKeyStore(systemEntropy),
    lockPath: join(folder, 'hsm.lock'),
    inHsm: () => true,
  })
  const prefix = `${serial++} `
  return { ...store, signer: (name, algorithm) => store.signer(prefix + name, algorithm) }
}

/** One suite, every store. */
describe.each<[string, () => KeyStore]>([
  ['volatile', () => volatileKeyStore(seededEntropy(utf8('keys')))],
  ['file', () => fileKeyStore(newFolder())],
  ['HSM', hsmStore],
])('key store: %s', (kind, open) => {
  beforeEach(({ skip }) => {
    const missing = kind === 'HSM' ? softHsmMissing() : undefined
    if (missing) skip(missing)
  })

  test.each(['RSA-SHA256', 'ECDSA-P256-SHA256', 'ECDSA-P384-SHA384'] as const)(
    '%s: one key per name',
    async (algorithm) => {
      const keys = open()
      const [first, again] = await Promise.all([
        keys.signer('authority/auth', algorithm),
        keys.signer('authority/auth', algorithm),
      ])
      const other = await keys.signer('authority/sign', algorithm)
      expect(again.publicKey).toEqual(first.publicKey)
      expect(hex(other.publicKey)).not.toBe(hex(first.publicKey))
      const signature = await again.sign(utf8('m'))
      expect(verify(algorithm, publicKey(first.publicKey), utf8('m'), signature)).toBe(true)
    },
  )

  test('secrets of the length asked for, one per name', async () => {
    const keys = open()
    const secret = await keys.secret('sp-tsm/master', 16)
    expect(secret).toHaveLength(16)
    expect(await keys.secret('sp-tsm/master', 16)).toEqual(secret)
    expect(await keys.secret('carrier/master', 16)).not.toEqual(secret)
    secret.fill(0)
    expect(await keys.secret('sp-tsm/master', 16)).not.toEqual(secret)
  })

  test('a name keeps its purpose', async () => {
    const keys = open()
    await keys.secret('a', 16)
    await expect(keys.secret('a', 32)).rejects.toThrow('another purpose')
    await keys.signer('b', 'RSA-SHA256')
    await expect(keys.signer('b', 'ECDSA-P256-SHA256')).rejects.toThrow('another purpose')
  })
})

describe('the key folder', () => {
  test('gives the same keys to the next process, and to two at once', async () => {
    const where = newFolder()
    const [one, two] = await Promise.all([fileKeyStore(where).secret('x', 32), fileKeyStore(where).secret('x', 32)])
    expect(two).toEqual(one)
    const { publicKey } = await fileKeyStore(where).signer('s', 'ECDSA-P256-SHA256')
    expect((await fileKeyStore(where).signer('s', 'ECDSA-P256-SHA256')).publicKey).toEqual(publicKey)
  })

  test('is closed to others and holds no key in the clear', async () => {
    const where = newFolder()
    const secret = await fileKeyStore(where).secret('../x', 32)
    expect(statSync(where).mode & 0o777).toBe(0o700)
    expect(readdirSync(where).sort()).toEqual(['..%2Fx.key', 'wrapping-key'])
    for (const file of readdirSync(where)) {
      expect(statSync(join(where, file)).mode & 0o777).toBe(0o600)
      expect(hex(readFileSync(join(where, file)))).not.toContain(hex(secret))
    }
  })

  test('refuses a key that was changed, renamed, or wrapped elsewhere', async () => {
    const where = newFolder()
    await fileKeyStore(where).secret('a', 16)
    renameSync(join(where, 'a.key'), join(where, 'b.key'))
    await expect(fileKeyStore(where).secret('b', 16)).rejects.toThrow('does not open')
    renameSync(join(where, 'b.key'), join(where, 'a.key'))
    writeFileSync(join(where, 'wrapping-key'), systemEntropy(32))
    await expect(fileKeyStore(where).secret('a', 16)).rejects.toThrow('does not open')
  })
})
