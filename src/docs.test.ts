// Documents say what is true: links lead somewhere, cited documents are listed, every choice of our own is written
// down, every dependency has its reason, every refusal its row. `vitest run src/docs.test.ts -u` renews refusals.md.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { testDatabase } from './adapters/testing/index.ts'
import type { Refusal, RefusalTable } from './base/refusal.ts'
import { memberMigrations, serviceMigrations } from './roles/service/index.ts'
import { verifierMigrations } from './roles/verifier/index.ts'
import { TERMS, type Term, UNTIL_ENDED } from './roles/verifier/retention/terms.ts'

const OUTSIDE = /^(node_modules|data|coverage|\.git)(\/|$)/
const tree = ['.', 'src', 'docs', 'peers', 'bench', 'bin']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => !OUTSIDE.test(path))
const text = (path: string) => readFileSync(path, 'utf8')

const pages = tree.filter((path) => path.endsWith('.md'))
const sources = tree.filter((path) => path.startsWith('src/') && path.endsWith('.ts') && !path.endsWith('.test.ts'))

/** The anchors that a page has, as they are made from its headings. */
const anchors = (page: string) =>
  [...text(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const rows = (page: string, heading = '') => {
  const [, section = ''] = heading ? text(page).split(`\n## ${heading}\n`) : ['', text(page)]
  const body = heading ? section.split('\n## ')[0]! : section
  return [...body.matchAll(/^\| *(.+?) *\|$/gm)]
    .map(([, cells]) => cells!.split(/ *\| */))
    .filter(([first]) => !/^-+$/.test(first!))
    .slice(1)
}
const withoutBlocks = (page: string) => text(page).replace(/^```.*?^```$/gms, '')
const unquoted = (cell: string) => [...cell.matchAll(/`([^`\n]+)`/g)].map(([, inside]) => inside!)

const FILE = /^[\w.-]+(\/[\w.-]+)+\.(ts|md|sh|js|json)$/
const FOLDER = /^(src|docs|peers|bench|base|codec|protocol|adapters|roles|world|cases|apps)\/[\w./-]*$/

describe.each(pages)('%s', (page) => {
  test('links lead somewhere', () => {
    const links = [...text(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to]) => to!)
    const dead = links.filter((to) => {
      const [path, anchor] = to.split('#')
      const target = path ? join(dirname(page), path) : page
      return !existsSync(target) || (anchor && target.endsWith('.md') && !anchors(target).includes(anchor))
    })
    expect(dead).toEqual([])
  })

  test('names files and folders that are there', () => {
    const named = unquoted(withoutBlocks(page)).filter((name) => FILE.test(name) || FOLDER.test(name))
    expect(named.filter((name) => ![name, `src/${name}`, join(dirname(page), name)].some(existsSync))).toEqual([])
  })
})

describe('docs/references.md', () => {
  const prefixes = rows('docs/references.md').flatMap(([cell]) => unquoted(cell!))
  const escaped = prefixes.map((prefix) => prefix.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/:$/, ':?'))
  const document = `(?:${escaped.join('|')})(?:[ :]?v?\\d[\\w.:-]*)*`
  // With its document before it, anywhere on the line, or going on from the line above.
  const cited = new RegExp(
    `(?<![\\w-])${document}(?: \\([^)]*\\))? (?:(?:§|App\\.|Table ).*)?$|^\\s*(?://|\\*)?\\s*$`,
    'i',
  )

  test.each(sources)('lists what is cited in %s', (path) => {
    const unknown = text(path)
      .split('\n')
      .flatMap((line) => [...line.matchAll(/§/g)].map(({ index }) => line.slice(0, index)))
      .filter((before) => !cited.test(before))
    const cites = [...text(path).matchAll(/\bcite: '([^']+)'/g)].map(([, cite]) => cite!)
    const foreign = cites.filter((cite) => !new RegExp(`^${document}(?= |$)`).test(cite))
    expect([...unknown, ...foreign]).toEqual([])
  })
})

