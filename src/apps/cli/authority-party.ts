// `kazasu authority party add|list|end`: the register of accredited parties, and the key and certificate with which a party
// comes to J-LIS by mutual TLS. Files are never written over.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tlsIdentity } from '../../adapters/tls-identity.ts'
import { Refusal } from '../../base/refusal.ts'
import { authorityContract } from '../../roles/authority/contract.ts'
import { partyCertificateName } from '../../roles/authority/http.ts'
import { withAuthority } from './authority-platform.ts'

const { input: zAccreditation } = authorityContract.operations.accredit

export interface AddPartyOptions {
  readonly data: string
  readonly display: string
  readonly service: readonly string[]
  readonly age: readonly string[]
  readonly until: string
  readonly out: string
  readonly host: string
}

export async function addParty(name: string, options: AddPartyOptions): Promise<number> {
  const { data, display, service, age, until, out, host } = options
  const form = { name, displayName: display, services: service, ageLimits: age.map(Number), until }
  const accreditation = zAccreditation.safeDecode(form as never)
  if (!accreditation.success)
    throw new Refusal('party/wrong', 400, 'this cannot be accredited', {
      members: [...new Set(accreditation.error.issues.map(({ path }) => String(path[0])))].join(', '),
    })
  return withAuthority(data, async ({ platform, authority }) => {
    const { key, cert, ca } = await tlsIdentity(platform, partyCertificateName(name), host, accreditation.data.until)
    await mkdir(out, { recursive: true, mode: 0o700 })
    const files = { 'key.pem': key, 'certificate.pem': cert, 'ca.pem': ca }
    for (const [file, content] of Object.entries(files)) await writeNew(join(out, file), content)
    await authority.accredit(accreditation.data)
    process.stdout.write(`${name} is accredited until ${until}\n${Object.keys(files).join(', ')} are in ${out}\n`)
    return 0
  })
}

async function writeNew(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Refusal('party/file-there', 409, 'this file is there already, and is not written over', { path })
  }
}

export async function listParties({ data, json }: { data: string; json?: boolean }): Promise<number> {
  const { parties } = await withAuthority(data, ({ authority }) => authority.parties({}))
  const line = ({ name, displayName, services, ageLimits, accreditedUntil, answersToday }: (typeof parties)[number]) =>
    `${name}  ${displayName}  ${[...services, ...ageLimits].join(' ')}  until ${accreditedUntil.toISOString()}  ${answersToday} today\n`
  process.stdout.write(json ? `${JSON.stringify(parties)}\n` : parties.map(line).join('') || 'no party is accredited\n')
  return 0
}

export async function endParty(name: string, { data }: { data: string }): Promise<number> {
  return withAuthority(data, async ({ platform, authority }) => {
    const { parties } = await authority.parties({})
    const party = parties.find((one) => one.name === name)
    if (!party) throw new Refusal('party/unknown', 404, 'no party of this name was accredited', { name })
    const { displayName, services, ageLimits } = party
    await authority.accredit({ name, displayName, services, ageLimits, until: platform.clock() })
    process.stdout.write(`${name} is no longer accredited\n`)
    return 0
  })
}
