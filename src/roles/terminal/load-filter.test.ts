// Which revocation filters a terminal takes over, and what it makes of them at a tap. ours: docs/profile.md#revocation-filter.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, NO_BYTES, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, privateKey, seededEntropy, sign } from '../../base/crypto.ts'
import { judge } from '../../base/verdict.ts'
import { assembleFilter, encodeTbsFilter, saltOf, type TbsFilter } from '../../codec/revocation-filter.ts'
import { keyIdentifier } from '../../protocol/jpki-profile/index.ts'
import { testCa } from '../../protocol/jpki-profile/test-authority.ts'
import { filterBuilder } from '../../protocol/revocation-filter/index.ts'
import { loadFilter } from './load-filter.ts'
import { FILTER_CHECK, type LoadedList } from './model.ts'
import { presentFilter } from './present-filter.ts'
import { type TerminalTables, terminalMigrations, terminalStore } from './store.ts'

const NOW = new Date('2026-06-01T03:00:00Z')
const hours = (n: number) => new Date(NOW.getTime() + n * 3600_000)
const ca = testCa('auth', 'RSA-2048')
const other = testCa('auth', 'RSA-2048')
const entropy = seededEntropy(utf8('gate filter'))
const refused = (code: string) => ({ code: `terminal/${code}` })

const database = await testDatabase()
const db = await database.schema<TerminalTables>('terminal', terminalMigrations)
const store = terminalStore(db)
const present = presentFilter(store)
const now = NOW
const load = loadFilter({ store, clock: () => now }, present)
afterAll(() => database.close())
beforeAll(() => store.trustFilters(ca.certificate.raw))

function signed(changed: Partial<TbsFilter> = {}, by = ca): Bytes {
  const revoked = changed.base ? [] : [7n, 8n]
  const builder = filterBuilder(revoked, 2, saltOf(entropy(16)))
  for (const serial of [7n, 8n, 9n, 10n]) if (!revoked.includes(serial)) builder.addValid(serial)
  const tbs = encodeTbsFilter({
    signatureAlgorithm: 'RSA-SHA256',
    keyIdentifier: keyIdentifier(by.certificate.subjectPublicKeyInfo),
    number: 5,
    thisUpdate: NOW,
    nextUpdate: hours(48),
    coveredUntil: NOW,
    ...builder.tables(),
    ...changed,
  })
  return assembleFilter(tbs, 'RSA-SHA256', sign('RSA-SHA256', privateKey(by.pkcs8), tbs))
}
const delta = (number: number, base = { number: 5, coveredUntil: NOW, released: [8n] }) => signed({ number, base })

test('a terminal that is not prepared takes none', async () => {
  const bare = await testDatabase()
  const empty = terminalStore(await bare.schema<TerminalTables>('terminal', terminalMigrations))
  const loading = loadFilter({ store: empty, clock: () => NOW }, presentFilter(empty))({ filter: signed() })
  await expect(loading).rejects.toMatchObject(refused('notPrepared'))
  await bare.close()
})

describe('what is refused, and the present one stays', () => {
  beforeAll(async () => {
    expect(await load({ filter: signed(), delta: delta(6) })).toEqual({ number: 6, coveredUntil: NOW })
  })
  test.each<[string, () => { filter: Bytes; delta?: Bytes }, string]>([
    ['of another authority', () => ({ filter: signed({}, other) }), 'filterForeign'],
    [
      'with the name of ours and the key of another',
      () => ({ filter: signed({ keyIdentifier: keyIdentifier(ca.certificate.subjectPublicKeyInfo) }, other) }),
      'filterForeign',
    ],
    [
      'of the time before',
      () => ({ filter: signed({ number: 7, thisUpdate: hours(-49), nextUpdate: hours(-1) }) }),
      'filterExpired',
    ],
    ['of the time to come', () => ({ filter: signed({ number: 7, thisUpdate: hours(1) }) }), 'filterNotYet'],
    ['that is older', () => ({ filter: signed({ number: 4 }) }), 'filterOlder'],
    ['without the delta that was there', () => ({ filter: signed() }), 'filterOlder'],
    [
      'with an older delta',
      () => ({
        filter: signed({ number: 3 }),
        delta: signed({ number: 4, base: { number: 3, coveredUntil: NOW, released: [] } }),
      }),
      'filterOlder',
    ],
    ['with a delta upon another', () => ({ filter: signed({ number: 7 }), delta: delta(8) }), 'filterParts'],
    ['that is a delta', () => ({ filter: delta(9) }), 'filterParts'],
    ['with two whole ones', () => ({ filter: signed(), delta: signed({ number: 6 }) }), 'filterParts'],
    ['that is empty', () => ({ filter: NO_BYTES }), 'filterMalformed'],
    ['that is a certificate', () => ({ filter: ca.certificate.raw }), 'filterMalformed'],
  ])('%s', async (_, make, code) => {
    await expect(load(make())).rejects.toMatchObject(refused(code))
    expect((await present())!.delta!.number).toBe(6)
  })
  test('with any octet of the tables changed', async () => {
    const filter = signed({ number: 7 })
    for (let at = 40; at < filter.length; at += 13) {
      const broken = filter.slice()
      broken[at]! ^= 0x10
      await expect(load({ filter: broken })).rejects.toThrow()
    }
    expect((await present())!.delta!.number).toBe(6)
  })
})

describe('at a tap', () => {
  const { publicKey } = generateKeyPair('P-256')
  const list: LoadedList = { title: 'Concert', issuedAt: hours(-1), validUntil: hours(50), entries: new Map() }
  const tap = async (serial: bigint, changed: { notBefore?: Date; at?: Date; issuedAt?: Date } = {}) => {
    const entry = { serial, publicKey, notAfter: hours(9000), ticket: 'A', ...changed }
    const { issuedAt = list.issuedAt, at = NOW } = changed
    const filter = await present()
    const encounter = { terminalAccepted: true }
    return judge([FILTER_CHECK], { now: at, encounter, list: { ...list, issuedAt }, entry, filter }).outcome
  }
  test('revoked fails, good passes, released passes', async () => {
    expect([await tap(7n), await tap(9n), await tap(8n)]).toEqual(['failed', 'passed', 'passed'])
  })
  test('a certificate that is newer than the filter is not called good, nor one whose age nobody knows', async () => {
    expect(await tap(9n, { notBefore: hours(1) })).toBe('indeterminate')
    expect(await tap(9n, { issuedAt: hours(1) })).toBe('indeterminate')
    expect(await tap(9n, { issuedAt: hours(1), notBefore: hours(-100) })).toBe('passed')
  })
  test('a filter that has ended says nothing, and one of a time to come neither', async () => {
    expect(await tap(9n, { at: hours(49) })).toBe('indeterminate')
    expect(await tap(9n, { at: hours(-3) })).toBe('indeterminate')
  })
  test('one that somebody wrote into the store is none', async () => {
    await store.takeFilter({ filter: signed({ number: 90 }, other), delta: null })
    expect(await present()).toBeUndefined()
    expect(await tap(9n)).toBe('indeterminate')
  })
})
