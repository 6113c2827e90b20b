// Answers signed ahead: what is given, when they are made anew, and what is never given. RFC 5019, RFC 6960 §2.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Served, serve } from '../../../adapters/http/index.ts'
import { type Bytes, base64 } from '../../../base/bytes.ts'
import { decodeCrl, findRevoked } from '../../../codec/crl.ts'
import { certId, decodeOcspResponse, encodeOcspRequest } from '../../../codec/ocsp.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { openResidentRegister } from '../../resident-register/index.ts'
import { publicSite } from '../http.ts'
import { createAuthority } from '../index.ts'
import { CITY, type TestAuthority, testAuthority } from '../test-authority.ts'
import { answerPath } from './answers.ts'

let world: TestAuthority
let ca: Certificate
let files: Map<string, Bytes>
let signatures = 0
const NOW = new Date('2026-06-01T03:00:00Z')
const MINUTE = 60_000

beforeAll(async () => {
  files = new Map()
  world = await testAuthority(
    openResidentRegister,
    { publishAnswer: async (path, content) => void files.set(path, content) },
    (signer) => ({
      ...signer,
      sign: (message) => {
        signatures++
        return signer.sign(message)
      },
    }),
  )
  ca = decodeCertificate((await world.authority.caCertificates({})).auth)
})
afterAll(() => world.close())
beforeEach(() => {
  world.clock.now = NOW
})

let people = 0
async function person(): Promise<bigint> {
  const name = `answered-${++people}`
  await world.resident(name)
  return (await world.card(name)).serial
}
const requestFor = (serial: bigint) => encodeOcspRequest({ certIds: [certId(ca, serial)] })
async function ask(serial: bigint) {
  const { response } = await world.authority.ocsp({ kind: 'auth', request: requestFor(serial) })
  const answer = decodeOcspResponse(response)
  if (answer.status !== 'successful') throw new Error(answer.status)
  const [single] = answer.basic.responses
  return { response, status: single!.status.kind, thisUpdate: single!.thisUpdate, nextUpdate: single!.nextUpdate! }
}
const later = (minutes: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + minutes * MINUTE)
}
const signedBy = async (work: () => Promise<unknown>) => {
  const before = signatures
  await work()
  return signatures - before
}

describe('the job', () => {
  test('signs for every certificate, and after that only what gets old or has changed', async () => {
    const serials = [await person(), await person(), await person()]
    await world.authority.refreshStatus({})
    expect(await signedBy(() => Promise.all(serials.map(ask)))).toBe(0)
    expect(await world.authority.refreshStatus({})).toEqual({ answers: 0 })
    await world.authority.revoke({ kind: 'auth', serial: serials[0]!, reason: 'superseded', requestedBy: 'holder' })
    // The revocation has signed two CRLs' four lists and one answer; nothing is left to do.
    expect(await world.authority.refreshStatus({})).toEqual({ answers: 0 })
    later(11)
    expect((await world.authority.refreshStatus({})).answers).toBeGreaterThanOrEqual(3)
    expect((await ask(serials[1]!)).thisUpdate).toEqual(world.clock.now)
  })

  test('of two jobs at once each signs a part, together every answer once', async () => {
    const serials = await Promise.all(Array.from({ length: 8 }, person))
    const other = await createAuthority(world.deps)
    later(40)
    const both = await Promise.all([world.authority.refreshStatus({}), other.refreshStatus({})])
    const { answers } = await world.deps.store.answers.count(world.clock.now)
    expect(both[0].answers + both[1].answers).toBe(answers)
    for (const serial of serials) expect((await ask(serial)).thisUpdate).toEqual(world.clock.now)
  })

  test('that dies in the middle leaves what the next one does, after a minute', async () => {
    const serial = await person()
    const dying: typeof world.deps.store.answers.keep = async () => {
      throw new Error('power is gone')
    }
    const { store } = world.deps
    const deps = { ...world.deps, store: { ...store, answers: { ...store.answers, keep: dying } } }
    const broken = await createAuthority(deps)
    await expect(broken.refreshStatus({})).rejects.toThrow('power is gone')
    expect(await world.authority.refreshStatus({})).toEqual({ answers: 0 })
    later(2)
    expect((await world.authority.refreshStatus({})).answers).toBeGreaterThanOrEqual(1)
    expect(await signedBy(() => ask(serial))).toBe(0)
  })

  test('a status that changes while its answer is signed is not covered up by it', async () => {
    const serial = await person()
    const { store } = world.deps
    const keep: typeof store.answers.keep = async (answers) => {
      const at = world.clock.now
      await store.revoke('auth', serial, { reason: 'keyCompromise', at, by: 'holder' })
      return store.answers.keep(answers)
    }
    const racing = await createAuthority({ ...world.deps, store: { ...store, answers: { ...store.answers, keep } } })
    await racing.refreshStatus({}).catch(() => undefined)
    expect((await ask(serial)).status).toBe('revoked')
    await world.authority.refreshStatus({})
    expect(decodeOcspResponse(files.get(answerPath('auth', ca, serial))!)).toMatchObject({
      basic: { responses: [{ status: { kind: 'revoked' } }] },
    })
  })
})

