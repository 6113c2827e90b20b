// Seed 3 (2) 別紙: a gate that admits offline, with a card that is a real one of ours and certificates of the authority.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { volatileKeyStore } from '../../adapters/keys/index.ts'
import { volatileMemory } from '../../adapters/memory/index.ts'
import { testDatabase } from '../../adapters/testing/index.ts'
import { type Bytes, concat, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, type KeyPair, seededEntropy } from '../../base/crypto.ts'
import type { Session } from '../../base/ports.ts'
import { encodeCvcKey, modulusOfSpki } from '../../codec/cvc.ts'
import { type TestAuthority, testAuthority } from '../authority/test-authority.ts'
import { createMyNumberCard, manufactureMyNumberCard } from '../my-number-card/index.ts'
import { openResidentRegister } from '../resident-register/index.ts'
import { type Allowed, zAllowList } from '../verifier/contract.ts'
import type { Admission, Terminal } from './contract.ts'
import { createTerminal, type TerminalDeps, type TerminalTables, terminalMigrations, terminalStore } from './index.ts'

interface Holder extends Allowed {
  readonly pair: KeyPair
  readonly certificate: Bytes
}

let world: TestAuthority
let adult: Holder
let elder: Holder
const verifierKeys = volatileKeyStore(seededEntropy(utf8('verifier')))
/** One key for all terminals of these tests: making one takes longer than a test. */
const terminalKeys = volatileKeyStore(seededEntropy(utf8('terminal keys')))
const reading = new Map<string, () => Session>()
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  world = await testAuthority(openResidentRegister)
  adult = await holder('adult', 'A-1')
  elder = await holder('elder', 'B-2')
})
afterAll(async () => {
  for (const close of closing) await close()
  await world.close()
})

async function holder(residentId: string, ticket: string): Promise<Holder> {
  const pair = generateKeyPair('RSA-2048')
  await world.resident(residentId)
  const { publicKey } = pair
  const issued = await world.authority.issueForCard({ requestKey: residentId, residentId, kind: 'auth', publicKey })
  return { ...issued, pair, publicKey, ticket }
}

/** A My Number Card with this certificate; a copy has the certificate but a key of its own. */
async function cardOf({ pair, certificate }: Pick<Holder, 'pair' | 'certificate'>) {
  const memory = volatileMemory()
  const { publicKey, keyId } = await world.authority.terminalCa({})
  manufactureMyNumberCard(memory, {
    tokenSerial: '0000000020500003',
    municipality: '13999',
    expiry: '20330401',
    auth: {
      privateKey: pair.privateKey,
      certificate,
      caCertificate: (await world.authority.caCertificates({})).auth,
      pin: '1234',
    },
    terminalCaKey: concat(keyId, encodeCvcKey(modulusOfSpki(publicKey))),
  })
  return createMyNumberCard({ memory, entropy: seededEntropy(utf8('card')) })
}

/** On the reader of this name until it is put away; `leaves` says after which command. */
async function put(reader: string, of: Pick<Holder, 'pair' | 'certificate'>, leaves = Number.POSITIVE_INFINITY) {
  const card = await cardOf(of)
  reading.set(reader, () => {
    let left = leaves
    const transmit = async (command: Bytes) => {
      if (left-- <= 0) throw new Error('no card')
      return card.process(command)
    }
    return { transmit, end: async () => card.reset() }
  })
}

async function newTerminal(changed: Partial<TerminalDeps> = {}): Promise<{ terminal: Terminal; deps: TerminalDeps }> {
  const database = await testDatabase()
  closing.push(database.close)
  const db = await database.schema<TerminalTables>('terminal', terminalMigrations)
  const entropy = seededEntropy(utf8('terminal'))
  const deps: TerminalDeps = {
    name: 'gate-1',
    store: terminalStore(db),
    keys: terminalKeys,
    clock: () => world.clock.now,
    entropy,
    authority: world.authority,
    verifier: { listKey: async () => ({ publicKey: (await listSigner()).publicKey }) },
    readers: async (name) => {
      const open = reading.get(name)
      if (!open) throw new Error('nothing there')
      return open()
    },
    ...changed,
  }
  return { terminal: createTerminal(deps), deps }
}

const listSigner = () => verifierKeys.signer('list', 'ECDSA-P256-SHA256')
const hours = (n: number) => new Date(world.clock.now.getTime() + n * 3600_000)

async function signedList(
  entries: readonly Holder[],
  changed: { title?: string; issuedAt?: Date; validUntil?: Date } = {},
) {
  const list = zAllowList.encode({
    title: 'Concert',
    issuedAt: world.clock.now,
    validUntil: hours(12),
    entries: entries.map(({ serial, publicKey, notAfter, ticket }) => ({ serial, publicKey, notAfter, ticket })),
    ...changed,
  })
  return signed(utf8(JSON.stringify(list)))
}
const signed = async (list: Bytes) => ({ list, signature: await (await listSigner()).sign(list) })

