import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fileMemory } from '../../adapters/memory/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { smallDisk } from '../../adapters/testing/small-disk.ts'
import { fromUtf8, utf8 } from '../../base/bytes.ts'
import { SABOTAGES } from '../../cases/main-job/report.ts'
import { textPdf } from '../../codec/pdf/text.ts'
import type { Certificate } from '../../codec/x509.ts'
import type { Packaging } from '../../protocol/ades/index.ts'
import * as ades from '../../protocol/ades/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { readReport } from '../../protocol/validate/index.ts'
import { CITIZENS, KAZASU_CITY } from '../../world/people.ts'
import { cardPath } from '../../world/platform.ts'
import { CARD_NAMES, createShelf } from '../../world/shelf.ts'
import { kazasu, ownDatabase } from './testing.ts'

function openCard(name: string) {
  const memory = (card: string) => fileMemory(cardPath(folder, card))
  return createShelf({ platform: { memory, entropy: systemEntropy } }).open(name)
}

/** As it lies in the card's memory, read through the card. */
async function authCertificateOf(name: string): Promise<Uint8Array> {
  const card = await openCard(name)
  try {
    return await run(card, readAuth())
  } finally {
    await card.end()
  }
}

function* readAuth(): Dialogue<Uint8Array> {
  yield* jpki.select()
  return yield* jpki.readCertificate('auth')
}

/** By the adult's card, as a phone does it. */
async function signedByAdult(
  format: 'CAdES' | 'XAdES' | 'PAdES',
  packaging: Packaging,
  document: Uint8Array,
  uri?: string,
) {
  const card = await openCard('adult')
  const algorithm = 'RSA-SHA256'
  const drafts: Uint8Array[] = []
  try {
    const octetsOf = (certificate: Certificate) => {
      const given = { format, packaging, document, uri, certificate, algorithm, signingTime: new Date() } as const
      const { draft, toBeSigned } = ades.prepare(given)
      drafts.push(draft)
      return toBeSigned
    }
    const signed = await run(card, jpki.signOctetsOf(CITIZENS.adult.password, octetsOf))
    return ades.finish(format, drafts[0]!, signed!.signature, algorithm)
  } finally {
    await card.end()
  }
}

let folder: string
let database: { DATABASE_URL?: string }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kazasu-cli-'))
  database = await ownDatabase()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('help', () => {
  test('names every command', async () => {
    const { status, stdout } = await kazasu(['--help'])
    expect(status).toBe(0)
    for (const command of ['up', 'serve', 'demo', 'card', 'gp', 'verify'])
      expect(stdout).toMatch(new RegExp(`^  ${command}`, 'm'))
  })

  test('of demo names every sabotage, and has examples', async () => {
    const { stdout } = await kazasu(['demo', '--help'])
    for (const name of SABOTAGES) expect(stdout).toContain(`\n  ${name}  `)
    expect(stdout).toContain('Examples:')
  })
})

describe('what cannot be done says why: status 64 for what cannot be understood, 1 for what is refused', () => {
  test.each<[string[], string, number?]>([
    [['demo', '--sabotage', 'everything'], 'Allowed choices are revoked-card', 64],
    [['nonsense'], 'unknown command', 64],
    [['verify'], "missing required argument 'file'", 64],
    [['verify', 'x', '--nonsense'], 'unknown option', 64],
    [['up', '--origin', 'http://kazasu.example'], 'up/bad-origin'],
    [['serve', 'nobody'], 'serve/unknown-role'],
    [['serve', 'constructor'], 'serve/unknown-role'],
    [['serve', 'authority'], 'serve/needs-database'],
    [['card', 'insert', 'stranger'], 'card/unknown'],
    [['card', 'insert', 'adult', '--vpcd', 'nowhere'], 'card/bad-address'],
    [['verify', '/does/not/exist'], 'verify/unreadable', 66],
  ])('%j', async (args, text, expected = 1) => {
    const { status, stderr } = await kazasu([
      ...args,
      ...(args[0] === 'demo' || args[0] === 'nonsense' ? [] : ['--data', folder]),
    ])
    expect([status, stderr]).toEqual([expected, expect.stringContaining(text)])
  })

  test('the machine: status 71, in a line', async () => {
    const up = async (data: string) => {
      const { status, stderr } = await kazasu(['up', '--data', data, '--port', '0'])
      return [status, stderr]
    }
    const file = join(folder, 'file')
    await writeFile(file, '')
    const [where, within] = [join(file, 'data'), smallDisk()]
    expect(await up(where)).toEqual([71, `kazasu: a file is where a folder should be [ENOTDIR]\n  path: ${where}\n`])
    if (!within) return
    within.fill()
    try {
      expect(await up(within.folder)).toEqual([71, expect.stringMatching(/^kazasu: the disk is full \[ENOSPC\]\n/)])
      within.empty()
    } finally {
      within.end()
    }
  })
})

