// BetterTLS: name constraints in every combination, and paths that branch. Its own program makes the cases; a certificate
// must be of the host that is asked for. vectors/SOURCE.md names version and licence.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { GeneralName } from '../src/codec/name-general.ts'
import { OID } from '../src/codec/oid.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { validatePath } from '../src/protocol/path-validation/index.ts'
import { secondsSince } from '../src/protocol/path-validation/testing/budget.ts'

interface Export {
  readonly trustRoot: string
  readonly suites: Record<string, { readonly testCases: readonly Case[] }>
}
interface Case {
  readonly id: number
  readonly certificates: readonly string[]
  readonly hostname: string
  readonly expected: 'ACCEPT' | 'REJECT'
}

const gopath = spawnSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).stdout?.trim() || join(homedir(), 'go')
const program = join(gopath, 'bin', 'bettertls')
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))

const nameOf = (hostname: string): GeneralName =>
  /^[0-9.]+$/.test(hostname)
    ? { kind: 'ip', octets: Uint8Array.from(hostname.split('.').map(Number)) }
    : { kind: 'dns', text: hostname }

describe.skipIf(!existsSync(program))('BetterTLS (absent: bettertls is not in GOPATH/bin)', () => {
  test.each([
    ['pathbuilding', 81],
    ['nameconstraints', 9491],
  ])('%s: %i cases, each as expected, none over a second', (suite, count) => {
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-bettertls-'))
    const file = join(folder, 'cases.json')
    expect(spawnSync(program, ['export-tests', '--suite', suite, '--out', file]).status).toBe(0)
    const { trustRoot, suites } = JSON.parse(readFileSync(file, 'utf8')) as Export
    rmSync(folder, { recursive: true })
    const trustAnchors = [decodeCertificate(bytes(trustRoot))]
    const { testCases } = suites[suite]!
    const wrong = testCases.filter(({ certificates: [leaf, ...others], hostname, expected }) => {
      const before = process.threadCpuUsage()
      const { outcome } = validatePath({
        certificate: bytes(leaf!),
        intermediates: others.map(bytes),
        trustAnchors,
        time: new Date(),
        purpose: { extendedKeyUsage: [OID.serverAuth], name: nameOf(hostname) },
        revocation: { required: false },
      })
      return (outcome === 'passed') !== (expected === 'ACCEPT') || secondsSince(before) > 1
    })
    expect([testCases.length, wrong.map(({ id }) => id)]).toEqual([count, []])
  })
})