const NAMES = [
  'card accepts the terminal',
  'allow-list is in its validity',
  'certificate is on the allow-list',
  'certificate has not ended',
  'challenge was signed by the listed key',
  'ticket has not been used',
]
const outcomes = ({ verdict }: Admission) => verdict.checks.map(({ outcome }) => outcome[0]).join('')
const refused = (code: string) => ({ code: `terminal/${code}` })

let terminal: Terminal
let deps: TerminalDeps
beforeEach(async () => {
  world.clock.now = new Date('2026-06-01T03:00:00Z')
  ;({ terminal, deps } = await newTerminal())
  await terminal.prepare({})
  await terminal.loadAllowList(await signedList([adult, elder]))
  await put('gate', adult)
})

describe('a tap', () => {
  test('is admitted: six checks, offline, seven commands with a card that meets this CA for the first time', async () => {
    const offline = () => Promise.reject(new Error('no network'))
    const authority = { issueTerminalCertificate: offline, caCertificates: offline }
    const gate = createTerminal({ ...deps, authority, verifier: { listKey: offline } })
    const admission = await gate.admit({ reader: 'gate' })
    expect(admission.verdict.checks.map(({ name }) => name)).toEqual(NAMES)
    expect(outcomes(admission)).toBe('pppppp')
    expect(admission).toMatchObject({ admitted: true, ticket: 'A-1', apdus: 7, at: world.clock.now })
    // CVC twice, that of the CA, two signatures and their framing.
    expect(admission.bytesOnAir).toBeGreaterThan(3 * 569 + 256 + 256)
    expect(admission.bytesOnAir).toBeLessThan(2500)
    expect((await gate.admit({ reader: 'gate' })).apdus, 'when it knows the CA').toBe(5)
    expect(await gate.state({})).toEqual({
      prepared: true,
      filterUntil: null,
      title: 'Concert',
      validUntil: hours(12),
      entries: 2,
      admitted: 1,
    })
  })
  test('is timed by the clock', async () => {
    let now = world.clock.now.getTime()
    const gate = createTerminal({ ...deps, clock: () => new Date((now += 250)) })
    expect((await gate.admit({ reader: 'gate' })).milliseconds).toBe(250)
  })
  test('of an admitted ticket is refused, also by a terminal that was restarted', async () => {
    await terminal.admit({ reader: 'gate' })
    const again = await createTerminal(deps).admit({ reader: 'gate' })
    expect(again).toMatchObject({ admitted: false, ticket: 'A-1' })
    expect(outcomes(again)).toBe('pppppf')
    await put('gate', elder)
    expect(await terminal.admit({ reader: 'gate' })).toMatchObject({ admitted: true, ticket: 'B-2' })
  })
  test('of one card at two readers at once admits once', async () => {
    await put('other', adult)
    const both = await Promise.all([terminal.admit({ reader: 'gate' }), terminal.admit({ reader: 'other' })])
    expect(both.filter(({ admitted }) => admitted).length).toBe(1)
  })
  test('of a used ticket stays refused under a new list of the same event, not under another', async () => {
    await terminal.admit({ reader: 'gate' })
    world.clock.now = hours(1)
    await terminal.loadAllowList(await signedList([adult]))
    expect(outcomes(await terminal.admit({ reader: 'gate' }))).toBe('pppppf')
    await terminal.loadAllowList(await signedList([adult], { title: 'Second evening' }))
    expect(await terminal.admit({ reader: 'gate' })).toMatchObject({ admitted: true })
  })
})