test('every choice of our own is written down where the code says', () => {
  const missing = sources.flatMap((path) =>
    [...text(path).matchAll(/\bours: (docs\/\w+\.md)(?:#([\w-]+))?/gi)]
      .filter(([, page, anchor]) => !existsSync(page!) || (anchor && !anchors(page!).includes(anchor)))
      .map(([citation]) => `${path}: ${citation}`),
  )
  expect(missing).toEqual([])
})

describe('CONTRIBUTING.md', () => {
  test('has a reason for every dependency, and for no other', () => {
    const manifest = JSON.parse(text('package.json')) as Record<string, Record<string, string>>
    const declared = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    )
    const explained = rows('CONTRIBUTING.md', 'Dependencies')
    expect(explained.flatMap(([cell]) => unquoted(cell!)).sort()).toEqual(declared.sort())
    expect(explained.filter(([, , reason]) => (reason ?? '').length < 12)).toEqual([])
  })

  test('lists every file of more than 300 lines', () => {
    const long = tree.filter(
      (path) => /^(src|bench|peers)\/.*\.ts$/.test(path) && text(path).trimEnd().split('\n').length > 300,
    )
    expect(long.sort()).toEqual(
      rows('CONTRIBUTING.md', 'Long files')
        .flatMap(([cell]) => unquoted(cell!))
        .sort(),
    )
  })
})

describe('docs/coverage.md', () => {
  const systems = rows('docs/coverage.md', 'Systems')
  const IDS = { A: 5, T: 6, E: 5, U: 2, V: 9, P: 3, O: 2, R: 7, X: 3 }

  test('has a row for every system', () => {
    const ids = Object.entries(IDS).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    )
    expect(systems.map(([id]) => id)).toEqual(ids)
  })

  test.each(systems)('%s %s: what it says is there', (_id, _system, _seed, code, tests, state) => {
    const paths = [...unquoted(code!), ...unquoted(tests!)]
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
    expect(state).toMatch(/^(built|in part: .+|not yet)$/)
    expect(unquoted(tests!).length > 0).toBe(state !== 'not yet')
  })
})

test.each(rows('docs/security.md', 'Attacks'))('docs/security.md: %s is tried', (_attack, _counter, file, title) => {
  expect(text(unquoted(file!)[0]!)).toContain(title)
})

describe('docs/security.md, At rest', () => {
  const listed = rows('docs/security.md', 'At rest')
  const columns = listed.filter((row) => row.length === 5 && row[0] !== 'schema')

  test('names every column of the platform and of the services, once, and no other', async () => {
    const schemas = { verifier: verifierMigrations, service: serviceMigrations, railway: memberMigrations }
    const database = await testDatabase()
    const there: string[] = []
    for (const [schema, migrations] of Object.entries(schemas)) {
      await database.schema(schema, migrations)
      const found = await database.pool.query(
        'select table_name, column_name from information_schema.columns where table_schema = $1',
        [database.schemaName(schema)],
      )
      const own = found.rows.filter(({ table_name }) => table_name !== 'migration')
      there.push(...own.map(({ table_name, column_name }) => `${schema} ${table_name}.${column_name}`))
    }
    await database.close()
    const named = columns.flatMap(([schema, table, names]) =>
      unquoted(names!).map((name) => `${schema} ${unquoted(table!)[0]}.${name}`),
    )
    expect(named.sort()).toEqual(there.sort())
  })

  test('each table of the platform has a term, or says what ends its rows', () => {
    const tables = new Set(columns.filter(([schema]) => schema === 'verifier').map(([, table]) => unquoted(table!)[0]!))
    const withTerm = Object.values<Term>(TERMS).map(({ table }) => table)
    expect([...tables].sort()).toEqual([...new Set([...withTerm, ...Object.keys(UNTIL_ENDED)])].sort())
    expect(withTerm.filter((table) => table in UNTIL_ENDED)).toEqual([])
  })

  test('says of each how it is kept, and of what stands in clear why', () => {
    const means = new Set(listed.filter((row) => row.length === 2).map(([kept]) => kept))
    expect(columns.filter(([, , , kept]) => !means.has(kept!))).toEqual([])
    expect(columns.filter(([, , , kept, why]) => kept === 'in clear' && (why ?? '').length < 12)).toEqual([])
  })
})

interface Table {
  readonly table: RefusalTable
}

const isTable = (value: unknown): value is Table & Record<string, () => Refusal> =>
  typeof value === 'object' && value !== null && 'table' in value

/** Single refusals of the command line and the machine, and tables that a file keeps to itself. */
function elsewhere(path: string): string[] {
  const single = /new Refusal\(\s*'([\w-]+\/[\w-]+)',\s*(\d{3}),\s*(['`])(.*?)\3/gs
  const table = /refusals\('([\w-]+)', \{(.*?)\n\}\)/gs
  const row = /'?([\w-]+)'?: \[\s*(\d{3}),\s*'([^']*)'/g
  const line = (code: string, status: string, said: string) =>
    `| \`${code}\` | ${status} | ${said.replace(/\$\{.*?\}/g, '…').replaceAll('|', '/')} |`
  const singles = [...text(path).matchAll(single)].map(([, code, status, , said]) => line(code!, status!, said!))
  const rowed = [...text(path).matchAll(table)].flatMap(([, role, body]) =>
    [...body!.matchAll(row)].map(([, name, status, said]) => line(`${role}/${name}`, status!, said!)),
  )
  return [...singles, ...rowed]
}

async function refusalPage(): Promise<string> {
  const tables = sources.filter((path) => path.endsWith('/refusals.ts')).sort()
  const lines: string[] = []
  for (const path of tables) {
    const file = `../${path}`
    const all = Object.values((await import(file)) as Record<string, unknown>).filter(isTable)
    for (const no of all)
      for (const name of Object.keys(no.table)) {
        const { code, status, message } = no[name]!()
        lines.push(`| \`${code}\` | ${status} | ${message} |`)
      }
  }
  lines.push(...sources.filter((path) => !tables.includes(path) && !path.includes('/testing/')).flatMap(elsewhere))
  return `# Refusals

Every expected "no": a stable code, the HTTP status of its problem document (RFC 9457) and the text that is shown.
Made from the \`refusals.ts\` of each role and adapter; \`npx vitest run src/docs.test.ts -u\` renews it.

| code | status | text |
| --- | --- | --- |
${lines.sort().join('\n')}
`
}

test('docs/refusals.md lists every refusal', async () => {
  await expect(await refusalPage()).toMatchFileSnapshot('../docs/refusals.md')
})

test('nothing names a machine or is left unfinished', () => {
  const marks = ['TO' + 'DO', 'FIX' + 'ME', '@ts-' + 'ignore', '@ts-' + 'expect-error', 'biome-' + 'ignore']
  const path = /(?<![\w.:/])\/(?:work|home|root|Users)\/\w/
  const bad = tree
    .filter((name) => /\.(ts|md|sh|js|json|css)$/.test(name))
    .filter((name) => path.test(text(name)) || marks.some((mark) => text(name).includes(mark)))
  expect(bad).toEqual([])
})
