// Judges a certificate with its CA and its CRL, then without the CRL: what is not known is not passed. docs/validate.md

import { readFile } from 'node:fs/promises'
import { readReport, validate } from 'kazasu/validate'

const file = async (name: string) => new Uint8Array(await readFile(new URL(name, import.meta.url)))
const given = {
  certificate: await file('holder.pem'),
  trustAnchors: [await file('ca.pem')],
  profile: 'jpki',
  at: new Date('2026-11-20T12:00:00Z'),
} as const

const report = validate({ ...given, crls: [await file('list.pem')] })
process.stdout.write(`${report.outcome}, by the list of ${report.revocation[0]?.sources[0]?.thisUpdate}\n`)

const silent = validate(given)
const open = silent.checks.filter(({ outcome }) => outcome !== 'passed').map(({ name }) => name)
process.stdout.write(`${silent.outcome}: ${open.join(', ')}\n`)

// A report is data: what JSON keeps is read back as it was.
process.stdout.write(`${readReport(JSON.parse(JSON.stringify(report))).schema}\n`)
