// docs/certificate-profiles.md is made from the table of profiles, from which certificates and checks come too.
// `vitest run src/protocol/jpki-profile/profile-page.test.ts -u` renews it.

import { expect, test } from 'vitest'
import { encodeCvcBody } from '../../codec/cvc.ts'
import { attribute, type NameKeyword } from '../../codec/name.ts'
import { encodeKeyId, KEY_ID, TERMINAL_CERTIFICATE } from '../pinless/index.ts'
import {
  EXTENSIONS,
  KEYS,
  LINTS,
  PROFILES,
  type Profile,
  type ProfileName,
  profileChecks,
  SERIAL_NUMBER,
} from './index.ts'

const linked = (cite: string): string => cite.replace('ours: docs/profile.md', 'ours: profile.md')
const keys = KEYS.map(({ says, algorithm }) => `${says} with ${algorithm}`).join(', or ')
const stringType = (type: NameKeyword): string =>
  attribute(type, 'JP').tag === 0x13 ? 'PrintableString' : 'UTF8String'

function section(name: ProfileName): string {
  const profile: Profile = PROFILES[name]
  const subject = profile.subject.map(({ type, says }) => `| subject, ${type} | ${stringType(type)} ${says} |`)
  const extensions = profile.extensions.map((field, i) => {
    const { critical, cite } = EXTENSIONS[field.name]
    return `| ${i + 1}. ${field.name}${critical ? ', critical' : ''} | ${field.says(profile)} (${cite}) |`
  })
  return `## ${name}

${profile.title}. From: ${linked(profile.from)}.

| field | value |
| --- | --- |
| serial number | ${SERIAL_NUMBER.says} |
| issuer | the subject of \`${profile.ca}Ca\` |
| validity | ${profile.validity.says} |
${[...subject, ...extensions].join('\n')}
`
}

/** Not X.509: the certificate of a terminal, and the key identifiers in it. */
const terminal = (): string => {
  const rows = [
    ...TERMINAL_CERTIFICATE,
    ...Object.entries(KEY_ID).map(([field, row]) => ({ field: `key identifier: ${field}`, ...row })),
  ]
  return rows.map(({ field, octets, says }) => `| ${field} | ${octets} | ${says} |`).join('\n')
}

const rules = (checks: readonly { readonly name: string; readonly cite: string }[]): string =>
  checks.map(({ name, cite }) => `| ${name} | ${linked(cite)} |`).join('\n')

test('docs/certificate-profiles.md is the table of profiles', async () => {
  const page = `# Certificate profiles

Made from the table in \`src/protocol/jpki-profile/profiles.ts\`, from which the certificates and the checks come too. The
order of the extensions is part of a profile. Keys and signatures:
${keys}.

${(Object.keys(PROFILES) as ProfileName[]).map(section).join('\n')}
## terminal

A card-verifiable certificate, \`7F21\` of \`5F4E\` (below) and \`5F37\` (RSASSA-PKCS1-v1_5 with SHA-256). From: observed:
myna-card; who certifies whom is ours: profile.md#terminal-certificates.

| field | octets | value |
| --- | --- | --- |
${terminal()}

## Rules for every certificate

A twin of each certificate is put through these before anything is signed.

| rule | from |
| --- | --- |
${rules(LINTS)}

## Checks of the profile

Before anything is signed, and by every verifier: one for each field of the table.

| check | from |
| --- | --- |
${rules(profileChecks)}
`
  await expect(page).toMatchFileSnapshot('../../../docs/certificate-profiles.md')
})

test('the octets of a terminal’s certificate are those of its table', () => {
  const keyId = encodeKeyId({ digits: '5000001', generation: 1, ca: false })
  const sum = (rows: readonly { readonly octets: number }[]) => rows.reduce((all, { octets }) => all + octets, 0)
  expect(keyId.length).toBe(sum(Object.values(KEY_ID)))
  const body = encodeCvcBody({ issuerKeyId: keyId, subjectKeyId: keyId, modulus: new Uint8Array(256).fill(0xff) })
  expect(body.length).toBe(sum(TERMINAL_CERTIFICATE))
})
