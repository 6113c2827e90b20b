// What operators of the authorities do, as processes: a ceremony, the loss of what opens the keys, a roll-over, an audit.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { logRoutes } from '../../roles/authority/http.ts'
import { withAuthority } from './authority-platform.ts'
import { kazasu } from './testing.ts'

const root = mkdtempSync(join(tmpdir(), 'kazasu-ceremony-'))
const data = join(root, 'data')
const out = join(root, 'out')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const NAMES = ['Sato', 'Suzuki', 'Takahashi'] as const
const passphraseOf = (name: string) => join(root, `${name}.passphrase`)
const script = join(root, 'script.json')
for (const name of NAMES) writeFileSync(passphraseOf(name), `the passphrase of ${name}\n`)
const participants = {
  place: 'Kazasu City',
  administrator: 'Yamada',
  witnesses: ['Tanaka'],
  needed: 2,
  custodians: NAMES.map((name) => ({ name, passphraseFile: passphraseOf(name) })),
}
writeFileSync(script, JSON.stringify(participants))
const run = (...args: string[]) => kazasu(['authority', ...args, '--data', data])

test('rehearsed, held once, lost, recovered by two of three, rolled over, audited', async ({ skip }) => {
  if (testDatabaseUrl()) skip('one data folder of its own')
  const rehearsed = await run('ceremony', '--script', script, '--out', out, '--dry-run')
  expect(rehearsed.stdout).toContain('REHEARSAL')
  expect(readdirSync(root)).not.toContain('data')
  const held = await run('ceremony', '--script', script, '--out', out)
  expect(held).toMatchObject({ status: 0 })
  expect(readdirSync(out).sort()).toEqual([
    'custodian-1.json',
    'custodian-2.json',
    'custodian-3.json',
    'protocol.md',
    'recovery.json',
  ])
  const protocol = readFileSync(join(out, 'protocol.md'), 'utf8')
  expect(protocol).toBe(held.stdout)
  const published = readFileSync(join(data, 'public', 'authority', 'auth-ca.crt'))
  expect(protocol).toContain(hex(sha256(Uint8Array.from(published))).replace(/.{4}(?=.)/g, '$& '))
  for (const name of NAMES) expect(protocol).toContain(`Custodian ${name}: ____`)
  expect(await run('ceremony', '--script', script, '--out', join(root, 'again'))).toMatchObject({ status: 1 })

  const wrapping = join(data, 'keys', 'wrapping-key')
  const before = readFileSync(wrapping)
  for (const file of readdirSync(out))
    expect(readFileSync(join(out, file), 'utf8')).not.toContain(before.toString('hex'))
  rmSync(wrapping)
  const share = (number: number) => join(out, `custodian-${number}.json`)
  const recovery = ['recover', '--recovery', join(out, 'recovery.json')]
  const alone = await run(...recovery, '--share', share(1), '--passphrase-file', passphraseOf('Sato'))
  expect(alone).toMatchObject({ status: 1, stderr: expect.stringContaining('custody/too-few') })
  const two = [share(3), share(1)]
  const passphrases = [passphraseOf('Takahashi'), passphraseOf('Sato')]
  expect(await run(...recovery, '--share', ...two, '--passphrase-file', ...passphrases)).toMatchObject({ status: 0 })
  expect(readFileSync(wrapping)).toEqual(before)

  const head = await run('audit', '--json')
  expect(head.status).toBe(0)
  const kept = join(root, 'head.json')
  writeFileSync(kept, JSON.stringify((JSON.parse(head.stdout) as { head: unknown }).head))
  const rolled = await run('rollover', 'auth', '--algorithm', 'ECDSA-P384-SHA384')
  expect(rolled).toMatchObject({ status: 0, stdout: expect.stringContaining('auth: generation 2') })
  expect(readFileSync(join(data, 'public', 'authority', 'auth-ca-1.crt'))).toEqual(published)
  const after = await run('audit', '--since', kept)
  expect(after).toMatchObject({ status: 0, stdout: expect.stringContaining('log and register agree') })
})

test('a certificate is found in the log off line, another is not', async ({ skip }) => {
  if (testDatabaseUrl()) skip('one data folder of its own')
  const files = await withAuthority(data, async ({ authority }) => {
    const { auth, sign } = await authority.caCertificates({})
    const app = logRoutes(authority)
    const json = async (path: string) => (await app.request(path)).text()
    const head = await json('/head')
    const { size } = JSON.parse(head) as { size: number }
    const proof = await json(`/inclusion/${hex(sha256(decodeCertificate(auth).tbs))}?size=${size}`)
    return { head, proof, auth, sign }
  })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content)
  const check = (certificate: string) =>
    kazasu([
      'authority',
      'check',
      join(root, certificate),
      '--proof',
      join(root, 'proof'),
      '--head',
      join(root, 'head'),
    ])
  expect(await check('auth')).toMatchObject({ status: 0 })
  expect(await check('sign')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('FAILED  the entry is of this certificate'),
  })
})
