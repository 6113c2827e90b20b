// A path of leaf, intermediate and root, RSA-2048 throughout: the leaf comes as bytes, its issuers are known from before.
// Beside the floor, in the same run: Go's crypto/x509 and OpenSSL doing the same.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, rsa } from '../peers/forest/issue.ts'
import { CA_EXTENSIONS, LEAF_EXTENSIONS } from '../peers/forest/mutations.ts'
import { type Bytes, base64 } from '../src/base/bytes.ts'
import { publicKey, verify } from '../src/base/crypto.ts'
import { OID } from '../src/codec/oid.ts'
import { decodeCertificate, signedParts } from '../src/codec/x509.ts'
import { validatePath } from '../src/protocol/path-validation/index.ts'
import { type Bench, must, repeated } from './harness.ts'

const AT = new Date('2026-11-20T12:00:00Z')
const VALIDITY = { notBefore: new Date('2026-11-01T00:00:00Z'), notAfter: new Date('2026-12-01T00:00:00Z') }

export const path: Bench = {
  name: 'path',
  unit: 'one leaf judged under an intermediate and a root, from bytes to verdict, without revocation',
  floorIs: 'the one RSA-2048 verification in it that nobody can leave out, with the key at hand',
  prepare: async () => {
    const [rootKey, caKey, leafKey] = [rsa(2048), rsa(2048), rsa(2048)]
    const root = issue({ ...VALIDITY, key: rootKey, cn: 'root', serial: 1n, extensions: CA_EXTENSIONS })
    const ca = issue({ ...VALIDITY, key: caKey, cn: 'ca', serial: 2n, extensions: CA_EXTENSIONS }, root)
    const leaves = Array.from({ length: 256 }, (_, i) =>
      issue({ ...VALIDITY, key: leafKey, cn: `leaf ${i}`, serial: BigInt(10 + i), extensions: LEAF_EXTENSIONS }, ca),
    ).map((leaf) => leaf.der)
    const trustAnchors = [decodeCertificate(root.der)]
    const purpose = { extendedKeyUsage: [OID.clientAuth] }
    const signed = leaves.map(signedParts)
    const key = publicKey(ca.key.spki)
    let next = 0
    const once = () => {
      const certificate = leaves[next++ % leaves.length]!
      const given = { certificate, intermediates: [ca.der], trustAnchors, purpose }
      must(validatePath({ ...given, time: AT, revocation: { required: false } }).outcome === 'passed', 'the verdict')
    }
    const floor = () => {
      const { tbs, signature } = signed[next++ % leaves.length]!
      must(verify('RSA-SHA256', key, tbs, signature), 'the signature')
    }
    return {
      work: repeated(once),
      floor: repeated(floor),
      notes: () => [go, openssl].map((ask) => ask({ root: root.der, ca: ca.der, leaves })),
    }
  },
}

interface Chain {
  readonly root: Bytes
  readonly ca: Bytes
  readonly leaves: readonly Bytes[]
}

const go = ({ root, ca, leaves }: Chain): string => {
  const input = JSON.stringify({ at: AT, root: base64(root), ca: base64(ca), leaves: leaves.map(base64) })
  return peer('Go crypto/x509', spawnSync('go', ['run', 'peers/bench/path.go'], { input, encoding: 'utf8' }))
}

function openssl({ root, ca, leaves }: Chain): string {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'))
  try {
    const program = join(folder, 'path')
    const made = spawnSync('cc', ['-O2', '-o', program, 'peers/bench/path.c', '-lcrypto'], { encoding: 'utf8' })
    if (made.status !== 0) return 'OpenSSL: absent, there is no C compiler or no libssl-dev'
    const input = [root, ca, ...leaves].map((der) => pem(der)).join('')
    return peer('OpenSSL', spawnSync(program, [String(AT.getTime() / 1000)], { input, encoding: 'utf8' }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const pem = (der: Bytes): string => `-----BEGIN CERTIFICATE-----\n${base64(der)}\n-----END CERTIFICATE-----\n`

/** Each prints the nanoseconds for one: wall, processor. */
function peer(name: string, { status, stdout }: { status: number | null; stdout: string }): string {
  if (status !== 0) return `${name}: absent or failed`
  const [wall, processor] = stdout
    .trim()
    .split(' ')
    .map((ns) => `${(Number(ns) / 1000).toFixed(1)} µs`)
  return `${name}: ${wall}, of the processor ${processor}`
}