describe('is not admitted', () => {
  test('a copy that has serial number and certificate, but not the key', async () => {
    await put('gate', { certificate: adult.certificate, pair: elder.pair })
    const admission = await terminal.admit({ reader: 'gate' })
    expect(admission).toMatchObject({ admitted: false, ticket: null })
    expect(outcomes(admission)).toBe('ppppfp')
    await put('gate', adult)
    expect(await terminal.admit({ reader: 'gate' })).toMatchObject({ admitted: true })
  })
  test('an answer that was recorded at an earlier tap', async () => {
    const answers: Bytes[] = []
    const card = await cardOf(adult)
    const recorder = async (command: Bytes) => {
      const answer = card.process(command)
      answers.push(answer)
      return answer
    }
    reading.set('gate', () => ({ transmit: recorder, end: async () => undefined }))
    await terminal.admit({ reader: 'gate' })
    const { terminal: next } = await newTerminal({ entropy: seededEntropy(utf8('another challenge')) })
    await next.prepare({})
    await next.loadAllowList(await signedList([adult]))
    reading.set('gate', () => {
      const recorded = answers.values()
      return { transmit: async () => recorded.next().value!, end: async () => undefined }
    })
    expect(outcomes(await next.admit({ reader: 'gate' }))).toBe('ppppfp')
  })
  test('who is not on the list', async () => {
    await terminal.loadAllowList(await signedList([elder]))
    const admission = await terminal.admit({ reader: 'gate' })
    expect(admission).toMatchObject({ admitted: false, ticket: null })
    expect(outcomes(admission)).toBe('ppfiii')
  })
  test('anyone without a list, or after its end', async () => {
    const { terminal: empty } = await newTerminal()
    await empty.prepare({})
    expect(outcomes(await empty.admit({ reader: 'gate' }))).toBe('pffiii')
    world.clock.now = hours(13)
    expect(outcomes(await terminal.admit({ reader: 'gate' }))).toBe('pfpppp')
  })
  test('anyone when the clock was set back before the list', async () => {
    world.clock.now = hours(-1)
    expect(outcomes(await terminal.admit({ reader: 'gate' }))).toBe('pfpppp')
  })
  test('a certificate that has ended', async () => {
    await terminal.loadAllowList(await signedList([{ ...adult, notAfter: hours(1) }]))
    world.clock.now = hours(2)
    expect(outcomes(await terminal.admit({ reader: 'gate' }))).toBe('pppfpp')
  })
  test('anyone after someone wrote into the stored list', async () => {
    const stored = (await deps.store.list())!
    await deps.store.takeList({ ...stored, list: (await signedList([elder, adult])).list })
    expect(outcomes(await createTerminal(deps).admit({ reader: 'gate' }))).toBe('pffiii')
  })
  test.each([0, 1, 2, 3, 4, 5, 6])(
    'a card that leaves after %i commands: a verdict, and its ticket is not used',
    async (n) => {
      await put('gate', adult, n)
      const admission = await terminal.admit({ reader: 'gate' })
      expect(admission).toMatchObject({ admitted: false, ticket: null, apdus: n + 1 })
      expect(admission.verdict.checks.map(({ name }) => name)).toEqual(NAMES)
      expect(outcomes(admission)).toBe(`${n < 6 ? 'f' : 'p'}piiii`)
      await put('gate', adult)
      expect(await terminal.admit({ reader: 'gate' })).toMatchObject({ admitted: true })
    },
  )
  test('an empty reader', async () => {
    const admission = await terminal.admit({ reader: 'nowhere' })
    expect(admission).toMatchObject({ admitted: false, apdus: 0, bytesOnAir: 0 })
    expect(admission.verdict.checks[0]!.evidence).toBe('there is no card on the reader')
  })
  test('a card that does not know the terminal’s CA', async () => {
    const foreign = await testAuthority(async () => world.register)
    const { terminal: stranger } = await newTerminal({ authority: foreign.authority })
    await stranger.prepare({})
    await foreign.close()
    await stranger.loadAllowList(await signedList([adult]))
    const admission = await stranger.admit({ reader: 'gate' })
    expect(outcomes(admission)).toBe('fpiiii')
    expect(admission.verdict.checks[0]!.evidence).toContain('SET PUBLIC IC KEY')
  })
})

test('a terminal that is not prepared admits nobody', async () => {
  const { terminal: raw } = await newTerminal()
  await expect(raw.admit({ reader: 'gate' })).rejects.toMatchObject(refused('notPrepared'))
  expect(await raw.state({})).toMatchObject({ prepared: false, title: null, entries: 0, admitted: 0 })
})

test('preparing again gives the same key identifier, and a certificate for another key is not taken', async () => {
  const first = await terminal.prepare({})
  expect(await terminal.prepare({})).toEqual(first)
  const { publicKey } = generateKeyPair('RSA-2048')
  const wrong = {
    ...world.authority,
    issueTerminalCertificate: () => world.authority.issueTerminalCertificate({ requestKey: 'x', publicKey }),
  }
  const { terminal: other } = await newTerminal({ authority: wrong })
  await expect(other.prepare({})).rejects.toMatchObject(refused('certificateForeign'))
})

describe('with a revocation filter', () => {
  test('of the authority itself: who was revoked after the list was made does not pass; without one nobody who must have one', async () => {
    const late = await holder('late', 'C-3')
    const { terminal } = await newTerminal({ requiresFilter: true })
    await terminal.prepare({})
    await terminal.loadAllowList(await signedList([adult, late]))
    await put('late', late)
    const without = await terminal.admit({ reader: 'late' })
    expect([without.admitted, without.verdict.outcome]).toEqual([false, 'indeterminate'])
    world.clock.now = hours(2)
    await world.authority.revoke({ kind: 'auth', serial: late.serial, reason: 'keyCompromise', requestedBy: 'holder' })
    await terminal.loadFilter(await world.authority.filter({ kind: 'auth' }))
    const after = await terminal.admit({ reader: 'late' })
    expect([after.admitted, after.verdict.checks.at(-2)]).toMatchObject([
      false,
      { name: 'certificate is not revoked by the filter', outcome: 'failed' },
    ])
    await put('adult', adult)
    expect((await terminal.admit({ reader: 'adult' })).admitted).toBe(true)
  })
})
