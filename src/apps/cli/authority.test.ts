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
import { hasTerminal, kazasu, typed } from './testing.ts'

const root = mkdtempSync(join(tmpdir(), 'kazasu-ceremony-'))
const data = join(root, 'data')
const out = join(root, 'out')
afterAll(() => rmSync(root, { recursive: true, force: true }))

const NAMES = ['Sato', 'Suzuki', 'Takahashi'] as const
const passphraseOf = (name: string) => join(root, `${name}.passphrase`)
const secretOf = (name: string) => `the passphrase of ${name}`
const script = join(root, 'script.json')
for (const name of NAMES) writeFileSync(passphraseOf(name), `${secretOf(name)}\n`)
const participants = {
  place: 'Kazasu City',
  administrator: 'Yamada',
  witnesses: ['Tanaka'],
  needed: 2,
  custodians: NAMES.map((name) => ({ name, passphraseFile: passphraseOf(name) })),
}
writeFileSync(script, JSON.stringify(participants))
/** The head of the log, and proof that a certificate is in it; another certificate. */
const kept = () =>
  withAuthority(data, async ({ authority }) => {
    const { auth, sign } = await authority.caCertificates({})
    const app = logRoutes(authority)
    const json = async (path: string) => (await app.request(path)).text()
    const head = await json('/head')
    const { size } = JSON.parse(head) as { size: number }
    const proof = await json(`/inclusion/${hex(sha256(decodeCertificate(auth).tbs))}?size=${size}`)
    return { head, proof, auth, sign }
  })
const run = (...args: string[]) => kazasu(['authority', ...args, '--data', data])
const answers: [string, string][] = [
  ['Place', participants.place],
  ['Ceremony administrator', participants.administrator],
  ['Witnesses, by comma', participants.witnesses.join()],
  ['Custodians, by comma', NAMES.join(', ')],
  ['How many of them are needed', '2'],
  ...NAMES.flatMap((name): [string, string][] =>
    [`Passphrase of ${name}`, `Passphrase of ${name}, again`].map((question) => [question, secretOf(name)]),
  ),
]

/** As people do, where there is a terminal for them: no passphrase is seen on it. */
async function hold(): Promise<string> {
  const ceremony = ['authority', 'ceremony', '--data', data, '--out', out]
  if (!hasTerminal()) return (await kazasu([...ceremony, '--script', script])).stdout
  const twice = answers.map(([question, answer]): [string, string] => [
    question,
    question.endsWith('again') ? 'x' : answer,
  ])
  const other = await typed([...ceremony, '--dry-run'], twice.slice(0, 7))
  expect(other).toMatchObject({ status: 1, seen: expect.stringContaining('ceremony/passphrase') })
  const { status, seen, unasked } = await typed(ceremony, answers)
  expect([status, unasked]).toEqual([0, []])
  for (const name of NAMES) expect(seen).not.toContain(secretOf(name))
  return seen.slice(seen.indexOf('# Key ceremony')).replaceAll('\r\n', '\n')
}

test('rehearsed, held once, lost, recovered by two of three, rolled over, audited, looked up off line', async ({
  skip,
}) => {
  if (testDatabaseUrl()) skip('one data folder of its own')
  const rehearsed = await run('ceremony', '--script', script, '--out', out, '--dry-run')
  expect(rehearsed.stdout).toContain('REHEARSAL')
  expect(readdirSync(root)).not.toContain('data')
  const held = await hold()
  expect(readdirSync(out).sort()).toEqual([
    'custodian-1.json',
    'custodian-2.json',
    'custodian-3.json',
    'protocol.md',
    'recovery.json',
  ])
  const protocol = readFileSync(join(out, 'protocol.md'), 'utf8')
  expect(held).toContain(protocol)
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

  for (const [name, content] of Object.entries(await kept())) writeFileSync(join(root, name), content)
  const rolled = await run('rollover', 'auth', '--algorithm', 'ECDSA-P384-SHA384')
  expect(rolled).toMatchObject({ status: 0, stdout: expect.stringContaining('auth: generation 2') })
  expect(readFileSync(join(data, 'public', 'authority', 'auth-ca-1.crt'))).toEqual(published)
  const after = await run('audit', '--since', join(root, 'head'))
  expect(after).toMatchObject({ status: 0, stdout: expect.stringContaining('log and register agree') })

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
