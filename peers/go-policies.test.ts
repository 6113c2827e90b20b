// The policy cases that Go's crypto/x509 took over from BoringSSL: certificates and table are read from the source of the Go
// toolchain, as it lies in the module cache. Only what they are about is compared: policies.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pemBlocks } from '../src/codec/pem.ts'
import { decodeCertificate } from '../src/codec/x509.ts'
import { validatePath } from '../src/protocol/path-validation/index.ts'

const MODULE = 'golang.org/toolchain@v0.0.1-go1.24.6.linux-amd64'
const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout?.trim() ?? ''
const folder = join(cache, MODULE, 'src', 'crypto', 'x509')
const source = join(folder, 'verify_test.go')
const present = existsSync(source)

interface Case {
  readonly chain: readonly string[]
  readonly policies: readonly string[]
  readonly options: ReadonlySet<string>
  /** Go runs some twice, with two certificates in the place of `intermediate`. */
  readonly valid: string
}

function read(): { readonly once: Case[]; readonly twice: Case[] } {
  const text = readFileSync(source, 'utf8')
  const from = text.indexOf('func TestPoliciesValid')
  const [once, twice] = text
    .slice(from, text.indexOf('\nfunc ', from + 1))
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .split('for _, useAny')
  return { once: casesOf(once!), twice: casesOf(twice!) }
}

const casesOf = (text: string): Case[] =>
  [...text.matchAll(/\{\s*chain:\s*\[\]\*Certificate\{([^}]*)\},(.*?)valid:\s*(!?\w+),\s*\}/gs)].map(
    ([, chain, rest, valid]) => ({
      chain: chain!.split(',').map((one) => one.trim()),
      policies: [...rest!.matchAll(/testOID(\d)/g)].map(([, n]) => `1.2.840.113554.4.1.72585.2.${n}`),
      options: new Set([...rest!.matchAll(/(\w+):\s*true/g)].map(([, option]) => option!)),
      valid: valid!,
    }),
  )

function policyOutcome({ chain, policies, options }: Case) {
  const [end, ...others] = chain.map((name) =>
    decodeCertificate(pemBlocks(new Uint8Array(readFileSync(join(folder, 'testdata', `policy_${name}.pem`))))[0]!),
  )
  const { checks } = validatePath({
    certificate: end!,
    intermediates: others.slice(0, -1),
    trustAnchors: [others.at(-1)!],
    time: end!.validity.notBefore,
    purpose: policies.length > 0 ? { policies } : {},
    initial: {
      requireExplicitPolicy: options.has('requireExplicitPolicy'),
      inhibitPolicyMapping: options.has('inhibitPolicyMapping'),
      inhibitAnyPolicy: options.has('inhibitAnyPolicy'),
    },
    revocation: { required: false },
  })
  return checks.find(({ name }) => name === 'policy is acceptable')?.outcome === 'passed'
}

describe.skipIf(!present)(`policy cases of Go (absent: the module cache has no ${MODULE})`, () => {
  const { once, twice } = present ? read() : { once: [], twice: [] }
  // A trust anchor alone is no path here.
  const all = [
    ...once.filter(({ chain }) => chain.length > 1),
    ...['mapped', 'mapped_any'].flatMap((kind) =>
      twice.map((one) => ({
        ...one,
        chain: one.chain.map((name) => (name === 'intermediate' ? `intermediate_${kind}` : name)),
        valid: one.valid.endsWith('useAny') ? String(one.valid.startsWith('!') === (kind === 'mapped')) : one.valid,
      })),
    ),
  ]

  test('there are 50', () => expect(all).toHaveLength(50))

  test.each(all.map((one, n) => [n, one.chain.join(' < '), one] as const))('%i: %s', (_, __, one) =>
    expect(policyOutcome(one)).toBe(one.valid === 'true'),
  )
})
