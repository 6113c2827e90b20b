// Wycheproof's signature vectors through the door that path validation uses: algorithm identifier, key, verification.
// Read from the Go module cache, where `go mod download` puts them; vectors/SOURCE.md names version and licence.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromHex } from '../src/base/bytes.ts'
import * as der from '../src/codec/der.ts'
import { OID } from '../src/codec/oid.ts'
import { readAlgorithm } from '../src/codec/x509-algorithm.ts'
import { signatureBy } from '../src/protocol/path-validation/index.ts'

interface Group {
  readonly publicKeyDer: string
  readonly sha: string
  readonly mgfSha?: string
  readonly sLen?: number
  readonly tests: readonly { readonly tcId: number; msg: string; sig: string; result: string; comment: string }[]
}

const MODULE = 'github.com/c2sp/wycheproof@v0.0.0-20260902155932-3fa63dd0344a'
const cache = spawnSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).stdout?.trim() ?? ''
const folder = join(cache, MODULE, 'testvectors_v1')
const present = existsSync(folder)

const HASH: Record<string, keyof typeof OID> = { 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' }
const hashIdentifier = (sha: string) => der.sequence(der.oid(OID[HASH[sha]!]), der.nullValue())

const rsa = (bits: 256 | 384 | 512) => () => der.sequence(der.oid(OID[`sha${bits}WithRSAEncryption`]), der.nullValue())
const ecdsa = (bits: 256 | 384 | 512) => () => der.sequence(der.oid(OID[`ecdsaWithSHA${bits}`]))
const ed25519 = () => der.sequence(der.oid(OID.ed25519))
const pss = ({ sha, mgfSha = sha, sLen = 0 }: Group) =>
  der.sequence(
    der.oid(OID.rsassaPss),
    der.sequence(
      der.explicit(0, hashIdentifier(sha)),
      der.explicit(1, der.sequence(der.oid(OID.mgf1), hashIdentifier(mgfSha))),
      ...(sLen === 20 ? [] : [der.explicit(2, der.integer(sLen))]),
    ),
  )

/** The files whose algorithm a path may have; counts so that a file cannot shrink unseen. */
const FILES: readonly (readonly [file: string, count: number, identifier: (group: Group) => Uint8Array])[] = [
  ['rsa_signature_2048_sha256', 259, rsa(256)],
  ['rsa_signature_2048_sha384', 258, rsa(384)],
  ['rsa_signature_2048_sha512', 259, rsa(512)],
  ['rsa_signature_3072_sha256', 259, rsa(256)],
  ['rsa_signature_3072_sha384', 259, rsa(384)],
  ['rsa_signature_3072_sha512', 260, rsa(512)],
  ['rsa_signature_4096_sha256', 258, rsa(256)],
  ['rsa_signature_4096_sha384', 259, rsa(384)],
  ['rsa_signature_4096_sha512', 259, rsa(512)],
  ['rsa_signature_8192_sha256', 258, rsa(256)],
  ['rsa_signature_8192_sha384', 259, rsa(384)],
  ['rsa_signature_8192_sha512', 259, rsa(512)],
  ['rsa_pss_2048_sha256_mgf1_0', 103, pss],
  ['rsa_pss_2048_sha256_mgf1_0_params', 103, pss],
  ['rsa_pss_2048_sha256_mgf1_32', 108, pss],
  ['rsa_pss_2048_sha256_mgf1_32_params', 108, pss],
  ['rsa_pss_2048_sha384_mgf1_48', 141, pss],
  ['rsa_pss_3072_sha256_mgf1_32', 108, pss],
  ['rsa_pss_3072_sha256_mgf1_32_params', 108, pss],
  ['rsa_pss_4096_sha256_mgf1_32', 108, pss],
  ['rsa_pss_4096_sha384_mgf1_48', 141, pss],
  ['rsa_pss_4096_sha512_mgf1_32', 177, pss],
  ['rsa_pss_4096_sha512_mgf1_32_params', 177, pss],
  ['rsa_pss_4096_sha512_mgf1_64', 179, pss],
  ['rsa_pss_4096_sha512_mgf1_64_params', 179, pss],
  ['ecdsa_secp256r1_sha256', 484, ecdsa(256)],
  ['ecdsa_secp256r1_sha512', 554, ecdsa(512)],
  ['ecdsa_secp384r1_sha256', 472, ecdsa(256)],
  ['ecdsa_secp384r1_sha384', 504, ecdsa(384)],
  ['ecdsa_secp384r1_sha512', 542, ecdsa(512)],
  ['ecdsa_secp521r1_sha512', 542, ecdsa(512)],
  ['ed25519', 151, ed25519],
]

/** Vectors that are answered otherwise than they say. */
function wrong(group: Group, identifier: Uint8Array): string[] {
  const signatureAlgorithm = der.decode(identifier, (r) => readAlgorithm(r))
  const subjectPublicKeyInfo = fromHex(group.publicKeyDer)
  return group.tests.flatMap(({ tcId, msg, sig, result, comment }) => {
    const signed = { tbs: fromHex(msg), signatureAlgorithm, signature: fromHex(sig) }
    const said = signatureBy({ subjectPublicKeyInfo }, signed)
    if (result === 'acceptable' || (said === 'right') === (result === 'valid')) return []
    return [`${tcId} (${comment}): ${result}, said to be ${said}`]
  })
}

describe.skipIf(!present)(`Wycheproof (absent: ${MODULE} is not in the Go module cache)`, () => {
  test.each(FILES)('%s: %i vectors, none wrong', (file, count, identifier) => {
    const { testGroups } = JSON.parse(readFileSync(join(folder, `${file}_test.json`), 'utf8')) as {
      testGroups: readonly Group[]
    }
    expect(testGroups.flatMap((group) => wrong(group, identifier(group)))).toEqual([])
    expect(testGroups.reduce((sum, { tests }) => sum + tests.length, 0)).toBe(count)
  })
})
