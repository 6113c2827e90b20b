// `kazasu evidence`: a tenant's evidence for an auditor, into a folder, and whether such a folder is whole. An export that was cut
// goes on where it stopped. Of a data folder, or of a running verifier by --peer.

import { createReadStream, existsSync } from 'node:fs'
import { appendFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { mutualTlsFetch } from '../../adapters/http/index.ts'
import { tlsIdentity } from '../../adapters/tls-identity.ts'
import { hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { type Verifier, verifierContract } from '../../roles/verifier/contract.ts'
import { verifyEvidence } from '../../roles/verifier/evidence/verify.ts'
import { asker } from './ask.ts'
import { openPlatform } from './authority-platform.ts'
import { OPERATOR } from './callers.ts'
import { folderWorld } from './folder-world.ts'
import { progress } from './progress.ts'
import { peersAt } from './serve.ts'

export interface EvidenceExportOptions {
  readonly data: string
  readonly peer: readonly string[]
  readonly tenant: string
  readonly from: string
  readonly to: string
  readonly out: string
  readonly clerk: string
}

const FILES = {
  lines: 'evidence.jsonl',
  manifest: 'manifest.json',
  signature: 'manifest.p7s',
  certificate: 'platform.pem',
} as const

type EvidenceVerifier = Pick<Verifier, 'signIn' | 'signOut' | 'evidence' | 'evidenceManifest'>

export async function evidenceExport(options: EvidenceExportOptions): Promise<number> {
  const ask = asker()
  try {
    return await withVerifier(options, async (verifier) => {
      const passcode = await ask.text(`passcode of ${options.clerk}`)
      return exported(verifier, options, passcode)
    })
  } finally {
    ask.end()
  }
}

async function withVerifier<T>(
  { data, peer }: EvidenceExportOptions,
  work: (verifier: EvidenceVerifier) => Promise<T>,
): Promise<T> {
  if (peer.length === 0) {
    const world = await folderWorld(data)
    try {
      return await work(world.verifier)
    } finally {
      await world.close()
    }
  }
  const platform = await openPlatform(data)
  try {
    const fetch = mutualTlsFetch(await tlsIdentity(platform, OPERATOR, 'localhost'))
    return await work(peersAt(peer, fetch)(verifierContract))
  } finally {
    await platform.close()
  }
}

/** Into the folder; what is there of the same export is kept. */
export async function exported(
  verifier: EvidenceVerifier,
  { tenant, from, to, out, clerk }: Omit<EvidenceExportOptions, 'data' | 'peer'>,
  passcode: string,
): Promise<number> {
  const [begin, end] = [timeOf(from), timeOf(to)]
  const { session } = await verifier.signIn({ clerkId: clerk, passcode })
  const asked = { session, tenantId: tenant, from: begin, to: end }
  await mkdir(out, { recursive: true })
  const file = join(out, FILES.lines)
  const bar = progress(1)
  let { after, count } = await resumed(file)
  for (;;) {
    const { lines, next, total } = await verifier.evidence({ ...asked, ...(after > 0 && { after }) })
    await appendFile(file, lines.map((line) => `${line}\n`).join(''))
    count += lines.length
    bar.at(count, Math.max(total, 1), `${count} of ${total} lines`)
    if (next === null) break
    after = next
  }
  bar.done()
  const { manifest, signature, certificate } = await verifier.evidenceManifest(asked)
  await writeFile(join(out, FILES.manifest), manifest)
  await writeFile(join(out, FILES.signature), signature)
  await writeFile(join(out, FILES.certificate), pemOf(certificate))
  await verifier.signOut({ session })
  process.stdout.write(`${count} lines into ${out}, under the key ${keyOf(certificate)}\n`)
  return 0
}

function timeOf(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new Refusal('evidence/time', 400, 'this is no time: write 2026-11-01 or 2026-11-01T09:00:00+09:00', { text })
  return time
}

/** After the last whole line that is there; half a line goes. */
async function resumed(file: string): Promise<{ after: number; count: number }> {
  await appendFile(file, '')
  let [after, count, octets] = [0, 0, 0]
  for await (const line of linesOf(file)) {
    const number = numberIn(line)
    if (number === undefined) break
    octets += Buffer.byteLength(line) + 1
    after = number
    count += 1
  }
  await truncate(file, octets)
  return { after, count }
}

function numberIn(line: string): number | undefined {
  try {
    return (JSON.parse(line) as { number: number }).number
  } catch {
    return undefined
  }
}

const linesOf = (file: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })

const keyOf = (certificate: Uint8Array): string => hex(sha256(decodeCertificate(certificate).subjectPublicKeyInfo))

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`

/** Exit status 0 when all is whole and under the key that was given, 1 when not, 2 when no key was given. */
export async function evidenceVerify(folder: string, { key }: { readonly key?: string }): Promise<number> {
  for (const name of Object.values(FILES))
    if (!existsSync(join(folder, name)))
      throw new Refusal('evidence/file', 404, 'this folder holds no whole export', { file: name })
  const { outcome, checks } = await verifyEvidence({
    manifest: new Uint8Array(await readFile(join(folder, FILES.manifest))),
    signature: new Uint8Array(await readFile(join(folder, FILES.signature))),
    lines: linesOf(join(folder, FILES.lines)),
    key,
  })
  for (const check of checks) process.stdout.write(`${check.outcome}  ${check.name}: ${check.evidence}\n`)
  return { passed: 0, failed: 1, indeterminate: 2 }[outcome]
}