test('a disk that is full stops no revocation; what could not be put out is when there is room', async () => {
  const serial = await person()
  await world.authority.refreshStatus({})
  let full = true
  const onDisk =
    (files: Map<string, Bytes>): typeof world.deps.publish =>
    async (path, content) => {
      if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      files.set(path, content)
    }
  const deps = { ...world.deps, publish: onDisk(world.published), publishAnswer: onDisk(files) }
  full = false
  const authority = await createAuthority(deps)
  full = true
  await authority.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'holder' })
  expect((await ask(serial)).status).toBe('revoked')
  full = false
  later(2)
  await authority.refreshStatus({})
  expect(decodeOcspResponse(files.get(answerPath('auth', ca, serial))!)).toMatchObject({
    basic: { responses: [{ status: { kind: 'revoked' } }] },
  })
  const list = decodeCrl(world.published.get(`authority/crl/auth/${CITY.code}.crl`)!)
  expect(findRevoked(list, serial)).toBeDefined()
})

describe('never past nextUpdate', () => {
  test('with the job stopped and the clock jumping either way, no answer is stale or of the future', async () => {
    const serial = await person()
    await world.authority.refreshStatus({})
    let stale = 0
    for (const minutes of [5, 24, 1, 31, 600, -700, 29, 1, -2000, 30]) {
      later(minutes)
      const { thisUpdate, nextUpdate } = await ask(serial)
      const now = world.clock.now.getTime()
      if (nextUpdate.getTime() <= now || thisUpdate.getTime() > now + 5 * MINUTE) stale++
    }
    expect(stale).toBe(0)
  })

  test('over HTTP neither, nor may a cache keep one so long', async () => {
    const serial = await person()
    const site = publicSite(world.authority, () => world.clock.now)
    const url = `http://ca/ocsp/auth/${base64(requestFor(serial))}`
    for (const minutes of [0, 14, 14, 1, 1, 29, 100, -50]) {
      later(minutes)
      const answer = await site.answer(new Request(url))
      const decoded = decodeOcspResponse(new Uint8Array(await answer.arrayBuffer()))
      const end = decoded.status === 'successful' ? decoded.basic.responses[0]!.nextUpdate!.getTime() : 0
      expect(end).toBeGreaterThan(world.clock.now.getTime())
      const maxAge = Number(/max-age=([0-9]+)/.exec(answer.headers.get('cache-control')!)?.[1] ?? 0)
      expect(world.clock.now.getTime() + maxAge * 1000).toBeLessThan(end)
    }
  })
})

