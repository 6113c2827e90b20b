// Questions that are asked often stay quick in a register of millions: PostgreSQL's own plan for each uses an index.

import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { type AuthorityTables, authorityMigrations, authorityStore } from './index.ts'

const database = await testDatabase()
const db = await database.schema<AuthorityTables>('authority', authorityMigrations)
const schema = database.schemaName('authority')
afterAll(() => database.close())

const ROWS = 20_000
for (const statement of [
  `insert into ${schema}.certificate (kind, serial, generation, medium, request_key, resident_id, municipality_code,
     public_key_hash, card_auth_serial, facts_sequence, not_before, not_after, tbs, certificate, status, reason, revoked_at)
   select 'auth', 20000000 + n, 1, case n % 2 when 0 then 'card' else 'phone' end, 'r' || n, 'p' || n / 2, 13000 + n % 40,
     sha256(int4send(n)), case n % 2 when 1 then 20000000 + n - 1 end, 0, now(), now() + interval '1 year', '', '',
     case n % 10 when 0 then 'revoked' else 'valid' end, case n % 10 when 0 then 'superseded' end,
     case n % 10 when 0 then now() end
   from generate_series(1, ${ROWS}) n`,
  `insert into ${schema}.ocsp_answer (kind, serial, generation, version, due_at)
   select kind, serial, 1, 0, now() + serial::int % 1000 * interval '1 minute' from ${schema}.certificate`,
  `insert into ${schema}.status_change (sequence, kind, serial, generation, municipality_code, status, at, by)
   select row_number() over (), kind, serial, generation, municipality_code, status, now(), 'operator'
   from ${schema}.certificate where status = 'revoked'`,
  `update ${schema}.last_status_change set sequence = (select count(*) from ${schema}.status_change)`,
  `insert into ${schema}.resident_seen select 'p' || n, 0 from generate_series(1, ${ROWS}) n`,
  `analyze ${schema}.certificate, ${schema}.ocsp_answer, ${schema}.status_change, ${schema}.resident_seen`,
])
  await database.pool.query(statement)

/** Every statement that `work` sends, with its values. */
async function statements(work: (store: ReturnType<typeof authorityStore>) => Promise<unknown>) {
  const nodes: RootOperationNode[] = []
  const spy: KyselyPlugin = {
    transformQuery: ({ node }) => {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await work(authorityStore(db.withPlugin(spy)))
  const executor = db.getExecutor()
  return nodes.map((node) => executor.compileQuery(executor.transformQuery(node, { queryId: 'x' }), { queryId: 'x' }))
}

const key = { kind: 'auth', generation: 1, municipalityCode: '13007' } as const
const at = new Date()
const serial = 20_000_006n

test.each<[string, (store: ReturnType<typeof authorityStore>) => Promise<unknown>]>([
  ['look-up of a certificate', (store) => store.find('auth', serial)],
  ['look-up of a request', (store) => store.findRequest('r77')],
  ['link', (store) => store.linked('phone-auth', serial, at)],
  ['changes of status', (store) => store.statusChanges(100, 50)],
  ['ready answer', (store) => store.answers.find('auth', serial)],
  ['answers that are due', (store) => store.answers.claim(new Date(0), at, 100)],
  ['one answer that is due', (store) => store.answers.due('auth', serial)],
  [
    'entries of a CRL',
    async (store) => {
      for await (const page of store.crl.revoked(key, at)) expect(page.length).toBeGreaterThan(0)
    },
  ],
  ['entries of a delta', (store) => store.crl.changedSince(key, 1990)],
  ['changes for a filter', (store) => store.filters.changedSince('auth', 1990)],
  [
    'a revocation with what hangs on it',
    (store) => store.revoke('auth', serial, { reason: 'superseded', at, by: 'operator' }),
  ],
  ['an event of the register', (store) => store.follow({ sequence: 9, residentId: 'p44', event: 'die' }, at)],
])('%s: no large table is read from end to end', async (_, work) => expect(await scannedBy(work)).toEqual([]))

test('a planted scan is seen', async () => {
  const scan = `select serial from ${schema}.certificate where revoked_by = 'nobody'`
  expect(await scans([{ sql: scan, parameters: [] }])).toEqual(['certificate'])
})

async function scannedBy(work: Parameters<typeof statements>[0]) {
  const asked = await statements(work)
  expect(asked.length).toBeGreaterThan(0)
  return scans(asked)
}

const SMALL = ['register_cursor', 'last_status_change', 'crl_partition']

async function scans(asked: readonly { readonly sql: string; readonly parameters: readonly unknown[] }[]) {
  const scanned: string[] = []
  for (const { sql, parameters } of asked) {
    const { rows } = await database.pool.query(`explain ${sql}`, [...parameters])
    const plan = rows.map((row) => row['QUERY PLAN'] as string).join('\n')
    scanned.push(...[...plan.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!))
  }
  return scanned.filter((table) => !SMALL.includes(table))
}
