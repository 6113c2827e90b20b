// NIST PKITS, a test for each of the 247 cases: all the files of a case are given at once, in no order.
// vectors/SOURCE.md says where the certificates and CRLs come from.

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeCertificate } from '../../codec/x509.ts'
import { type PathVerdict, validatePath } from './index.ts'

interface Case {
  readonly id: string
  readonly title: string
  readonly trustAnchor: string
  readonly certs: readonly string[]
  readonly crls: readonly string[]
  readonly settings: {
    readonly initialExplicitPolicy: boolean
    readonly initialPolicyMappingInhibit: boolean
    readonly initialInhibitAnyPolicy: boolean
    readonly userInitialPolicySet: readonly string[]
  }
  readonly expected: boolean
}

const FOLDER = '/usr/lib/python3/dist-packages/cryptography_vectors/x509/PKITS_data'
const present = existsSync(FOLDER)
const cases: readonly Case[] = JSON.parse(readFileSync('vectors/pkits.json', 'utf8'))

const file = (folder: string, name: string) => new Uint8Array(readFileSync(`${FOLDER}/${folder}/${name}`))

function validate({ trustAnchor, certs, crls, settings }: Case): PathVerdict {
  return validatePath({
    certificate: file('certs', certs.at(-1)!),
    intermediates: certs.slice(0, -1).map((name) => file('certs', name)),
    trustAnchors: [decodeCertificate(file('certs', trustAnchor))],
    time: new Date('2026-11-20T12:00:00Z'),
    purpose: { policies: settings.userInitialPolicySet },
    revocation: { required: true, crls: crls.map((name) => file('crls', name)) },
    initial: {
      requireExplicitPolicy: settings.initialExplicitPolicy,
      inhibitPolicyMapping: settings.initialPolicyMappingInhibit,
      inhibitAnyPolicy: settings.initialInhibitAnyPolicy,
    },
    algorithms: { sha1: true, dsa: true, minimumRsaBits: 1024 },
  })
}

test('there are 247 cases, of which 113 are valid', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(247)
  expect(cases.filter(({ expected }) => expected)).toHaveLength(113)
})

describe.skipIf(!present)('NIST PKITS (absent: python3-cryptography-vectors is not installed)', () => {
  test.each(cases)('$id $title', (one) => {
    const cold = validate(one)
    // Again, with all that was kept of its issuers and lists.
    const { outcome, checks } = validate(one)
    expect(outcome).toBe(cold.outcome)
    const why = checks.filter((check) => check.outcome !== 'passed').map(({ name, evidence }) => `${name}: ${evidence}`)
    expect({ passed: outcome === 'passed', why: one.expected ? why : [] }).toEqual({ passed: one.expected, why: [] })
  })
})
