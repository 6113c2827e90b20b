// What happens to the way to the HSM: the signer process is killed, the token goes and comes back, the PIN is wrong.
// That it is a key store like the others: adapters/keys/keys.test.ts.

import { readFileSync, renameSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Bytes, u32 } from '../../base/bytes.ts'
import { publicKey, verify } from '../../base/crypto.ts'
import type { Signer } from '../../base/ports.ts'
import { volatileKeyStore } from '../keys/index.ts'
import { systemEntropy } from '../random.ts'
import { type SoftHsm, softHsm, softHsmMissing } from '../testing/soft-hsm.ts'
import { connectHsm, type HsmConnection, type HsmSettings, hsmKeyStore, hsmSettings } from './index.ts'

const missing = softHsmMissing()
let hsm: SoftHsm
const open: HsmConnection[] = []
beforeAll(() => {
  if (!missing) hsm = softHsm()
})
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})
afterAll(() => hsm?.end())

const connect = (changed: Partial<HsmSettings> = {}, patience?: readonly number[]) => {
  const connection = connectHsm({ ...hsm.settings, ...changed }, patience)
  open.push(connection)
  return connection
}
const signerOf = (connection: HsmConnection): Promise<Signer> =>
  hsmKeyStore(connection, { others: volatileKeyStore(systemEntropy), lockPath: `${hsm.tokens}.lock` }).signer(
    'authority-auth-ca',
    'RSA-SHA256',
  )

test('kill -9 of the signer process, again and again, loses no signature', async ({ skip }) => {
  if (missing) skip(missing)
  const connection = connect()
  const signer = await signerOf(connection)
  const messages = Array.from({ length: 60 }, (_, i) => u32(i))
  const pids = new Set<number>()
  const kill = () => {
    const pid = connection.pid()
    if (pid === undefined || pids.has(pid)) return
    pids.add(pid)
    process.kill(pid, 'SIGKILL')
  }
  const signatures: Bytes[] = []
  for (let at = 0; at < messages.length; at += 20) {
    const batch = messages.slice(at, at + 20).map((message) => signer.sign(message))
    kill()
    signatures.push(...(await Promise.all(batch)))
  }
  const key = publicKey(signer.publicKey)
  const right = messages.filter((message, i) => verify('RSA-SHA256', key, message, signatures[i]!))
  expect({ killed: pids.size, asked: messages.length, right: right.length }).toEqual({
    killed: 3,
    asked: 60,
    right: 60,
  })
})

test('a token that is gone is a refusal; when it is back, all goes on with the same key', async ({ skip }) => {
  if (missing) skip(missing)
  const { publicKey: before } = await signerOf(connect())
  const connection = connect({}, [0, 10])
  const signer = await signerOf(connection)
  renameSync(hsm.tokens, `${hsm.tokens}-away`)
  process.kill(connection.pid()!, 'SIGKILL')
  await expect(signer.sign(u32(1))).rejects.toMatchObject({ code: 'hsm/unavailable', status: 503 })
  renameSync(`${hsm.tokens}-away`, hsm.tokens)
  const signature = await signer.sign(u32(1))
  expect(signer.publicKey).toEqual(before)
  expect(verify('RSA-SHA256', publicKey(before), u32(1), signature)).toBe(true)
})

test('a wrong PIN is tried once', async ({ skip }) => {
  if (missing) skip(missing)
  let asked = 0
  const pin = () => {
    asked++
    return '000000'
  }
  await expect(signerOf(connect({ pin }))).rejects.toMatchObject({ code: 'hsm/wrong-pin' })
  expect(asked).toBe(1)
})

test('no token of this label, no library, no PIN: each says so', async ({ skip }) => {
  if (missing) skip(missing)
  await expect(signerOf(connect({ token: 'another' }, [0]))).rejects.toMatchObject({ code: 'hsm/no-token' })
  await expect(signerOf(connect({ module: '/nowhere.so' }))).rejects.toMatchObject({ code: 'hsm/not-installed' })
  const settings = hsmSettings({ KAZASU_PKCS11_MODULE: hsm.settings.module })!
  await expect(signerOf(connect({ pin: settings.pin }))).rejects.toMatchObject({ code: 'hsm/no-pin' })
  expect(hsmSettings({})).toBeUndefined()
})

test('the PIN is in no argument and not in the environment of the signer process', async ({ skip }) => {
  if (missing) skip(missing)
  if (process.platform !== 'linux') skip('needs /proc')
  process.env.KAZASU_PKCS11_PIN = '271828'
  try {
    const connection = connect()
    await signerOf(connection)
    const seen = ['cmdline', 'environ']
      .map((file) => readFileSync(`/proc/${connection.pid()}/${file}`, 'latin1'))
      .join()
    expect(seen).toContain('signer-process.ts')
    expect(seen).not.toContain('271828')
  } finally {
    delete process.env.KAZASU_PKCS11_PIN
  }
})

test('the token says which it is', async ({ skip }) => {
  if (missing) skip(missing)
  const connection = connect()
  await signerOf(connection)
  expect(await connection.describe()).toMatch(/^kazasu test \(SoftHSM v2, serial number [0-9a-f]+\)$/)
})
