// The watch over the logs of all tests finds what it is there to find: otherwise its silence would say nothing.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { hex } from '../../../base/bytes.ts'
import { generateKeyPair } from '../../../base/crypto.ts'
import { verifyPin } from '../../../protocol/jpki-ap/index.ts'
import { no } from '../../../roles/verifier/refusals.ts'
import { maintain } from '../../maintenance.ts'
import { CITIZENS } from '../../people.ts'
import { leaks } from './watch.ts'

/** Said by code of ours to a log that forgets everything. */
async function said(words: string) {
  const failing = () => Promise.reject(Object.assign(new Error('no'), { name: words }))
  await maintain(() => undefined, [failing])
  return leaks()
}

const { fourInfo, phonePin, password } = CITIZENS.elder

test.each([fourInfo.name, `of ${fourInfo.name.replace('　', ' ')}`, fourInfo.address, fourInfo.birthDate])(
  'a fact in a log is found, with its event: %s',
  async (fact) => expect(await said(fact)).toEqual(['maintenance.failed: a fact of a person']),
)

test('a PIN or a password in a log is found, one that only a test types too', async () => {
  const found = ['maintenance.failed: a PIN or password']
  expect(await said(`PIN ${phonePin}`)).toEqual(found)
  expect(await said(password)).toEqual(found)
  // No other test types it.
  const own = 'ZX73W91Q'
  expect(await said(own)).toEqual([])
  const dialogue = verifyPin('sign', own)
  for (let step = dialogue.next(); !step.done; step = dialogue.next({ data: new Uint8Array(0), sw: 0x9000 } as never));
  expect(await said(own)).toEqual(found)
  expect(await said(`serial 1${own}, 0x${own}`)).toEqual([])
})

test('a private key in a log is found in any writing', async () => {
  const { privateKey } = generateKeyPair('P-256')
  const rsa = generateKeyPair('RSA-2048').privateKey
  const writings = [privateKey, rsa].flatMap((key) => [hex(key), Buffer.from(key).toString('base64')])
  for (const words of [...writings, '-----BEGIN EC PRIVATE KEY-----', '{"kty":"EC","d":"AAAA"}'])
    expect(await said(words)).toEqual(['maintenance.failed: a private key'])
})

test('a refusal that takes a fact along is found', () => {
  expect(no.unknownSubject({ of: fourInfo.name })).toBeInstanceOf(Error)
  expect(leaks()).toEqual(['refusal verifier/unknownSubject: a fact of a person'])
})

test('what may be said is not found', async () => {
  expect(await said('order 8981990000000000034, 2026-11-28T18:00:00Z, 1234567890')).toEqual([])
})

/** A process with our real log, that says this of itself. */
async function planted(source: string) {
  const log = `import { pinoLog } from './src/adapters/log.ts'; const log = pinoLog(); ${source}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', log], { stdio: ['ignore', 'pipe', 'pipe'] })
  let seen = ''
  child.stderr.on('data', (part) => (seen += part))
  await once(child, 'close')
  return [leaks(), seen] as const
}

test('a role of its own process is heard: a fact, a PIN, a key in its log, a fact in what it complains of', async () => {
  const fact = JSON.stringify(fourInfo.name)
  const [found, seen] = await planted(`log('planted.fact', { of: ${fact} }); log('planted.well', { of: 'nobody' })`)
  expect(found).toEqual(['planted.fact: a fact of a person'])
  // And the test reads it all the same.
  expect(seen).toContain('planted.well')
  expect((await planted(`log('planted.digits', { of: ${JSON.stringify(phonePin)} })`))[0]).toEqual([
    'planted.digits: a PIN or password',
  ])
  expect((await planted(`log('planted.key', { of: '-----BEGIN EC PRIVATE KEY-----' })`))[0]).toEqual([
    'planted.key: a private key',
  ])
  expect((await planted(`throw new Error(${fact})`))[0]).toEqual(['stderr: a fact of a person'])
  expect((await planted(`console.log(${fact}, ${JSON.stringify(phonePin)}, 'MII')`))[0]).toEqual([])
})
