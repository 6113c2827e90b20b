// Sessions at a terminal, as they are seen: `$` what is typed, then standard output, `!` standard error, `?` the exit
// status if it is not 0, `*` any text in a line or any lines.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { jpkiLoadFile } from '../../../protocol/jpki-ap/index.ts'
import { kazasu, type Ran } from '../testing.ts'
import { addGpCommands } from './commands.ts'

const SESSIONS = new URL('./sessions/', import.meta.url)
const WORDS = /"([^"]*)"|'([^']*)'|(\S+)/g

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kazasu-gp-'))
  writeFileSync(join(folder, 'jpki.ijc'), jpkiLoadFile())
  const checks = '> 00A4040000\n< 6F*9000\n> 80CA006600\n< 66*9000\n> 80CA9F7F00\n< 6A88\n> 80F28002024F0000\n< 6982\n'
  writeFileSync(join(folder, 'checks.apdu'), checks)
  writeFileSync(join(folder, 'wrong.apdu'), '> 00A4040000\n# not so\n> 80CA9F7F00\n< 9000\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Step {
  readonly typed: string
  readonly status: number
  readonly stdout: RegExp
  readonly stderr: RegExp
}

const escaped = (line: string): string => line.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')

/** Lines in order; a `*` alone stands for any number of lines. */
const pattern = (lines: readonly string[]): RegExp =>
  new RegExp(`^${lines.map((line) => (line.trim() === '*' ? '(?:.*\\n)*?' : `${escaped(line)}\\n`)).join('')}$`)

function steps(text: string): Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [typed = '', ...lines] = part.trimEnd().split('\n')
      const status = lines.find((line) => line.startsWith('? '))
      const said = lines.filter((line) => !line.startsWith('? '))
      const err = said.findIndex((line) => line.startsWith('! '))
      const out = err < 0 ? said : said.slice(0, err)
      const errors = err < 0 ? [] : said.slice(err).map((line) => line.replace(/^! /, ''))
      return { typed, status: status ? Number(status.slice(2)) : 0, stdout: pattern(out), stderr: pattern(errors) }
    })
}

const places = (word: string): string =>
  word.replace('$DIR', folder).replace('$CAP', join(folder, 'jpki.ijc')).replace('$VECTORS', 'vectors/real-cards')

/** In this process: a process for each line would take minutes. */
async function typed(args: readonly string[]): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const write = (to: string[]) => (text: string | Uint8Array) => to.push(String(text)) > 0
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(write(err)),
  ]
  const program = new Command('kazasu').exitOverride()
  addGpCommands(program, () => new Option('--data <folder>').default(folder))
  try {
    await program.parseAsync(args, { from: 'user' })
    return { status: Number(process.exitCode ?? 0), stdout: out.join(''), stderr: err.join('') }
  } finally {
    process.exitCode = undefined
    for (const spy of spies) spy.mockRestore()
  }
}

describe.each(readdirSync(SESSIONS))('%s', (name) => {
  const session = steps(readFileSync(new URL(name, SESSIONS), 'utf8'))
  test.each(session.map((step) => [step.typed, step] as const))('%s', async (line, { status, stdout, stderr }) => {
    const [, ...args] = [...line.matchAll(WORDS)].map(([, a, b, c]) => places((a ?? b ?? c)!))
    const ran = await typed(args)
    expect(ran.stdout).toMatch(stdout)
    expect(ran.stderr).toMatch(stderr)
    expect(ran.status).toBe(status)
  })
})

test('keys come from the environment, so that they are not on the command line', async () => {
  const card = join(folder, 'environment.card')
  await typed(['gp', 'info', '--card-file', card, '--new'])
  const key = '101112131415161718191A1B1C1D1E1F'
  const put = ['gp', 'put-key', '--card-file', card, '--new-version', '31', '--replace', '30']
  expect(await kazasu(put, { KAZASU_GP_NEW_KEY: key })).toMatchObject({ status: 0 })
  const list = ['gp', 'list', '--card-file', card]
  expect((await typed(list)).stderr).toContain('gp/wrong-keys')
  expect(await kazasu(list, { KAZASU_GP_KEY: key })).toMatchObject({ status: 0 })
})

test('a trace shows neither PIN nor key', async () => {
  const card = join(folder, 'traced.card')
  const key = '202122232425262728292A2B2C2D2E2F'
  await typed(['gp', 'install', join(folder, 'jpki.ijc'), '--card-file', card, '--new'])
  const put = await typed(['gp', 'put-key', '--trace', '--card-file', card, '--new-version', '31', '--new-key', key])
  const verify = ['00A4040C0AD392F000260100000001', '00A4020C020018', '002000800434373131']
  const pin = await typed([
    'gp',
    'apdu',
    ...verify,
    '--trace',
    '--card-file',
    card,
    '--record',
    join(folder, 'pin.apdu'),
  ])
  const recorded = readFileSync(join(folder, 'pin.apdu'), 'utf8')
  expect(put.stderr).toContain('PUT KEY')
  expect(pin.stderr).toContain('VERIFY')
  expect(recorded).toContain('> 0020008004 [4]')
  for (const text of [put.stdout, put.stderr, pin.stdout, pin.stderr, recorded]) {
    expect(text.toUpperCase()).not.toContain(key)
    expect(text).not.toContain('34373131')
  }
})
