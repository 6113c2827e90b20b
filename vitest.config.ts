import { configDefaults, defineConfig } from 'vitest/config'
import { COMPILED } from './src/adapters/testing/compiled.ts'
import { LongestFirst } from './src/adapters/testing/longest-first.ts'
import { postgresBinaries } from './src/adapters/testing/postgres-server.ts'
import { summaryReporter } from './src/adapters/testing/summary-reporter.ts'
import { logWatch } from './src/world/testing/log-watch/calls.ts'

const shared = {
  include: ['src/**/*.test.ts', 'peers/**/*.test.ts'],
  // A process that starts another copies the tables of its own memory first, 30 ms for each GB: the less one holds the better.
  pool: 'forks' as const,
  isolate: false,
  // A stock of key pairs; and what any role logs in any test is searched for facts, PINs and keys.
  setupFiles: ['src/adapters/testing/key-stock.ts', 'src/world/testing/log-watch/setup.ts'],
  env: { NODE_COMPILE_CACHE: COMPILED },
  // What is waited for comes; how soon is the machine's affair.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 180_000 } },
}

const server = process.env.DATABASE_URL !== undefined || postgresBinaries() !== undefined
const absent = server ? {} : { postgres: 'no PostgreSQL server binaries found and no DATABASE_URL' }

// No database, or always the embedded one, so once is enough: pure layers, cards, packing the library, data folders and
// commands of one of them, peers. What people see in Chromium is the same on both; the roles behind it are tried on both.
const without = [
  'src/{base,codec,protocol}/**',
  'src/roles/{secure-element,my-number-card}/**',
  'src/adapters/database/folder.test.ts',
  'src/apps/library/**',
  'src/apps/cli/gp/**',
  'src/apps/cli/cli.test.ts',
  'src/apps/web/*browser.test.ts',
  'peers/**',
]

// Every point of death, every cell of the matrix and every path takes minutes: once, on PostgreSQL where there is one. People
// walk most of the paths on PGlite too, in Chromium.
const once = server ? ['src/**/*crash.test.ts', 'src/apps/cli/{cells,paths}.test.ts'] : []

// The rest of the suite runs on both kinds of database.
const pglite = {
  plugins: [logWatch()],
  test: { ...shared, name: 'pglite', exclude: [...configDefaults.exclude, ...once] },
}
const postgres = {
  plugins: [logWatch()],
  test: {
    ...shared,
    name: 'postgres',
    exclude: [...configDefaults.exclude, ...without],
    globalSetup: ['src/adapters/testing/postgres.ts'],
  },
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', summaryReporter(absent)],
    projects: server ? [pglite, postgres] : [pglite],
  },
})
