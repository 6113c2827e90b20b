// docs/certificate-profiles.md is made from the table of profiles, from which certificates and checks come too.
// `vitest run src/protocol/jpki-profile/profile-page.test.ts -u` renews it.

import { expect, test } from 'vitest'
import { oidName } from '../../codec/oid.ts'
import { LINTS, PROFILES, type Profile, type ProfileName, profileChecks } from './index.ts'

const policies = ({ policy }: Profile): string =>
  policy ? `\`${policy.production}\`, test hierarchy \`${policy.test}\`` : 'none'

function section(name: ProfileName): string {
  const profile: Profile = PROFILES[name]
  const rows = profile.extensions.map(
    ([extension, critical], i) => `| ${i + 1} | ${extension} | ${critical ? 'critical' : ''} |`,
  )
  return `## ${name}

- issued by the authority \`${profile.ca}\`
- key usage: ${profile.keyUsage.join(', ')}
- extended key usage: ${profile.extendedKeyUsage.map(oidName).join(', ') || 'none'}
- policy: ${policies(profile)}

| # | extension | |
| --- | --- | --- |
${rows.join('\n')}
`
}

const rules = (checks: readonly { readonly name: string; readonly cite: string }[]): string =>
  checks
    .map(({ name, cite }) => `| ${name} | ${cite.replace('ours: docs/profile.md', 'ours: profile.md')} |`)
    .join('\n')

test('docs/certificate-profiles.md is the table of profiles', async () => {
  const page = `# Certificate profiles

Made from \`src/protocol/jpki-profile/profiles.ts\`, where what is observed and what is ours is marked; the order of the
extensions is part of a profile. Names and values: [profile.md](profile.md#certificates).

${(Object.keys(PROFILES) as ProfileName[]).map(section).join('\n')}
## Rules for every certificate

A twin of each certificate is put through these before anything is signed.

| rule | from |
| --- | --- |
${rules(LINTS)}
${rules(profileChecks)}
`
  await expect(page).toMatchFileSnapshot('../../../docs/certificate-profiles.md')
})
