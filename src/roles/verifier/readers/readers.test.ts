// A login at a reader of the service, and who tries to get between them: readers that are strange, withdrawn or revoked,
// answers of other logins, touches where a PIN is wanted. Ours: docs/profile.md#login-at-a-reader.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bytes, hex } from '../../../base/bytes.ts'
import * as crypto from '../../../base/crypto.ts'
import { loginMessage } from '../../../protocol/login/login-message.ts'
import { type Held, readerSaw, readerTakes, touchChallenge } from '../../../protocol/login/reader-message.ts'
import { cardMessage } from '../../../protocol/pinless/index.ts'
import { ACR } from '../model.ts'
import type { Holder, TestReader } from '../testing/authority.ts'
import {
  back,
  exchange,
  type OpenIdRoom,
  openIdRoom,
  plain,
  type Service,
  waiting,
} from '../testing/http/openid-room.ts'

const NAMED = { name: '1番 / No. 1', place: '本店 / Head office' }
const ANY = `${ACR.pinless} ${ACR.phone} ${ACR.card}`

let room: OpenIdRoom
let bank: Service
let reader: TestReader
let second: TestReader
beforeAll(async () => {
  room = await openIdRoom()
  reader = room.authority.reader()
  second = room.authority.reader()
  bank = await room.service('bank', { readers: [entry(reader), entry(second)] })
})
afterAll(() => room?.close())

const entry = ({ keyId }: TestReader) => ({ keyId: hex(keyId), ...NAMED })
const refusedAs = (code: string) => expect.objectContaining({ code: `verifier/${code}` })
const proof = (by: TestReader, said: Bytes) => ({
  certificate: by.certificate,
  signature: crypto.sign('RSA-SHA256', by.key, said),
})

/** A browser that waits for what this service accepts. */
async function onScreen(service = bank, acr?: string) {
  const begun = await plain(service, acr ? { acr_values: acr } : {})
  const login = await waiting(room, begun.location)
  return { service, begun, login, qr: (await room.verifier.loginQr({ loginId: login.loginId })).qr! }
}
type Screen = Awaited<ReturnType<typeof onScreen>>

const take = ({ qr }: Screen, by = reader, keyId = by.keyId) =>
  room.verifier.loginAtReader({ qr, proof: proof(by, readerTakes(hex(keyId), qr)) })
type Taken = Awaited<ReturnType<typeof take>>

const statementOf = (taken: Taken, by = reader) => loginMessage({ ...taken, readerId: hex(by.keyId) })

const withPin = (statement: Bytes, { certificate, key }: Holder): Held => ({
  ...{ kind: 'pin', certificate },
  signature: crypto.sign('RSA-SHA256', key, statement),
})

/** As the SIM answers this terminal. */
function touch(statement: Bytes, { serial, key }: Holder, terminal = reader): Held {
  const cardChallenge = new Uint8Array(16).fill(7)
  const message = cardMessage(touchChallenge(statement), cardChallenge, terminal.keyId)
  return { kind: 'touch', serial, cardChallenge, signature: crypto.signPss(key, message) }
}

const answer = ({ loginId, claim }: Taken, held: Held, statement: Bytes, by = reader) =>
  room.verifier.answerAtReader({ loginId, claim, held, proof: proof(by, readerSaw(statement, held)) })

const claims = async ({ service, begun, login }: Screen) =>
  (await exchange(service, begun, await back(room, login))).claims()!

const stateOf = async ({ login }: Screen) => (await room.verifier.showLogin({ loginId: login.loginId })).state

