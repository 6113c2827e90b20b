// What may fail while certificates are issued: the database is torn down, its disk is full, the HSM goes, the clock jumps.
// After each, every request is asked again; lost 0, doubled 0, and the log agrees. Deaths of the process: crash.test.ts.

import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../adapters/database/database.ts'
import { connectHsm, hsmKeyStore } from '../../adapters/hsm/index.ts'
import { fileKeyStore, volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { testDatabaseUrl } from '../../adapters/testing/index.ts'
import { postgresBinaries, startPostgres } from '../../adapters/testing/postgres-server.ts'
import { smallDisk } from '../../adapters/testing/small-disk.ts'
import { softHsm, softHsmMissing } from '../../adapters/testing/soft-hsm.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import {
  type AuthorityDeps,
  type AuthorityTables,
  authorityMigrations,
  authorityStore,
  createAuthority,
} from './index.ts'
import { testAuthority } from './test-authority.ts'

const REQUESTS = 48
const AT_ONCE = 6
const NAMES = Array.from({ length: REQUESTS }, (_, i) => `fault-${i}`)
const { publicKey } = generateKeyPair('RSA-2048')
/** Nobody needs the primes of a key that is only certified. */
const keyOf = (i: number) => publicKey.map((octet, at) => (at === 60 ? i : octet))

/** An authority whose residents are there, on a database of its own when one is given. */
async function issuing(changed: Partial<AuthorityDeps> = {}, url?: string) {
  const own = url === undefined ? undefined : await openDatabase({ url })
  const tables = await own?.schema<AuthorityTables>('authority', authorityMigrations)
  const world = await testAuthority(openResidentRegister, {
    ...changed,
    ...(tables && { store: authorityStore(tables) }),
  })
  for (const name of NAMES) await world.resident(name)
  const ask = (authority: typeof world.authority, i: number) =>
    authority.issueForCard({ requestKey: NAMES[i]!, residentId: NAMES[i]!, kind: 'auth', publicKey: keyOf(i) })
  return {
    world,
    /** A few at a time, so that the fault meets some in every phase; what was refused. */
    all: async (fault: (i: number) => void) => {
      const refused: unknown[] = []
      for (let i = 0; i < REQUESTS; i += AT_ONCE) {
        const answers = Promise.allSettled(NAMES.slice(i, i + AT_ONCE).map((_, j) => ask(world.authority, i + j)))
        // When this question is answered, those before it are under way.
        await world.deps.store.cursor().catch(() => undefined)
        fault(i)
        for (const answer of await answers) if (answer.status === 'rejected') refused.push(answer.reason)
      }
      return refused
    },
    /** As after a new start: everybody asks again. Prints and checks the counts. */
    end: async (what: string, refused: readonly unknown[]) => {
      // Each connection of before is found broken once.
      for (let tries = 0; tries < 20; tries++) await world.deps.store.cursor().catch(() => undefined)
      const authority = await createAuthority(world.deps)
      const answers = await Promise.all(NAMES.map((_, i) => ask(authority, i)))
      const rows = await (tables ?? world.tables)
        .selectFrom('certificate')
        .selectAll()
        .where('medium', '=', 'card')
        .execute()
      const stored = new Map(rows.map((row) => [row.request_key, row]))
      const lost = NAMES.filter((name, i) => {
        const { status, certificate } = stored.get(name) ?? {}
        return status !== 'valid' || !certificate || Buffer.compare(certificate, answers[i]!.certificate) !== 0
      })
      const doubled = rows.length - new Set(rows.map(({ serial }) => serial)).size + rows.length - stored.size
      const { findings } = await authority.audit({})
      process.stdout.write(
        `${what}: ${refused.length} of ${REQUESTS} refused meanwhile, ${rows.length} certificates, lost ${lost.length}, doubled ${doubled}\n`,
      )
      expect([lost.length, doubled, rows.length, findings]).toEqual([0, 0, REQUESTS, []])
      await world.close()
      await own?.close()
      return answers
    },
  }
}

test('the HSM is killed and its token is away and back while certificates are issued', async ({ skip }) => {
  const missing = softHsmMissing()
  if (missing) skip(missing)
  const hsm = softHsm()
  const connection = connectHsm(hsm.settings, [0, 10])
  const others = volatileKeyStore(systemEntropy)
  const keys = hsmKeyStore(connection, { others, lockPath: `${hsm.tokens}.lock` })
  const run = await issuing({ keys })
  const killed = new Set<number | undefined>([undefined])
  const kill = () => {
    const pid = connection.pid()
    if (killed.has(pid)) return
    killed.add(pid)
    process.kill(pid!, 'SIGKILL')
  }
  const refused = await run.all((i) => {
    if (i === 2 * AT_ONCE) renameSync(hsm.tokens, `${hsm.tokens}-away`)
    if (i === 3 * AT_ONCE) renameSync(`${hsm.tokens}-away`, hsm.tokens)
    if (i % (2 * AT_ONCE) === 0) kill()
  })
  expect(refused.length).toBeGreaterThan(0)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'hsm/unavailable', status: 503 })
  await run.end('HSM gone and back', refused)
  connection.close()
  hsm.end()
})

test('the clock jumps a year forward and back while certificates are issued', async () => {
  const run = await issuing()
  const { clock } = run.world
  const start = clock.now
  const later = new Date(start.getTime() + 365 * 86_400_000)
  const refused = await run.all((i) => {
    clock.now = (i / AT_ONCE) % 2 === 0 ? later : start
  })
  clock.now = start
  const answers = await run.end('clock forward and back', refused)
  expect(refused).toEqual([])
  for (const { certificate } of answers) {
    const { notBefore, notAfter } = decodeCertificate(certificate).validity
    expect([start.getTime(), later.getTime()]).toContain(notBefore.getTime())
    expect(notAfter.getTime()).toBeGreaterThan(notBefore.getTime())
  }
})

// Once, beside the server of this run: one of its own that may be torn down.
const binaries = testDatabaseUrl() ? postgresBinaries() : undefined
if (binaries) {
  test('the database is torn down again and again while certificates are issued', async () => {
    const server = await startPostgres(binaries)
    const run = await issuing({}, server.url)
    const refused = await run.all((i) => {
      if (i % (3 * AT_ONCE) === 0) server.restart()
    })
    await run.end('database restarted', refused)
    server.stop()
  })

  test('the disk of the database and of the keys is full, and is given room', async ({ skip }) => {
    const disk = smallDisk()
    if (!disk) return skip('needs the right to mount a file system')
    const server = await startPostgres(binaries, disk.folder)
    const run = await issuing({}, server.url)
    const keys = fileKeyStore(join(disk.folder, 'keys'))
    const before = (await keys.signer('before', 'ECDSA-P256-SHA256')).publicKey
    const refused = await run.all((i) => {
      if (i === AT_ONCE) disk.fill()
      if (i !== 6 * AT_ONCE) return
      disk.empty()
      server.restart()
    })
    disk.fill()
    await expect(keys.signer('while full', 'ECDSA-P256-SHA256')).rejects.toMatchObject({ code: 'ENOSPC' })
    disk.empty()
    server.restart()
    const again = fileKeyStore(join(disk.folder, 'keys'))
    expect((await again.signer('before', 'ECDSA-P256-SHA256')).publicKey).toEqual(before)
    expect((await again.signer('while full', 'ECDSA-P256-SHA256')).publicKey.length).toBeGreaterThan(0)
    expect(refused.length).toBeGreaterThan(0)
    await run.end('disk full', refused)
    server.stop()
    disk.end()
  })
}
