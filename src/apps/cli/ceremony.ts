// `kazasu authority ceremony`: the keys of both authorities are made in the presence of custodians and witnesses, what
// opens them is entrusted to m of n custodians, that they can open it is tried, and all of it is written down.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hsmSettings } from '../../adapters/hsm/index.ts'
import { type Custodian, type Custody, entrust, recover, type Share } from '../../adapters/keys/custody.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { type Bytes, equal, hex, utf8 } from '../../base/bytes.ts'
import { sha1, sha256 } from '../../base/crypto.ts'
import { Refusal } from '../../base/refusal.ts'
import { nameText } from '../../codec/name.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { activationSecret, type Platform, volatilePlatform } from '../../world/platform.ts'
import { type Ask, asker } from './ask.ts'
import { openPlatform, operated } from './authority-platform.ts'

export interface CeremonyOptions {
  readonly data: string
  readonly out: string
  /** Participants and passphrase files as JSON; without it they are asked for. */
  readonly script?: string
  readonly dryRun?: boolean
}

export interface Participants {
  readonly place: string
  readonly administrator: string
  readonly witnesses: readonly string[]
  readonly custodians: readonly Custodian[]
  readonly needed: number
}

const SHORTEST_PASSPHRASE = 12

/** Refuses with `ceremony/done` where there are keys; a rehearsal leaves nothing behind. */
export async function ceremony(options: CeremonyOptions): Promise<number> {
  const participants = checked(options.script ? await scripted(options.script) : await asked(asker()))
  const platform = options.dryRun ? await volatilePlatform() : await openPlatform(options.data)
  try {
    const protocol = await held(platform, participants, options)
    process.stdout.write(protocol)
    if (!options.dryRun) await writeFile(join(options.out, 'protocol.md'), protocol, { mode: 0o644, flag: 'wx' })
    return 0
  } finally {
    await platform.close()
  }
}

/** The steps in their order, each with its time. */
async function held(platform: Platform, participants: Participants, options: CeremonyOptions): Promise<string> {
  const steps: string[] = []
  const step = (what: string) => steps.push(`${steps.length + 1}. ${platform.clock().toISOString()} ${what}`)
  if (await isHeld(platform))
    throw new Refusal(
      'ceremony/done',
      409,
      'there are keys of the authorities already; a new generation is made by rollover',
    )
  step('No key of an authority was there.')
  const { authority } = await operated(platform)
  step('The keys of both authorities were made and their certificates signed.')
  const secret = await activationSecret(platform, options.dryRun ? undefined : options.data)
  const { custody, shares } = await entrust(secret, participants.custodians, participants.needed, systemEntropy)
  step(`What opens the keys was entrusted to ${shares.length} custodians, of whom ${custody.needed} are needed.`)
  const files = options.dryRun ? [] : await written(options.out, custody, shares)
  await tryRecovery(secret, custody, shares, participants)
  step(`The last ${custody.needed} custodians opened it again; one fewer did not.`)
  const { findings, head } = await authority.audit({})
  if (findings.length > 0) throw new Error('the log of signatures does not fit')
  step(`The log of signatures has ${head.size} entries and fits; root ${hex(head.root)}.`)
  const { auth, sign } = await authority.caCertificates({})
  return protocolOf(participants, options, { steps, files, certificates: [auth, sign], head })
}

async function isHeld({ database }: Platform): Promise<boolean> {
  const { rows } = await database.pool.query(
    `select 1 from information_schema.tables where table_schema = '${database.schemaName('authority')}' and table_name = 'certificate'`,
  )
  if (rows.length === 0) return false
  const found = await database.pool.query(`select 1 from ${database.schemaName('authority')}.certificate limit 1`)
  return found.rows.length > 0
}

async function written(out: string, custody: Custody, shares: readonly Share[]): Promise<[string, Bytes][]> {
  await mkdir(out, { recursive: true, mode: 0o700 })
  const files = [
    ['recovery.json', custody] as const,
    ...shares.map((share) => [`custodian-${share.number + 1}.json`, share] as const),
  ]
  const contents: [string, Bytes][] = files.map(([name, content]) => [
    name,
    utf8(`${JSON.stringify(content, null, 2)}\n`),
  ])
  for (const [name, content] of contents) await writeFile(join(out, name), content, { mode: 0o600, flag: 'wx' })
  return contents
}

async function tryRecovery(
  secret: Bytes,
  custody: Custody,
  shares: readonly Share[],
  { custodians, needed }: Participants,
) {
  const last = shares.map((share, i) => ({ share, passphrase: custodians[i]!.passphrase })).slice(-needed)
  if (!equal(await recover(custody, last), secret)) throw new Error('the custodians opened something else')
  const tooFew = await recover(custody, last.slice(1)).catch((error: unknown) => error)
  if (!(tooFew instanceof Refusal)) throw new Error('too few custodians opened it')
}

interface Made {
  readonly steps: readonly string[]
  readonly files: readonly [string, Bytes][]
  readonly certificates: readonly Bytes[]
  readonly head: { readonly publicKey: Bytes }
}