test.each([
  ['the card', () => room.card, ACR.card],
  ['the SIM', () => room.phone, ACR.phone],
] as const)(
  'a reader of the service takes the login from the screen; %s behind its PIN is as good there as elsewhere',
  async (_, holder, acr) => {
    const screen = await onScreen()
    expect(await room.verifier.showLogin({ loginId: screen.login.loginId })).toMatchObject({
      readers: [NAMED, NAMED],
      ...{ atReader: null, touch: false },
    })
    const taken = await take(screen)
    expect(taken).toMatchObject({ origin: 'https://bank.example', reader: NAMED, pin: true, touch: false })
    expect((await room.verifier.showLogin({ loginId: taken.loginId })).atReader).toMatchObject(NAMED)
    const statement = statementOf(taken)
    expect((await answer(taken, withPin(statement, holder()), statement)).verdict.outcome).toBe('passed')
    expect(await claims(screen)).toMatchObject({ acr, amr: ['hwk', 'pin', 'mfa'] })
  },
)

test('a touch without a PIN is the lowest level: the SIM, where the service names it; the same person as with the PIN', async () => {
  const screen = await onScreen(bank, ANY)
  const taken = await take(screen)
  expect(taken).toMatchObject({ pin: true, touch: true })
  const statement = statementOf(taken)
  expect((await answer(taken, touch(statement, room.phone), statement)).verdict.outcome).toBe('passed')
  const low = await claims(screen)
  expect(low).toMatchObject({ acr: ACR.pinless, amr: ['hwk'] })

  // Step-up: RFC 9470. The touch is refused and the login goes on waiting for the PIN.
  const again = await onScreen(bank, ACR.phone)
  const up = await take(again)
  expect(up).toMatchObject({ pin: true, touch: false })
  const more = statementOf(up)
  await expect(answer(up, touch(more, room.phone), more)).rejects.toEqual(refusedAs('otherMeans'))
  expect(await stateOf(again)).toBe('waiting')
  await answer(up, withPin(more, room.phone), more)
  expect(await claims(again)).toMatchObject({ acr: ACR.phone, sub: low.sub })
})

test('a service that names nothing gets no touch; the plastic card counts with its PIN only; of no certificate there is none', async () => {
  const taken = await take(await onScreen())
  const plainly = statementOf(taken)
  await expect(answer(taken, touch(plainly, room.phone), plainly)).rejects.toEqual(refusedAs('otherMeans'))
  const screen = await onScreen(bank, ANY)
  const lowly = await take(screen)
  const statement = statementOf(lowly)
  await expect(answer(lowly, touch(statement, room.card), statement)).rejects.toEqual(refusedAs('cardWithoutPin'))
  const nobody: Held = { ...touch(statement, room.phone), serial: 1n } as Held
  await expect(answer(lowly, nobody, statement)).rejects.toEqual(refusedAs('unknownTouch'))
  expect(await stateOf(screen)).toBe('waiting')
})

test('a service that has no reader cannot demand a touch, and its logins are taken by none', async () => {
  const shop = await room.service('shop')
  const { location } = await plain(shop, { acr_values: ACR.pinless })
  const answered = await fetch(location, { redirect: 'manual' })
  expect(answered.headers.get('location')).toContain('error=unmet_authentication_requirements')
  await expect(take(await onScreen(shop))).rejects.toEqual(refusedAs('unknownReader'))
  const told = await room.service('told', { readers: [entry(reader)] })
  const begun = await plain(told, { claims: JSON.stringify(ESSENTIAL_NAME) })
  const login = await waiting(room, begun.location)
  const { qr } = await room.verifier.loginQr({ loginId: login.loginId })
  await expect(take({ service: told, begun, login, qr: qr! })).rejects.toEqual(refusedAs('notAtReader'))
})

const ESSENTIAL_NAME = {
  userinfo: {
    verified_claims: { verification: { trust_framework: null }, claims: { name: { essential: true, purpose: 'why' } } },
  },
}

test('a reader offers what the service takes: a touch alone, a PIN alone; of a finger or a face it has nothing', async () => {
  expect(await take(await onScreen(bank, ACR.pinless))).toMatchObject({ touch: true, pin: false })
  expect(await take(await onScreen(bank, ACR.card))).toMatchObject({ touch: false, pin: true })
  await expect(take(await onScreen(bank, ACR.biometric))).rejects.toEqual(refusedAs('notAtReader'))
})

