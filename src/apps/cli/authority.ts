// `kazasu authority audit|check|rollover`: what the operators of the authorities, and those who watch them, do.

import { readFile } from 'node:fs/promises'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import {
  decodeEntry,
  leafHash,
  statementOf,
  verifyConsistency,
  verifyHead,
  verifyInclusion,
} from '../../protocol/merkle-log/index.ts'
import type { Authority, CertificateKind } from '../../roles/authority/contract.ts'
import { withAuthority } from './authority-platform.ts'

type Head = Awaited<ReturnType<Authority['logHead']>>

const shownHead = ({ root, signature, publicKey, at, size }: Head) => ({
  size,
  at: at.toISOString(),
  root: hex(root),
  signature: hex(signature),
  publicKey: hex(publicKey),
})

/** As `shownHead` writes it, and as `/log/head` gives it. */
async function readHead(file: string): Promise<Head> {
  try {
    const { size, at, root, signature, publicKey } = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
    return {
      size: Number(size),
      at: new Date(at!),
      root: fromHex(root!),
      signature: fromHex(signature!),
      publicKey: fromHex(publicKey!),
    }
  } catch (error) {
    throw new Refusal('authority-log/unreadable', 400, 'this file is no head of the log', { file }, error)
  }
}

export interface AuditOptions {
  readonly data: string
  readonly since?: string
  readonly json?: boolean
}

/** Exit status 0 when all fits, 1 when not. */
export const audit = ({ data, since, json }: AuditOptions): Promise<number> =>
  withAuthority(data, async ({ authority }) => {
    const { head, findings, ...counts } = await authority.audit({})
    const all = since ? [...findings, ...(await comparedWith(authority, await readHead(since), head))] : findings
    if (json) process.stdout.write(`${JSON.stringify({ ...counts, head: shownHead(head), findings: all }, null, 2)}\n`)
    else {
      const { entries, heads, certificates, lists } = counts
      process.stdout.write(
        `${entries} entries, ${heads} heads, ${certificates} certificates, ${lists} lists in force\n`,
      )
      for (const { what, where } of all) process.stdout.write(`DOES NOT FIT  ${what}: ${where}\n`)
      process.stdout.write(`head: ${head.size} entries, root ${hex(head.root)}\n`)
      process.stdout.write(all.length === 0 ? 'log and register agree\n' : `${all.length} do not fit\n`)
    }
    return all.length === 0 ? 0 : 1
  })

/** Whether the log that a head was kept of is the beginning of this one. RFC 9162 §2.1.4. */
async function comparedWith(authority: Authority, kept: Head, head: Head) {
  const where = `size ${kept.size}`
  if (hex(kept.publicKey) !== hex(head.publicKey) || !verifyHead(kept, head.publicKey))
    return [{ what: 'the head that was kept is not signed by this log', where }]
  if (kept.size > head.size) return [{ what: 'the log is shorter than the head that was kept', where }]
  if (kept.size === 0) return []
  const { proof } = await authority.logConsistency({ first: kept.size, second: head.size })
  return verifyConsistency(kept, head, proof)
    ? []
    : [{ what: 'the log does not go on from the head that was kept', where }]
}

export interface CheckOptions {
  readonly proof: string
  readonly head: string
  readonly key?: string
}

/** Off line: a certificate, the JSON of `/log/inclusion/…` and of `/log/head`. Exit status 0 proved, 1 not. */
export async function check(certificate: string, options: CheckOptions): Promise<number> {
  const head = await readHead(options.head)
  const checks = [
    ['the head is signed by the log', verifyHead(head, options.key ? fromHex(options.key) : head.publicKey)],
    ['the entry is in the log under this head', await includes(options.proof, head)],
    ['the entry is of this certificate', await isOf(certificate, options.proof)],
  ] as const
  for (const [what, holds] of checks) process.stdout.write(`${holds ? 'passed' : 'FAILED'}  ${what}\n`)
  if (!options.key) process.stdout.write(`log key, SHA-256: ${hex(sha256(head.publicKey))}\n`)
  return checks.every(([, holds]) => holds) ? 0 : 1
}

async function readProof(file: string) {
  return JSON.parse(await readFile(file, 'utf8')) as { position: number; size: number; entry: string; proof: string[] }
}

async function includes(file: string, { size, root }: Head): Promise<boolean> {
  const found = await readProof(file)
  return (
    found.size === size &&
    verifyInclusion(leafHash(utf8(found.entry)), found.position, size, found.proof.map(fromHex), root)
  )
}

async function isOf(certificate: string, proof: string): Promise<boolean> {
  try {
    const { tbs } = decodeCertificate(Uint8Array.from(await readFile(certificate)))
    const { what, statement } = decodeEntry(utf8((await readProof(proof)).entry))
    return what === 'certificate' && hex(statement) === hex(statementOf([tbs]))
  } catch (error) {
    if (error instanceof CodecError) return false
    throw error
  }
}

export interface RollOverOptions {
  readonly data: string
  readonly generation?: string
  readonly algorithm?: 'RSA-SHA256' | 'ECDSA-P384-SHA384'
  readonly dryRun?: boolean
}

/** Without a number, the next generation. A call that was broken off is repeated with its number. */
export const rollOver = (kind: CertificateKind, options: RollOverOptions): Promise<number> =>
  withAuthority(options.data, async ({ authority }) => {
    const before = await authority.caCertificates({})
    const old = decodeCertificate(before[kind])
    const generation = Number(options.generation ?? (await authority.generations({ kind })).current + 1)
    process.stdout.write(`${kind}: now    ${described(old)}\n`)
    if (options.dryRun) {
      process.stdout.write(`${kind}: would make generation ${generation}; nothing was done\n`)
      return 0
    }
    const { algorithm } = options
    const { certificate } = await authority.rollOver({ kind, generation, ...(algorithm && { algorithm }) })
    process.stdout.write(`${kind}: generation ${generation}  ${described(decodeCertificate(certificate))}\n`)
    process.stdout.write('the earlier generations go on with CRL and OCSP for what they issued\n')
    return 0
  })

export const described = ({ raw, serialNumber, validity }: ReturnType<typeof decodeCertificate>): string =>
  `serial ${serialNumber.toString(16)}, until ${validity.notAfter.toISOString()}, SHA-256 ${hex(sha256(raw))}`
