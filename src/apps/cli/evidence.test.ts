// Evidence of a tenant: kept with what it speaks of, chained, given out to whose it is and to auditors, and judged by who knows the
// key alone. A line that is missing, changed or out of its place shows; so does a manifest that somebody else has changed.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Bytes, base64url, hex, utf8 } from '../../base/bytes.ts'
import * as crypto from '../../base/crypto.ts'
import { serviceApi } from '../../roles/verifier/api/http.ts'
import type { Verifier } from '../../roles/verifier/contract.ts'
import { createVerifier } from '../../roles/verifier/index.ts'
import { FOUR_INFO } from '../../roles/verifier/testing/authority.ts'
import { asked, MESSAGE, person } from '../../roles/verifier/testing/http/approval-room.ts'
import { believingPortal, firmAt } from '../../roles/verifier/testing/http/firm.ts'
import { type OpenIdRoom, openIdRoom, plain, waiting } from '../../roles/verifier/testing/http/openid-room.ts'
import { named as byName } from '../../roles/verifier/testing/http.ts'
import { answer } from '../../roles/verifier/testing/phone.ts'
import { evidenceVerify, exported } from './evidence.ts'

let room: OpenIdRoom
let verifier: Verifier
let folder: string
const said: string[] = []
const CONTRACT = '山田花子は家を買う'
const CLERK = { clerkId: 'hara', passcode: 'kazasu-kansa' }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evidence-'))
  room = await openIdRoom()
  verifier = await createVerifier({ ...room.deps, portal: believingPortal, issuer: room.server.issuer })
  await verifier.addClerk({ ...CLERK, name: '原', parts: ['auditor'] })
  await verifier.addClerk({ clerkId: 'kudo', passcode: CLERK.passcode, name: '工藤', parts: ['operator'] })
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0)
})
afterAll(async () => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
  await room.close()
})

const firm = (name: string) => firmAt(verifier, name, [])

/** A login that this holder answers; the browser goes no further. */
async function login({ clientId, redirectUri }: { clientId: string; redirectUri: string }, holder = room.phone) {
  const { configuration } = await room.service('any')
  const service = { configuration, redirectUri, key: undefined as never }
  const { location } = await plain(service)
  location.searchParams.set('client_id', clientId)
  await answer(room.verifier, holder, (await waiting(room, location)).loginId)
}

const DAY = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
const into = (name: string, tenant: string, span = DAY) => {
  const out = join(folder, name)
  return { out, run: () => exported(verifier, { ...span, tenant, out, clerk: CLERK.clerkId }, CLERK.passcode) }
}
const judged = async (out: string, key?: string) => {
  said.length = 0
  return [await evidenceVerify(out, key === undefined ? {} : { key }), said.join('')] as const
}
const keyTold = () => /under the key ([0-9a-f]{64})/.exec(said.join(''))![1]!

