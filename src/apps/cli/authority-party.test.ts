// Parties by the command line, as processes: accredited with key and certificate, listed, ended; nothing written over.

import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { kazasu } from './testing.ts'

const root = mkdtempSync(join(tmpdir(), 'kazasu-party-'))
const data = join(root, 'data')
const out = join(root, 'shop')
afterAll(() => rmSync(root, { recursive: true, force: true }))
const party = (...args: string[]) => kazasu(['authority', 'party', ...args, '--data', data])
const until = '2030-01-01T00:00:00Z'

test('added, listed, not written over, ended', async ({ skip }) => {
  if (testDatabaseUrl()) skip('one data folder of its own')
  const add = (...more: string[]) =>
    party(
      'add',
      'shop',
      '--display',
      'Shop',
      '--service',
      'age',
      '--age',
      '20',
      '--until',
      until,
      '--out',
      out,
      ...more,
    )
  expect(await add()).toMatchObject({ status: 0, stdout: expect.stringContaining('shop is accredited until') })
  const certificate = new X509Certificate(readFileSync(join(out, 'certificate.pem')))
  expect(certificate.subject).toContain('CN=party-shop')
  expect(Date.parse(certificate.validTo)).toBe(Date.parse(until))
  expect(certificate.verify(new X509Certificate(readFileSync(join(out, 'ca.pem'))).publicKey)).toBe(true)
  expect(statSync(join(out, 'key.pem')).mode & 0o777).toBe(0o600)
  const key = readFileSync(join(out, 'key.pem'))
  expect(await add()).toMatchObject({ status: 1, stderr: expect.stringContaining('party/file-there') })
  expect(readFileSync(join(out, 'key.pem'))).toEqual(key)
  expect((await party('list')).stdout).toMatch(
    /^shop {2}Shop {2}age 20 {2}until 2030-01-01T00:00:00.000Z {2}0 today\n$/,
  )
  expect(await party('end', 'nobody')).toMatchObject({ status: 1, stderr: expect.stringContaining('party/unknown') })
  expect(await party('end', 'shop')).toMatchObject({ status: 0 })
  const [ended] = JSON.parse((await party('list', '--json')).stdout) as { accreditedUntil: string }[]
  expect(Date.parse(ended!.accreditedUntil)).toBeLessThan(Date.now())
})
