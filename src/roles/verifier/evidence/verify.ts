// Whether exported evidence is whole: each line upon the one before, all of them what the manifest says, and the manifest under the
// signature of the key that the auditor knows. Asks nobody.

import { type Bytes, equal, fromUtf8, hex } from '../../../base/bytes.ts'
import { publicKey, sha256, verify } from '../../../base/crypto.ts'
import { type Check, type CheckResult, joined, judge, type Verdict, verdict } from '../../../base/verdict.ts'
import { certificateOf, decodeSignedData } from '../../../codec/cms.ts'
import { type Manifest, zManifest } from './contract.ts'
import { digestOf } from './seal.ts'

export interface Exported {
  readonly manifest: Bytes
  readonly signature: Bytes
  readonly lines: AsyncIterable<string> | Iterable<string>
  /** SHA-256 of the SubjectPublicKeyInfo that the auditor was told, in hexadecimal. */
  readonly key?: string | undefined
}

const SIGNED: Check<Pick<Exported, 'manifest' | 'signature' | 'key'>>[] = [
  {
    name: 'the manifest is signed by the key of the platform',
    cite: 'RFC 5652 §5.6',
    test: ({ manifest, signature, key }) => {
      const { signers, certificates } = decodeSignedData(signature)
      const signer = signers[0]
      const certificate = signer && certificateOf(signer, certificates)
      if (!signer?.algorithm || !certificate) return ['failed', 'no signature, or without its certificate']
      const { subjectPublicKeyInfo } = certificate
      const spki = hex(sha256(subjectPublicKeyInfo))
      if (key !== undefined && key.toLowerCase() !== spki) return ['failed', `signed by the key ${spki}`]
      if (!equal(signer.messageDigest, sha256(manifest))) return ['failed', 'the manifest was changed']
      if (!verify(signer.algorithm, publicKey(subjectPublicKeyInfo), signer.signedAttributes, signer.signature))
        return ['failed', 'the signature is wrong']
      return key === undefined ? ['indeterminate', `no key was given to compare with ${spki}`] : ['passed', spki]
    },
  },
]

/** Reads the lines once, in their order. */
export async function verifyEvidence({ lines, ...signed }: Exported): Promise<Verdict> {
  const signature = judge(SIGNED, signed)
  const manifest = manifestIn(signed.manifest)
  if (!manifest) return joined(signature, verdict([whole('failed', 'the manifest cannot be read')]))
  return joined(signature, verdict([await chained(manifest, lines)]))
}

const whole = (outcome: CheckResult['outcome'], evidence: string): CheckResult => ({
  ...{
    name: 'every line is there, unchanged and in its place',
    cite: 'ours: docs/profile.md#evidence',
    outcome,
    evidence,
  },
})

async function chained(manifest: Manifest, lines: Exported['lines']): Promise<CheckResult> {
  let [number, chain] = [(manifest.first ?? 1) - 1, manifest.previous]
  for await (const line of lines) {
    const found = headIn(line)
    number += 1
    if (found?.number !== number) return whole('failed', `line ${number} is missing, or not in its place`)
    if (found.previous !== chain) return whole('failed', `line ${number} does not follow the line before it`)
    chain = digestOf(line)
  }
  const read = number - (manifest.first ?? 1) + 1
  if (read !== manifest.lines) return whole('failed', `${read} lines, and the manifest says ${manifest.lines}`)
  if (chain !== manifest.chain) return whole('failed', 'the last line is not that of the manifest')
  return whole('passed', `${read} lines`)
}

function headIn(line: string): { readonly number: unknown; readonly previous: unknown } | undefined {
  try {
    const { number, previous } = JSON.parse(line) as { number?: unknown; previous?: unknown }
    return { number, previous }
  } catch {
    return undefined
  }
}

function manifestIn(content: Bytes): Manifest | undefined {
  try {
    return zManifest.parse(JSON.parse(fromUtf8(content)))
  } catch {
    return undefined
  }
}