test('what a reader signs is word for word what docs/profile.md says', () => {
  const text = (message: Bytes) => new TextDecoder().decode(message).split('\n')
  const sha = (octets: Bytes) => hex(crypto.sha256(octets))
  expect(text(readerTakes('0a', 'kazasu:login:x'))).toEqual(['kazasu reader takes 1', '0a', 'kazasu:login:x'])
  const [statement, certificate, signature] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)]
  expect(text(readerSaw(statement, { kind: 'pin', certificate, signature }))).toEqual([
    ...['kazasu reader saw 1', sha(statement), 'with PIN', sha(certificate), sha(signature)],
  ])
  const touched: Held = { kind: 'touch', serial: 5n, cardChallenge: certificate, signature }
  expect(text(readerSaw(statement, touched))).toEqual([
    ...['kazasu reader saw 1', sha(statement), 'without PIN', '5', '02', sha(signature)],
  ])
})

test('a reader that answers for another session: neither its word, nor its signature, nor the card’s counts there', async () => {
  const [mine, other] = [await onScreen(bank, ANY), await onScreen(bank, ANY)]
  const [here, there] = [await take(mine), await take(other)]
  const statement = statementOf(here)
  const held = touch(statement, room.phone)
  // Its word is for its own login.
  await expect(answer({ ...there, claim: here.claim }, held, statement)).rejects.toEqual(refusedAs('otherPhone'))
  // What it signed is of its own login.
  await expect(answer(there, held, statement)).rejects.toEqual(refusedAs('readerNotProven'))
  // Said anew by the reader: the challenge was another.
  const { verdict } = await answer(there, held, statementOf(there))
  expect(verdict.outcome).toBe('failed')
  expect(verdict.checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)).toEqual([
    'this login was answered at this reader by the key of the certificate',
  ])
  expect([await stateOf(mine), await stateOf(other)]).toEqual(['waiting', 'refused'])
})

test('an old transcript, replayed: not for the login that it was of, nor for the next', async () => {
  const first = await onScreen(bank, ANY)
  const taken = await take(first)
  const statement = statementOf(taken)
  const held = touch(statement, room.phone)
  await answer(taken, held, statement)
  await expect(answer(taken, held, statement)).rejects.toEqual(refusedAs('loginAnswered'))
  const next = await take(await onScreen(bank, ANY))
  expect((await answer(next, held, statementOf(next))).verdict.outcome).toBe('failed')
  await expect(
    room.verifier.loginAtReader({ qr: first.qr, proof: proof(reader, readerTakes(hex(reader.keyId), first.qr)) }),
  ).rejects.toEqual(refusedAs('loginAnswered'))
})

test('a touch that is called an entry of the PIN, or signed without the reader in it, is none', async () => {
  const taken = await take(await onScreen(bank, ANY))
  const statement = statementOf(taken)
  const touched = touch(statement, room.phone)
  const called: Held = { kind: 'pin', certificate: room.phone.certificate, signature: touched.signature }
  expect((await answer(taken, called, statement)).verdict.outcome).toBe('failed')
  const screen = await onScreen()
  const again = await take(screen)
  const elsewhere = withPin(loginMessage(again), room.card)
  expect((await answer(again, elsewhere, statementOf(again))).verdict.outcome).toBe('failed')
  expect(await stateOf(screen)).toBe('refused')
})

test('what a reader has taken, no phone answers, nor the reader in the name of a phone', async () => {
  const taken = await take(await onScreen())
  const { loginId, claim } = taken
  const signature = crypto.sign('RSA-SHA256', room.phone.key, statementOf(taken))
  const phone = { loginId, certificate: room.phone.certificate, signature }
  await expect(room.verifier.answerLogin(phone)).rejects.toEqual(refusedAs('otherPhone'))
  await expect(room.verifier.answerLogin({ ...phone, claim })).rejects.toEqual(refusedAs('otherPhone'))
  await room.verifier.declineLogin({ loginId, claim })
})