describe('demo', () => {
  test('ends with status 0 and the same report as text and as data', async () => {
    const { status, stdout } = await kazasu(['demo', '--json'])
    expect(status).toBe(0)
    const report = JSON.parse(stdout) as { outcome: string; steps: { checks: { name: string }[] }[] }
    expect(report.outcome).toBe('passed')
    const text = await kazasu(['demo', '--trace'])
    expect(text.status).toBe(0)
    for (const { name } of report.steps.flatMap((step) => step.checks)) expect(text.stdout).toContain(name)
    expect(text.stdout).toContain('INTERNAL AUTHENTICATE')
    expect(text.stdout).toMatch(/VERIFY 00200080 \([0-9]+ bytes, masked\)/)
  })

  test('sabotaged ends with status 1', async () => {
    const { status, stdout } = await kazasu(['demo', '--sabotage', 'revoked-card'])
    expect([status, stdout]).toEqual([1, expect.stringContaining('sp-tsm/signatureNotPassed')])
  })
})

describe('cards and files of a data folder', () => {
  test('card list makes the cards at first and tells what they are', async () => {
    const { status, stdout } = await kazasu(['card', 'list', '--data', folder, '--json'], database)
    expect(status).toBe(0)
    const cards = JSON.parse(stdout) as { name: string; what: string }[]
    expect(cards.map(({ name }) => name)).toEqual(CARD_NAMES)
    expect(cards[0]).toMatchObject({ label: 'JPKIAPICCTOKEN2', authTries: 3 })
    expect(cards[1]?.what).toBe('SIM without JPKI applet')
  })

  test('verify judges signed XML, PDF and CMS by the published files, and says it of each signature', async () => {
    const [good, changed, content] = ['good.xml', 'changed.xml', 'content'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ]
    const xml = await signedByAdult('XAdES', 'enveloped', utf8('<申請><額>100</額></申請>'))
    await writeFile(good, xml)
    await writeFile(changed, fromUtf8(xml).replace('100', '900'))
    const english = await kazasu(['verify', '--data', folder, good])
    expect([english.status, english.stdout]).toEqual([0, expect.stringContaining('TOTAL-PASSED')])
    const japanese = await kazasu(['verify', '--data', folder, '--lang', 'ja', changed])
    expect([japanese.status, japanese.stdout]).toEqual([1, expect.stringContaining(`${changed}: 無効です`)])
    const pdf = join(folder, 'signed.pdf')
    await writeFile(pdf, await signedByAdult('PAdES', 'enveloped', textPdf('契約', 'ja', [{ text: '契約' }])))
    const json = await kazasu(['verify', '--data', folder, '--json', pdf])
    expect(JSON.parse(json.stdout)).toMatchObject({ indication: 'TOTAL-PASSED', signatures: [{ format: 'PAdES' }] })
    const cms = join(folder, 'signed.p7s')
    await writeFile(cms, await signedByAdult('CAdES', 'detached', utf8('octets')))
    await writeFile(content, 'octets')
    expect((await kazasu(['verify', '--data', folder, cms])).stdout).toContain('SIGNED_DATA_NOT_FOUND')
    expect((await kazasu(['verify', '--data', folder, '--detached', content, cms])).status).toBe(0)
    await writeFile(good, await signedByAdult('XAdES', 'detached', utf8('octets'), 'content'))
    expect((await kazasu(['verify', '--data', folder, '--detached', content, good])).status).toBe(0)
    await writeFile(cms, await signedByAdult('CAdES', 'enveloping', new Uint8Array(70_000)))
    expect((await kazasu(['verify', '--data', folder, cms])).stdout).toContain('TOTAL-PASSED')
  })

  test('verify judges a certificate by the published files: 0 passed, 1 failed, 2 indeterminate', async () => {
    const holder = join(folder, 'holder.crt')
    await writeFile(holder, await authCertificateOf('adult'))
    const good = await kazasu(['verify', '--data', folder, holder])
    expect([good.status, good.stdout]).toEqual([0, expect.stringContaining(`${holder}: passed`)])
    const japanese = await kazasu(['verify', '--data', folder, '--lang', 'ja', holder])
    for (const text of ['証明書が失効していない', '失効情報: CRL', `${holder}: 有効`])
      expect(japanese.stdout).toContain(text)
    const foreign = join(folder, 'public', 'authority', 'crl', 'sign', `${KAZASU_CITY.code}.crl`)
    const unknown = await kazasu(['verify', '--data', folder, '--crl', foreign, '--', holder])
    expect([unknown.status, unknown.stdout]).toEqual([2, expect.stringContaining(`${holder}: indeterminate`)])
    const ca = join(folder, 'public', 'authority', 'auth-ca.crt')
    const own = await kazasu(['verify', '--data', folder, '--json', ca])
    expect(readReport(JSON.parse(own.stdout)).outcome).toBe('failed')
    const stamped = await kazasu(['verify', '--data', folder, '--time-stamp', holder, '--tsa', ca, '--', holder])
    expect([stamped.status, stamped.stdout]).toEqual([1, expect.stringContaining('time stamp is well-formed')])
    expect(own.status).toBe(1)
    const junk = join(folder, 'junk')
    await writeFile(junk, 'not a certificate')
    const refusal = async (...options: string[]) => {
      const { status, stderr } = await kazasu(['verify', '--data', folder, ...options, holder])
      return [status, /\[(.*)\]/.exec(stderr)?.[1]]
    }
    expect(await refusal('--ca', junk, '--')).toEqual([65, 'verify/bad-ca'])
    expect(await refusal('--crl', holder, '--')).toEqual([65, 'verify/bad-crl'])
    expect(await refusal('--ocsp', junk, '--')).toEqual([65, 'verify/bad-ocsp'])
    expect(await refusal('--ca', ca, '--')).toEqual([66, 'verify/no-anchor'])
    expect((await kazasu(['verify', '--data', folder, junk])).stdout).toContain('failed')
    const late = await kazasu(['verify', '--data', folder, '--at', '2999-01-01T00:00:00Z', ca])
    expect(late.stdout).toContain('failed')
    expect(await refusal('--at', 'tomorrow')).toEqual([64, 'verify/bad-time'])
    const { stdout } = await kazasu(['verify', '--help'])
    expect(stdout).toContain('0 passed, 1 failed, 2 indeterminate')
  })

  test('audit says that all agree, also of SIMs without an order; a SIM in another hand is not seen, and that is status 2', async () => {
    const agreed = await kazasu(['audit', '--data', folder], database)
    expect([agreed.status, agreed.stdout]).toEqual([0, expect.stringContaining('all agree')])
    const inReader = fileMemory(cardPath(folder, 'adult-phone'))
    const unseen = await kazasu(['audit', '--data', folder, '--all-sims', '--json'], database)
    inReader.close()
    expect(unseen.status).toBe(2)
    expect(JSON.parse(unseen.stdout)).toMatchObject({ findings: [], simsUnseen: [{ carrier: 'minato' }] })
    const seen = await kazasu(['audit', '--data', folder, '--all-sims', '--json'], database)
    expect([seen.status, JSON.parse(seen.stdout)]).toEqual([0, expect.objectContaining({ simsUnseen: [] })])
  })
})