describe('over HTTP', () => {
  let served: Served
  let serial: bigint
  beforeAll(async () => {
    world.clock.now = NOW
    serial = await person()
    await world.authority.refreshStatus({})
    const { listener, atOnce } = publicSite(world.authority, () => world.clock.now)
    served = await serve(listener, { port: 0, atOnce })
  })
  afterAll(() => served.close())
  const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer())
  const get = (path: string, headers: Record<string, string> = {}) => fetch(served.url + path, { headers })

  test('a GET gives the bytes of the file of the same path, again from memory, and signs nothing', async () => {
    const path = answerPath('auth', ca, serial)
    const wanted = files.get(path)!
    expect(
      await signedBy(async () => {
        for (let i = 0; i < 3; i++) expect(await bytesOf(await get(`/${path}`))).toEqual(wanted)
      }),
    ).toBe(0)
    const answer = await get(`/${path}`)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/ocsp-response',
      'cache-control': 'public,max-age=900,no-transform,must-revalidate',
      'last-modified': NOW.toUTCString(),
      expires: new Date(NOW.getTime() + 30 * MINUTE).toUTCString(),
    })
    const etag = answer.headers.get('etag')!
    expect((await get(`/${path}`, { 'if-none-match': etag })).status).toBe(304)
    const head = await fetch(`${served.url}/${path}`, { method: 'HEAD' })
    expect([head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([`${wanted.length}`, 0])
  })

  test('a revocation anywhere is seen within a second, by what is in memory too', async () => {
    const path = answerPath('auth', ca, serial)
    const good = await bytesOf(await get(`/${path}`))
    const elsewhere = await createAuthority(world.deps)
    await elsewhere.revoke({ kind: 'auth', serial, reason: 'keyCompromise', requestedBy: 'holder' })
    world.clock.now = new Date(NOW.getTime() + 1000)
    const after = await bytesOf(await get(`/${path}`))
    expect(after).not.toEqual(good)
    expect(decodeOcspResponse(after)).toMatchObject({ basic: { responses: [{ status: { kind: 'revoked' } }] } })
    expect(files.get(path)).toEqual(after)
  })

  test('CRL, delta and filters are the files; a part of a list is asked for by range', async () => {
    for (const path of [
      `crl/auth/${CITY.code}.crl`,
      `crl/auth/${CITY.code}-delta.crl`,
      'filter/auth.krf',
      'filter/auth-delta.krf',
    ])
      expect(await bytesOf(await get(`/authority/${path}`))).toEqual(world.published.get(`authority/${path}`))
    const list = `/crl/auth/${CITY.code}.crl`
    const whole = await bytesOf(await get(list))
    const parts: Bytes[] = []
    for (let at = 0; at < whole.length; at += 300) {
      const part = await get(list, { range: `bytes=${at}-${at + 299}` })
      expect(part.status).toBe(206)
      parts.push(await bytesOf(part))
    }
    expect(decodeCrl(new Uint8Array(Buffer.concat(parts))).raw).toEqual(whole)
    expect((await get(list, { range: `bytes=${whole.length}-` })).status).toBe(416)
    expect((await get(list, { range: 'bytes=0-1,3-4' })).status).toBe(200)
    expect(await bytesOf(await get(list, { range: 'bytes=-5' }))).toEqual(whole.subarray(-5))
  })

  test('other methods and addresses are refused', async () => {
    expect((await fetch(`${served.url}/ocsp/auth`, { method: 'DELETE' })).status).toBe(405)
    expect((await fetch(`${served.url}/crl/auth/13999.crl`, { method: 'POST' })).status).toBe(405)
    for (const path of ['/', '/ocsp', '/ocsp/root/x', '/crl/auth/..%2f..', '/crl/auth/99-13999.crl'])
      expect((await get(path)).status).toBe(404)
  })
})

test('more signatures at once than it can make are told to come again, not queued without end', async () => {
  const serial = await person()
  const nonce = new Uint8Array(32).fill(7)
  const request = encodeOcspRequest({ certIds: [certId(ca, serial)], nonce })
  const answers = await Promise.all(Array.from({ length: 700 }, () => world.authority.ocsp({ kind: 'auth', request })))
  const kinds = answers.map(({ response }) => decodeOcspResponse(response).status)
  expect(kinds.filter((one) => one === 'tryLater').length).toBeGreaterThan(0)
  expect(kinds.filter((one) => one === 'successful').length).toBeGreaterThanOrEqual(512)
})