test('verdicts with their reasons and what status rested on, whole under the platform’s key; another tenant’s are not in it', async () => {
  const [bakery, florist] = [await firm('bakery'), await firm('florist')]
  await login(bakery)
  await login(florist)
  const gone = room.authority.issue('auth')
  room.authority.revoke(gone.serial)
  await login(bakery, gone)
  const { session } = await verifier.signIn({ clerkId: 'kudo', passcode: CLERK.passcode })
  await verifier.suspend({ session, owner: bakery.tenantId, reason: 'asked by its owner' })
  await verifier.resume({ session, owner: bakery.tenantId })

  const { out, run } = into('bakery', bakery.tenantId)
  await run()
  const key = keyTold()
  const lines = readFileSync(join(out, 'evidence.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      ...{
        number: 1,
        previous: '0'.repeat(64),
        service: bakery.clientId,
        kind: 'verdict',
        what: 'login',
        outcome: 'passed',
      },
      certificate: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: { status: 'good', sources: [{ kind: 'ocsp', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] },
    },
    { number: 2, outcome: 'failed', reason: 'no certificate is revoked', status: { status: 'revoked' } },
    { number: 3, kind: 'operator', act: 'suspend', clerk: 'kudo', reason: 'asked by its owner' },
    { number: 4, kind: 'operator', act: 'resume' },
  ])
  expect(lines.join()).not.toContain(florist.clientId)
  expect(lines.join()).not.toContain(room.phone.serial.toString())
  expect(await judged(out, key)).toMatchObject([0, expect.stringContaining('4 lines')])
  // Who was told no key is told so; another key is another platform.
  expect((await judged(out))[0]).toBe(2)
  expect((await judged(out, '0'.repeat(64)))[0]).toBe(1)

  const manifest = ['-content', 'manifest.json', '-in', 'manifest.p7s', '-inform', 'DER', '-CAfile', 'platform.pem']
  const openssl = ['cms', '-verify', '-binary', '-purpose', 'any', ...manifest, '-out', '/dev/null']
  if (spawnSync('openssl', ['version']).status === 0)
    expect(spawnSync('openssl', openssl, { cwd: out, encoding: 'utf8' }).stderr).toContain('erification successful')

  const file = join(out, 'evidence.jsonl')
  const changed = async (text: string) => {
    writeFileSync(file, text)
    return (await judged(out, key))[1]
  }
  const [first, second, ...rest] = lines
  const joined = (all: readonly (string | undefined)[]) => `${all.join('\n')}\n`
  expect(await changed(joined([first, ...rest]))).toContain('failed  every line is there')
  expect(await changed(joined([second, first, ...rest]))).toContain('line 1 is missing, or not in its place')
  expect(await changed(joined([first, second!.replace('failed', 'passed'), ...rest]))).toContain(
    'line 3 does not follow',
  )
  expect(await changed(joined(lines.slice(0, 3)))).toContain('3 lines, and the manifest says 4')
  writeFileSync(file, joined(lines))
  const told = readFileSync(join(out, 'manifest.json'), 'utf8')
  writeFileSync(join(out, 'manifest.json'), told.replace('"lines": 4', '"lines": 3'))
  expect((await judged(out, key))[1]).toContain('the manifest was changed')
})

/** With what it is registered for CIBA, and a library of its own. */
async function asking(name: string) {
  const one = await firmAt(verifier, name, ['signatures'])
  await verifier.registerClient({ ...(await room.deps.store.client(one.clientId))!, ciba: {} })
  const configuration = await oidc.discovery(
    new URL(room.server.issuer),
    one.clientId,
    { id_token_signed_response_alg: 'ES256' },
    oidc.PrivateKeyJwt(one.key.privateKey),
    { execute: [oidc.allowInsecureRequests] },
  )
  return { ...one, configuration }
}

