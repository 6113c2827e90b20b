// `kazasu verify`: a certificate or a signed document against published CA certificates and CRLs. Works off line.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pinoLog } from '../../adapters/log.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, fromBase64url, fromLatin1, utf8 } from '../../base/bytes.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Verdict } from '../../base/verdict.ts'
import { decodeCrl } from '../../codec/crl.ts'
import { nameEqual } from '../../codec/name.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { caName } from '../../protocol/jpki-profile/index.ts'
import { checkCertificate } from '../../roles/verifier/certificate-checks.ts'
import { verifySignature } from '../../roles/verifier/verify-signature.ts'
import { publicFolder } from '../../world/platform.ts'
import { printCheck } from './print.ts'

export interface VerifyOptions {
  readonly data: string
  readonly ca: readonly string[]
  readonly crl: readonly string[]
  readonly at?: string
  readonly json?: boolean
}

const EXIT = { passed: 0, failed: 1, indeterminate: 3 } as const

export async function verify(file: string, options: VerifyOptions): Promise<number> {
  const document = await read(file)
  const needs = await offline(options)
  const verdict = await judged(document, needs)
  process.stdout.write(options.json ? `${JSON.stringify(verdict, null, 2)}\n` : printed(file, verdict))
  return EXIT[verdict.outcome]
}

type Needs = Parameters<typeof verifySignature>[0]

/** ContentInfo begins with an OID, a certificate with another SEQUENCE. RFC 5652 §3, RFC 5280 §4.1. */
async function judged(document: Bytes, needs: Needs): Promise<Verdict> {
  const first = document[1] === 0x82 ? document[4] : document[1] === 0x81 ? document[3] : document[2]
  if (first === 0x06) return (await verifySignature(needs)({ document })).verdict
  return (await checkCertificate(needs, document)).verdict
}

/** The verifier's own checks, with files in place of the authority. */
async function offline({ data, ca, crl, at }: VerifyOptions): Promise<Needs> {
  const folder = join(publicFolder(data), 'authority')
  const anchors = await Promise.all((ca.length > 0 ? ca : await filesIn(folder, '.crt')).map(read))
  const crls = await Promise.all((crl.length > 0 ? crl : await filesIn(join(folder, 'crl'), '.crl')).map(read))
  const lists = crls.map(decoded)
  const subjects = anchors.map(subjectOf)
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
  const time = at === undefined ? undefined : timeOf(at)
  const [auth, ...earlierAuth] = generationsOf('auth')
  const [sign, ...earlierSign] = generationsOf('sign')
  const all = { auth, sign, earlier: { auth: earlierAuth, sign: earlierSign } }
  return {
    authority: { caCertificates: async () => all },
    evidence: async () => ({ required: true, crls: lists }),
    clock: () => time ?? new Date(),
    entropy: systemEntropy,
    log: pinoLog({ level: 'silent' }),
  }
}

function subjectOf(certificate: Bytes) {
  try {
    return decodeCertificate(certificate).subject
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

function timeOf(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new Refusal('verify/bad-time', 400, '--at takes a time like 2026-04-01T09:00:00Z')
  return time
}

async function filesIn(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name))
}

/** DER as it is, or the first PEM block. RFC 7468. */
async function read(file: string): Promise<Bytes> {
  const content = await readFile(file).catch((error) => {
    throw new Refusal('verify/unreadable', 404, 'the file cannot be read', { file }, error)
  })
  const begin = content.indexOf(utf8('-----BEGIN '))
  if (begin === -1) return new Uint8Array(content)
  const [, base64] = /-----BEGIN [^-]+-----([A-Za-z0-9+/=\s]+)-----END /.exec(fromLatin1(content.subarray(begin))) ?? []
  if (!base64) throw new Refusal('verify/bad-pem', 400, 'the PEM block is broken', { file })
  return fromBase64url(base64.replace(/[\s=]/g, '').replaceAll('+', '-').replaceAll('/', '_'))
}

const printed = (file: string, { outcome, checks }: Verdict): string =>
  `${[...checks.map((check) => `  ${printCheck(check)}`), `${file}: ${outcome}`].join('\n')}\n`