function protocolOf(
  participants: Participants,
  { dryRun }: CeremonyOptions,
  { steps, files, certificates, head }: Made,
): string {
  const { place, administrator, witnesses, custodians, needed } = participants
  const fingerprints = certificates
    .map(decodeCertificate)
    .flatMap(({ raw, subject, serialNumber, validity, subjectPublicKeyInfo }) => [
      `### ${nameText(subject)}`,
      '',
      `- serial number ${serialNumber.toString(16).padStart(8, '0')}, ${validity.notBefore.toISOString()} to ${validity.notAfter.toISOString()}`,
      `- SHA-256 of the certificate: ${grouped(sha256(raw))}`,
      `- SHA-1 of the certificate: ${grouped(sha1(raw))}`,
      `- SHA-256 of the public key: ${grouped(sha256(subjectPublicKeyInfo))}`,
      '',
    ])
  const signs = ['Administrator', ...witnesses.map(() => 'Witness'), ...custodians.map(() => 'Custodian')]
  const names = [administrator, ...witnesses, ...custodians.map(({ name }) => name)]
  return `${[
    `# Key ceremony of the certification authorities${dryRun ? ': REHEARSAL, nothing was kept' : ''}`,
    '',
    `Place: ${place}. Keys: ${hsmSettings(process.env) && !dryRun ? 'in the HSM' : 'in wrapped files'}. Custodians: ${needed} of ${custodians.length}.`,
    '',
    '## Steps',
    '',
    ...steps,
    '',
    '## Fingerprints',
    '',
    ...fingerprints,
    `- SHA-256 of the key of the log of signatures: ${grouped(sha256(head.publicKey))}`,
    ...files.map(([name, content]) => `- SHA-256 of \`${name}\`: ${grouped(sha256(content))}`),
    '',
    '## Signatures',
    '',
    ...names.map((name, i) => `${signs[i]} ${name}: ______________________`),
  ].join('\n')}\n`
}

const grouped = (octets: Bytes): string => hex(octets).replace(/.{4}(?=.)/g, '$& ')

function checked(participants: Participants): Participants {
  const { administrator, witnesses, custodians, needed } = participants
  if (!administrator || witnesses.length < 1) throw bad('an administrator and a witness are needed')
  if (!(needed >= 2 && needed <= custodians.length && custodians.length <= 9))
    throw bad('at least two of at most nine custodians are needed')
  if (new Set(custodians.map(({ name }) => name)).size < custodians.length)
    throw bad('each custodian has a name of their own')
  if (custodians.some(({ passphrase }) => passphrase.length < SHORTEST_PASSPHRASE))
    throw bad('a passphrase has twelve characters at least')
  return participants
}

const bad = (reason: string) => new Refusal('ceremony/participants', 400, 'the participants do not suffice', { reason })

interface Script extends Omit<Participants, 'custodians'> {
  readonly custodians: readonly { readonly name: string; readonly passphraseFile: string }[]
}

async function scripted(file: string): Promise<Participants> {
  const { custodians, ...rest } = JSON.parse(await readFile(file, 'utf8')) as Script
  const withPassphrases = custodians.map(async ({ name, passphraseFile }) => ({
    name,
    passphrase: (await readFile(passphraseFile, 'utf8')).trim(),
  }))
  return { ...rest, custodians: await Promise.all(withPassphrases) }
}

async function asked(ask: Ask): Promise<Participants> {
  try {
    const place = await ask.text('Place')
    const administrator = await ask.text('Ceremony administrator')
    const witnesses = (await ask.text('Witnesses, by comma'))
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    const names = (await ask.text('Custodians, by comma'))
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    const needed = Number(await ask.text('How many of them are needed'))
    const custodians: Custodian[] = []
    for (const name of names) custodians.push({ name, passphrase: await ask.secret(`Passphrase of ${name}`) })
    return { place, administrator, witnesses, custodians, needed }
  } finally {
    ask.end()
  }
}

export interface RecoverOptions {
  readonly data: string
  readonly recovery: string
  readonly share: readonly string[]
  readonly passphraseFile: readonly string[]
}

/** Puts back what opens the keys, from custodians' shares. What is there already stays. */
export async function recoverKeys({ data, recovery, share: files, passphraseFile }: RecoverOptions): Promise<number> {
  const read = async <T>(file: string) => JSON.parse(await readFile(file, 'utf8')) as T
  const shares = await Promise.all(files.map((file) => read<Share>(file)))
  const ask = asker()
  const given: { share: Share; passphrase: string }[] = []
  try {
    for (const [i, share] of shares.entries()) {
      const file = passphraseFile[i]
      const passphrase = file
        ? (await readFile(file, 'utf8')).trim()
        : await ask.secret(`Passphrase of ${share.custodian}`)
      given.push({ share, passphrase })
    }
  } finally {
    ask.end()
  }
  const secret = await recover(await read<Custody>(recovery), given)
  const path = join(data, 'keys', hsmSettings(process.env) ? 'hsm-pin' : 'wrapping-key')
  await mkdir(join(data, 'keys'), { recursive: true, mode: 0o700 })
  await writeFile(path, secret, { mode: 0o600, flag: 'wx' }).catch((error) => {
    throw new Refusal('custody/there', 409, 'what opens the keys is there already', { path }, error)
  })
  process.stdout.write(`restored ${path}\n`)
  return 0
}