test('approvals and documents are kept with what came of them and read back; each that is changed shows, and nothing tells who or what', async () => {
  const shop = await asking('shop')
  const api = serviceApi({ ...room.deps, issuer: room.server.issuer, verifier, askerOf: byName })
  const verify = (document: Bytes) =>
    api.fetch(
      new Request(`${room.server.issuer}/api/verifyDocument`, {
        method: 'POST',
        headers: { authorization: `Bearer ${shop.clientId}`, 'content-type': 'application/json' },
        body: JSON.stringify({ document: base64url(document) }),
      }),
    )
  const one = await person(room, shop)
  const good = await asked(shop, one)
  await one.phone.approve(good.approval, good.begun.comparison_code)
  const other = await asked(shop, one)
  await one.phone.approve(other.approval, other.begun.comparison_code, one.holder, { procedure: '別の手続き' })
  const signer = room.authority.issue('sign')
  const { draft, toBeSigned } = await verifier.prepareSignature({
    ...{ format: 'CAdES', document: utf8(CONTRACT), certificate: signer.certificate },
  })
  const signature = crypto.sign('RSA-SHA256', signer.key, toBeSigned)
  const { document } = await verifier.finishSignature({ draft, signature, level: 'B-B' })
  expect((await verify(document)).status).toBe(200)
  room.authority.revoke(signer.serial)
  expect((await verify(document)).status).toBe(200)

  const { out, run } = into('shop', shop.tenantId)
  await run()
  const key = keyTold()
  const file = join(out, 'evidence.jsonl')
  const text = readFileSync(file, 'utf8')
  const lines = text.trimEnd().split('\n')
  const holder = expect.stringMatching(/^[0-9a-f]{64}$/)
  const judgedDocument = { kind: 'verdict', what: 'verifyDocument', document: hex(crypto.sha256(document)) }
  const source = { kind: 'ocsp', sha256: holder }
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { what: 'login', outcome: 'passed', certificate: holder },
    { what: 'approval', outcome: 'passed', certificate: holder, status: { status: 'good', sources: [source] } },
    { kind: 'approval', outcome: 'approved' },
    { what: 'approval', outcome: 'failed', reason: expect.stringContaining('was signed by the key') },
    { kind: 'approval', outcome: 'refused' },
    { ...judgedDocument, signatures: [{ outcome: 'TOTAL-PASSED', status: [{ status: 'good' }] }] },
    { ...judgedDocument, signatures: [{ outcome: 'INDETERMINATE', reason: 'REVOKED_NO_POE' }] },
  ])
  const named = [MESSAGE, CONTRACT, FOUR_INFO.name, one.subject, `${one.holder.serial}`, `${signer.serial}`]
  for (const secret of named) expect(text).not.toContain(secret)
  expect(await judged(out, key)).toMatchObject([0, expect.stringContaining('7 lines')])
  for (const at of [1, 2, 3, 4, 5, 6]) {
    const forged = lines[at]!.replace(/"outcome":"[^"]+"/, '"outcome":"forged"')
    expect(forged).not.toBe(lines[at])
    writeFileSync(file, `${lines.with(at, forged).join('\n')}\n`)
    const [code, told] = await judged(out, key)
    expect([at, code, told]).toEqual([at, 1, expect.stringContaining('failed')])
  }
})

test('an export that was cut in a line goes on; a span without anything is whole and empty', async () => {
  const mill = await firm('mill')
  for (const _ of [1, 2]) await login(mill)
  const { out, run } = into('mill', mill.tenantId)
  await run()
  const file = join(out, 'evidence.jsonl')
  const whole = readFileSync(file, 'utf8')
  writeFileSync(file, whole.slice(0, whole.indexOf('\n') + 20))
  await run()
  expect(readFileSync(file, 'utf8')).toBe(whole)
  expect((await judged(out, keyTold()))[0]).toBe(0)
  const none = into('none', mill.tenantId, { from: '2020-01-01', to: '2020-01-02' })
  said.length = 0
  await none.run()
  expect(await judged(none.out, keyTold())).toMatchObject([0, expect.stringContaining('0 lines')])
})

test('an administrator exports the own tenant and can name no other; sealing by two at once numbers each line once', async () => {
  const [dock, quay] = [await firm('dock'), await firm('quay')]
  for (const one of [dock, quay, dock]) await login(one)
  await Promise.all([verifier.sealEvidence({}), verifier.sealEvidence({})])
  const span = { from: new Date(DAY.from), to: new Date(DAY.to) }
  const own = await verifier.evidence({ session: dock.session, ...span })
  expect(own.lines.map((line) => JSON.parse(line).number)).toEqual([1, 2])
  expect(own.lines.every((line) => JSON.parse(line).service === dock.clientId)).toBe(true)
  const guesses = [
    () => verifier.evidence({ session: dock.session, tenantId: quay.tenantId, ...span }),
    () => verifier.evidenceManifest({ session: dock.session, tenantId: quay.tenantId, ...span }),
  ]
  for (const guess of guesses) await expect(guess()).rejects.toMatchObject({ code: 'verifier/notSignedIn' })
  // Another's cursor leads to the own lines.
  const { lines } = await verifier.evidence({ session: quay.session, after: 1, ...span })
  expect(lines).toEqual([])
  const { session } = await verifier.signIn({ clerkId: 'kudo', passcode: CLERK.passcode })
  await expect(verifier.evidence({ session, tenantId: dock.tenantId, ...span })).rejects.toMatchObject({
    code: 'verifier/notYourPart',
  })
})
