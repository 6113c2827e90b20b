// What may fail while certificates are revoked, status is put out and a generation rolls over: the HSM goes and comes
// back, the clock jumps by years. After each, everybody asks again; lost 0, doubled 0, stale 0, and the log agrees.
// The same for issuing: issue-faults.test.ts. Deaths of the process, database and disk: status-crash.test.ts.

import { renameSync } from 'node:fs'
import { expect, test } from 'vitest'
import { connectHsm, hsmKeyStore } from '../../adapters/hsm/index.ts'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { systemEntropy } from '../../adapters/random.ts'
import { softHsm, softHsmMissing } from '../../adapters/testing/soft-hsm.ts'
import { generateKeyPair } from '../../base/crypto.ts'
import { decodeCrl, findRevoked } from '../../codec/crl.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../../codec/ocsp.ts'
import { decodeCertificate } from '../../codec/x509.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { type AuthorityDeps, createAuthority } from './index.ts'
import { CITY, testAuthority } from './test-authority.ts'

const RESIDENTS = 24
const AT_ONCE = 4
const { publicKey } = generateKeyPair('RSA-2048')

async function revoking(changed: Partial<AuthorityDeps> = {}) {
  const world = await testAuthority(openResidentRegister, changed)
  const { authority, register } = world
  const residents = Array.from({ length: RESIDENTS }, (_, i) => `ended-${i}`)
  const serials = new Map<string, bigint>()
  for (const [i, residentId] of residents.entries()) {
    await world.resident(residentId)
    // Nobody needs the primes of a key that is only certified.
    const key = publicKey.map((octet, at) => (at === 60 ? i : octet))
    const { serial } = await authority.issueForCard({
      requestKey: residentId,
      residentId,
      kind: 'auth',
      publicKey: key,
    })
    serials.set(residentId, serial)
  }
  return {
    world,
    /** A few end at a time, half by events, half by hand, while a roll-over is tried; what was refused. */
    all: async (fault: (i: number) => void) => {
      const refused: unknown[] = []
      for (let i = 0; i < RESIDENTS; i += AT_ONCE) {
        fault(i)
        const some = residents.slice(i, i + AT_ONCE)
        for (const residentId of some.slice(0, AT_ONCE / 2)) await register.change({ residentId, event: 'die' })
        const work = [
          authority.followRegister({}),
          ...some.slice(AT_ONCE / 2).map((id) => byHand(serials.get(id)!)),
          authority.refreshStatus({}),
          authority.rollOver({ kind: 'auth', generation: 2 }),
        ]
        for (const done of await Promise.allSettled(work)) if (done.status === 'rejected') refused.push(done.reason)
      }
      return refused
    },
    /** As after a new start: everybody asks again. Prints and checks the counts. */
    end: async (what: string, refused: readonly unknown[]) => {
      const again = await createAuthority(world.deps)
      await again.rollOver({ kind: 'auth', generation: 2 })
      for (const serial of serials.values()) await byHand(serial)
      await again.followRegister({})
      await again.refreshStatus({})
      const { changes } = await again.statusChanges({ after: 0, limit: 1000 })
      const { findings } = await again.audit({})
      const ca = decodeCertificate((await again.caCertificates({})).earlier.auth[0]!)
      const { crl } = await again.crl({ kind: 'auth', municipalityCode: CITY.code, generation: 1 })
      const list = decodeCrl(crl)
      const now = world.clock.now
      let [lost, stale] = [0, list.thisUpdate <= now && now < list.nextUpdate! ? 0 : 1]
      for (const serial of serials.values()) {
        const request = encodeOcspRequest({ certIds: [certId(ca, serial)] })
        const answer = decodeOcspResponse((await again.ocsp({ kind: 'auth', request })).response)
        if (answer.status !== 'successful') throw new Error(answer.status)
        const [{ status, thisUpdate, nextUpdate }] = answer.basic.responses as [(typeof answer.basic.responses)[0]]
        if (status.kind !== 'revoked' || !findRevoked(list, serial)) lost++
        if (!(thisUpdate <= now && now < nextUpdate!)) stale++
      }
      const doubled = changes.length - new Set(changes.map(({ serial }) => serial)).size
      const { living } = await again.generations({ kind: 'auth' })
      process.stdout.write(
        `${what}: ${refused.length} refused meanwhile, ${changes.length} revoked, ${living.length} generations, lost ${lost}, doubled ${doubled}, stale ${stale}\n`,
      )
      expect({ lost, doubled, stale, changes: changes.length, generations: living.length, findings }).toEqual({
        ...{ lost: 0, doubled: 0, stale: 0, changes: RESIDENTS, generations: 2, findings: [] },
      })
      expect(world.published.get(`authority/crl/auth/${CITY.code}.crl`)).toEqual(crl)
      await world.close()
    },
  }

  /** Once more changes nothing. */
  function byHand(serial: bigint) {
    return world.authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'counter' })
  }
}

test('the HSM is killed and its token is away and back', async ({ skip }) => {
  const missing = softHsmMissing()
  if (missing) skip(missing)
  const hsm = softHsm()
  const connection = connectHsm(hsm.settings, [0, 10])
  const others = volatileKeyStore(systemEntropy)
  const run = await revoking({ keys: hsmKeyStore(connection, { others, lockPath: `${hsm.tokens}.lock` }) })
  const killed = new Set<number | undefined>([undefined])
  const refused = await run.all((i) => {
    if (i === AT_ONCE) renameSync(hsm.tokens, `${hsm.tokens}-away`)
    if (i === 3 * AT_ONCE) renameSync(`${hsm.tokens}-away`, hsm.tokens)
    const pid = connection.pid()
    if (killed.has(pid)) return
    killed.add(pid)
    process.kill(pid!, 'SIGKILL')
  })
  // Whether somebody has to wait for a signature just then is a matter of luck; that signers died is not.
  expect(killed.size).toBeGreaterThan(2)
  for (const reason of refused) expect(reason).toMatchObject({ code: 'hsm/unavailable', status: 503 })
  await run.end('HSM gone and back', refused)
  connection.close()
  hsm.end()
})

test('the clock jumps a year and six years forward and back', async () => {
  const run = await revoking()
  const { clock } = run.world
  const start = clock.now.getTime()
  const refused = await run.all((i) => {
    clock.now = new Date(start + [0, 1, 0, 6, 0][(i / AT_ONCE) % 5]! * 365 * 86_400_000)
  })
  clock.now = new Date(start + 60_000)
  await run.end('clock forward and back', refused)
})
