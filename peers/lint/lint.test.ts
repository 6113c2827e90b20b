// Our certificates before zlint and pkilint, by RFC 5280 and its kin. What they find stands here with its reason.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { FOUR_INFO, KIYOSE, testCa, testCertificate } from '../../src/protocol/jpki-profile/test-authority.ts'

/** The published profile names distribution points in the directory: observed: certificates of J-LIS. */
const EXCEPTIONS = ['w_distribution_point_missing_ldap_or_uri']

const first = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path))
const gopath = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).stdout?.trim() || join(homedir(), 'go')
const zlint = first(join(gopath, 'bin', 'zlint'))
const pkilint = first(
  join(process.env.KAZASU_PKILINT ?? join(homedir(), '.cache', 'kazasu-pkilint'), 'bin', 'lint_pkix_cert'),
)

const authCa = testCa('auth', 'RSA-2048')
const signCa = testCa('sign', 'RSA-2048')
const holder = { municipality: KIYOSE, identifier: '997794E9AGCIEG' }
const signer = { municipality: KIYOSE, identifier: '2026040100000012345678901234', fourInfo: FOUR_INFO }
const CERTIFICATES = {
  authCa,
  signCa,
  auth: testCertificate(authCa, 'auth', { serialNumber: 0x06d18007n, ...holder }, 'RSA-2048'),
  phoneAuth: testCertificate(authCa, 'phoneAuth', { serialNumber: 0x06d18008n, ...holder }, 'RSA-2048'),
  sign: testCertificate(signCa, 'sign', { serialNumber: 0x06d18009n, ...signer }, 'RSA-2048'),
  responder: testCertificate(authCa, 'authResponder', { serialNumber: 3n }, 'RSA-2048'),
  nextAuthCa: testCa('auth', 'P-384'),
}

const folder = mkdtempSync(join(tmpdir(), 'kazasu-lint-'))
afterAll(() => rmSync(folder, { recursive: true }))
const files = Object.entries(CERTIFICATES).map(([name, { certificate }]) => {
  const lines = Buffer.from(certificate.raw)
    .toString('base64')
    .match(/.{1,64}/g)!
  const file = join(folder, `${name}.pem`)
  writeFileSync(file, `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`)
  return [name, file] as const
})

describe.skipIf(!zlint)('zlint (absent: go install github.com/zmap/zlint/v3/cmd/zlint puts it into GOPATH/bin)', () => {
  test.each(files)('%s', (_name, file) => {
    const sources = ['-includeSources', 'RFC5280,RFC5480,RFC5891']
    const { stdout } = spawnSync(zlint!, [...sources, file], { encoding: 'utf8' })
    const results = Object.entries(JSON.parse(stdout) as Record<string, { result: string }>)
    expect(results.length).toBeGreaterThan(100)
    const found = results.filter(([, { result }]) => ['warn', 'error', 'fatal'].includes(result))
    expect(found.map(([name]) => name).filter((name) => !EXCEPTIONS.includes(name))).toEqual([])
  })
})

describe.skipIf(!pkilint)('pkilint (absent: KAZASU_PKILINT names no environment with pkilint)', () => {
  test.each(files)('%s', (_name, file) => {
    const { status, stdout } = spawnSync(pkilint!, ['lint', '-s', 'WARNING', file], { encoding: 'utf8' })
    expect([status, stdout.trim()]).toEqual([0, ''])
  })
})
