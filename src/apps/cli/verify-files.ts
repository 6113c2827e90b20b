// The files of `kazasu verify`: what was published into the data folder, or what the caller names instead.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pinoLog } from '../../adapters/log.ts'
import { systemEntropy } from '../../adapters/random.ts'
import type { Bytes } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { decodeCrl } from '../../codec/crl.ts'
import { nameEqual } from '../../codec/name.ts'
import { decodeOcspResponse } from '../../codec/ocsp.ts'
import { pemBlocks } from '../../codec/pem.ts'
import { type Certificate, decodeCertificate } from '../../codec/x509.ts'
import { caName } from '../../protocol/jpki-profile/index.ts'
import type { verifySignature } from '../../roles/verifier/verify-signature.ts'
import { publicFolder } from '../../world/platform.ts'

export type Needs = Parameters<typeof verifySignature>[0]

export interface Files {
  readonly data: string
  readonly ca: readonly string[]
  readonly crl: readonly string[]
  readonly ocsp: readonly string[]
  readonly at?: string
}

/** The verifier's own checks, with files in place of the authority. */
export async function offline({ data, ca, crl, ocsp, at }: Files): Promise<Needs> {
  const folder = join(publicFolder(data), 'authority')
  const anchors = await Promise.all((ca.length > 0 ? ca : await filesIn(folder, '.crt')).map(read))
  const crls = await Promise.all((crl.length > 0 ? crl : await filesIn(join(folder, 'crl'), '.crl')).map(read))
  const lists = crls.map(decoded)
  const ocspResponses = await Promise.all(ocsp.map(read))
  ocspResponses.forEach(mustBeResponse)
  const subjects = anchors.map((anchor) => caCertificate(anchor).subject)
  const generationsOf = (kind: 'auth' | 'sign'): [Bytes, ...Bytes[]] => {
    const [newest, ...earlier] = anchors.filter((_, at) =>
      (['production', 'test'] as const).some((h) => nameEqual(subjects[at]!, caName(kind, h))),
    )
    if (!newest)
      throw new Refusal(
        'verify/no-anchor',
        404,
        `there is no certificate of the ${kind} CA in ${folder}; run kazasu up once, or say --ca`,
      )
    return [newest, ...earlier]
  }
  const time = at === undefined ? new Date() : timeOf(at)
  const [auth, ...earlierAuth] = generationsOf('auth')
  const [sign, ...earlierSign] = generationsOf('sign')
  const all = { auth, sign, earlier: { auth: earlierAuth, sign: earlierSign } }
  return {
    authority: { caCertificates: async () => all },
    evidence: async () => ({ required: true, crls: lists, ocspResponses }),
    clock: () => time,
    entropy: systemEntropy,
    log: pinoLog({ level: 'silent' }),
  }
}

export function caCertificate(file: Bytes): Certificate {
  try {
    return decodeCertificate(file)
  } catch (error) {
    throw new Refusal('verify/bad-ca', 400, 'a file given as CA certificate is none', {}, error)
  }
}

function decoded(crl: Bytes) {
  try {
    return decodeCrl(crl)
  } catch (error) {
    throw new Refusal('verify/bad-crl', 400, 'a file given as CRL is none', {}, error)
  }
}

function mustBeResponse(response: Bytes): void {
  try {
    decodeOcspResponse(response)
  } catch (error) {
    throw new Refusal('verify/bad-ocsp', 400, 'a file given as OCSP response is none', {}, error)
  }
}

function timeOf(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new Refusal('verify/bad-time', 400, '--at takes a time like 2026-04-01T09:00:00Z')
  return time
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name))
}

/** DER as it is, or the first PEM block. RFC 7468. */
export async function read(file: string): Promise<Bytes> {
  const content = await readFile(file).catch((error) => {
    throw new Refusal('verify/unreadable', 404, 'the file cannot be read', { file }, error)
  })
  try {
    return pemBlocks(new Uint8Array(content))[0]!
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    throw new Refusal('verify/bad-pem', 400, 'the PEM block is broken', { file }, error)
  }
}