test('a certificate that was revoked since is refused, with the PIN and by a touch', async () => {
  const lost = room.authority.issue('phoneAuth', { cardSerial: room.card.serial })
  room.authority.revoke(lost.serial)
  for (const held of [touch, withPin]) {
    const screen = await onScreen(bank, ANY)
    const taken = await take(screen)
    const statement = statementOf(taken)
    expect((await answer(taken, held(statement, lost), statement)).verdict.outcome).toBe('failed')
    expect(await stateOf(screen)).toBe('refused')
  }
})

test('while J-LIS does not answer nobody is logged in at a reader, and the login goes on waiting', async () => {
  const screen = await onScreen(bank, ANY)
  const taken = await take(screen)
  const statement = statementOf(taken)
  room.authority.responder = 'down'
  const held = touch(statement, room.phone)
  expect((await answer(taken, held, statement)).verdict.outcome).toBe('indeterminate')
  room.authority.responder = 'works'
  expect((await answer(taken, held, statement)).verdict.outcome).toBe('passed')
})

test('an unknown reader, one of another service, one without the key, and one whose certificate nobody issued take no login', async () => {
  const [stranger, foreign] = [room.authority.reader(), room.authority.reader()]
  await room.service('market', { readers: [entry(foreign)] })
  const screen = await onScreen()
  for (const by of [stranger, foreign]) await expect(take(screen, by)).rejects.toEqual(refusedAs('unknownReader'))
  const thief = { ...stranger, certificate: reader.certificate }
  await expect(take(screen, thief, reader.keyId)).rejects.toEqual(refusedAs('readerNotProven'))
  const spoilt = reader.certificate.map((octet, at) => (at === reader.certificate.length - 1 ? octet ^ 1 : octet))
  await expect(take(screen, { ...reader, certificate: spoilt })).rejects.toEqual(refusedAs('readerNotProven'))
  await expect(take(screen, { ...reader, certificate: spoilt.slice(9) })).rejects.toEqual(refusedAs('readerNotProven'))
  expect(await stateOf(screen)).toBe('waiting')
})

test('a strange reader that relays: what a SIM answered to it does not count at the reader that took the login', async () => {
  const screen = await onScreen(bank, ANY)
  const taken = await take(screen)
  const statement = statementOf(taken)
  const strange = room.authority.reader()
  expect((await answer(taken, touch(statement, room.phone, strange), statement)).verdict.outcome).toBe('failed')
  // Nor does another reader of the same service answer for it.
  const next = await take(await onScreen(bank, ANY))
  const atSecond = statementOf(next, second)
  await expect(answer(next, touch(atSecond, room.phone, second), atSecond, second)).rejects.toEqual(
    refusedAs('readerNotProven'),
  )
  await expect(answer(next, touch(statementOf(next), room.phone), statementOf(next), second)).rejects.toEqual(
    refusedAs('unknownReader'),
  )
})

test('a reader that is withdrawn or revoked between taking and answering answers nothing', async () => {
  const [withdrawn, revoked] = [room.authority.reader(), room.authority.reader()]
  const readers = [withdrawn, revoked].map(entry)
  const kept = await room.service('branch', { readers })
  const [first, next] = [await take(await onScreen(kept), withdrawn), await take(await onScreen(kept), revoked)]
  const registered = (await room.deps.store.client('branch'))!
  await room.verifier.registerClient({ ...registered, readers: readers.slice(1) })
  const statement = statementOf(first, withdrawn)
  await expect(answer(first, withPin(statement, room.card), statement, withdrawn)).rejects.toEqual(
    refusedAs('unknownReader'),
  )
  room.authority.revokeReader(revoked.keyId)
  const other = statementOf(next, revoked)
  await expect(answer(next, withPin(other, room.card), other, revoked)).rejects.toEqual(refusedAs('readerRevoked'))
})
