// A signer whose certificate outlives the machine's clock, and a folder in which other programs find what they need.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, base64 } from '../../src/base/bytes.ts'
import { judgeSignature, type ReadSignature } from '../../src/protocol/ades/index.ts'
import * as t from '../../src/protocol/ades/testing/signing.ts'
import { certificate, usage } from '../../src/protocol/path-validation/testing/forest.ts'

/** Other programs sign now, whenever that is. */
export const now = new Date()
export const signer = certificate('peer signer', [usage('digitalSignature', 'nonRepudiation')], t.root, {
  key: t.signerKey,
  validity: { notBefore: t.at('2020-01-01T00:00:00Z'), notAfter: t.at('2059-01-01T00:00:00Z') },
})

const second = certificate('second signer', [usage('nonRepudiation')], t.root, {
  validity: { notBefore: t.at('2020-01-01T00:00:00Z'), notAfter: t.at('2059-01-01T00:00:00Z') },
})

export const pem = (label: string, der: Bytes): string =>
  `-----BEGIN ${label}-----\n${base64(der)
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END ${label}-----\n`

export interface Desk {
  put(name: string, content: Bytes | string): string
  get(name: string): Bytes
  /** In the folder; its output when it ends well, else an `Error` with what it said. */
  run(program: string, ...args: readonly string[]): string
  /** Whether it ends well. */
  accepts(program: string, ...args: readonly string[]): boolean
  clear(): void
}

/** With the signer's certificate and key and the CA's certificate in PEM. */
export function desk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-signatures-'))
  const spawn = (program: string, args: readonly string[]) =>
    spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  const made: Desk = {
    put: (name, content) => {
      writeFileSync(join(folder, name), content)
      return name
    },
    get: (name) => new Uint8Array(readFileSync(join(folder, name))),
    run: (program, ...args) => {
      const { status, stdout, stderr } = spawn(program, args)
      if (status !== 0) throw new Error(`${program} ${args[0]}: ${stdout}${stderr}`)
      return `${stdout}${stderr}`
    },
    accepts: (program, ...args) => spawn(program, args).status === 0,
    clear: () => rmSync(folder, { recursive: true }),
  }
  made.put('ca.pem', pem('CERTIFICATE', t.root.certificate.raw))
  made.put('tsa-ca.pem', pem('CERTIFICATE', t.stampRoot.certificate.raw))
  made.put('signer.pem', pem('CERTIFICATE', signer.certificate.raw))
  made.put('signer.key', pem('PRIVATE KEY', t.signerKey.privateKey))
  made.put('second.pem', pem('CERTIFICATE', second.certificate.raw))
  made.put('second.key', pem('PRIVATE KEY', second.key.privateKey))
  return made
}

/** Indications with their reasons, for what others have signed just now. */
export const judged = (signatures: readonly ReadSignature[]): string[] => {
  const time = new Date()
  return signatures.map((read) => {
    const { indication, subIndication, constraints } = judgeSignature(read, t.context(time, t.lists(time)))
    const why = constraints
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ name, evidence }) => `${name}: ${evidence}`)
    return [indication, ...(subIndication ? [subIndication, ...why] : [])].join(' ')
  })
}
