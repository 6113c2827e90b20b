import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bytes, concat, fromHex, hex, utf8 } from '../../base/bytes.ts'
import { privateKey, publicKey, seededEntropy, sha256, sign, verify, verifyPss } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { ask, type Dialogue, replay, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as personalisation from '../../protocol/personalisation/index.ts'
import * as pinless from '../../protocol/pinless/index.ts'
import { specimenCard } from '../../world/testing/card-specimen.ts'
import {
  asIssuer,
  certificateFor,
  ISD_KEYS,
  outcome,
  pair,
  TERMINAL_ID,
  terminalCredentials,
} from '../secure-element/specimen.ts'

const folder = new URL('./transcripts/', import.meta.url)
test.each(readdirSync(folder))('transcript %s', (name) => {
  replay(specimenCard(), readFileSync(new URL(name, folder), 'utf8'))
})

function* selected<T>(inner: Dialogue<T>): Dialogue<T> {
  yield* jpki.select()
  return yield* inner
}

test('both keys sign, each behind its own secret', async () => {
  const link = specimenCard().link()
  const message = utf8('statement')
  const signature = await run(link, selected(jpki.signMessage('sign', 'ABC12345', message)))
  expect(verify('RSA-SHA256', publicKey(pair('sign').publicKey), message, signature)).toBe(true)
  expect(await run(link, jpki.readCertificate('sign'))).toEqual(certificateFor(pair('sign').publicKey, 8))
  const login = await run(link, jpki.signMessage('auth', '1234', message))
  expect(verify('RSA-SHA256', publicKey(pair('auth').publicKey), message, login)).toBe(true)
  expect(await run(link, jpki.tokenInfo())).toMatchObject({
    label: 'JPKIAPICCTOKEN2',
    serialNumber: '0000000020500003',
  })
})

describe('SIGN schemes by P1 (observed: myna-card)', () => {
  const message = utf8('m')
  const key = publicKey(pair('auth').publicKey)
  const signed = async (p1: number, input: Uint8Array) =>
    run(
      specimenCard().link(),
      selected(
        (function* () {
          yield* jpki.verifyPin('auth', '1234')
          return yield* ask(command(0x80, 0x2a, p1, 0x97, input, 256), 'SIGN')
        })(),
      ),
    )
  test.each([
    [0x00, jpki.sha256DigestInfo(sha256(message))],
    [0x02, sha256(message)],
    [0x03, message],
  ])('%i is PKCS#1 v1.5 SHA-256', async (p1, input) =>
    expect(verify('RSA-SHA256', key, message, await signed(p1, input))).toBe(true),
  )
  test.each([
    [0x04, sha256(message)],
    [0x05, message],
  ])('%i is RSASSA-PSS', async (p1, input) => expect(verifyPss(key, message, await signed(p1, input))).toBe(true))
  test('1 is the bare hash, which is what 0 makes of it', async () =>
    expect(await signed(0x01, message)).toEqual(await signed(0x00, sha256(message))))
  test.each([
    [0x00, 246, '6700'],
    [0x02, 31, '6700'],
    [0x04, 33, '6700'],
    [0x06, 32, '6A86'],
  ])('%i with %i bytes is refused', async (p1, length, sw) =>
    expect(signed(p1, new Uint8Array(length).fill(1))).rejects.toThrow(sw),
  )
})

test('a child has no certificate for signing, and clients still find both PINs', async () => {
  const link = specimenCard({ child: true }).link()
  expect(await run(link, selected(jpki.availability()))).toEqual({ sign: false, auth: true })
  expect(await run(link, jpki.pinRetries('sign'))).toBe(0)
  await expect(run(link, jpki.readCertificate('sign'))).rejects.toThrow('6A82')
  await expect(run(link, jpki.verifyPin('sign', 'ABC12345'))).rejects.toThrow('6984')
  await run(link, jpki.verifyPin('auth', '1234'))
})

test('the plastic card answers a gate without PIN too, and takes no personalisation', async () => {
  const card = specimenCard()
  const tap = function* () {
    const challenge = yield* pinless.beginPinless(terminalCredentials())
    const message = pinless.terminalMessage(challenge, TERMINAL_ID)
    const proof = sign('RSA-SHA256', privateKey(pair('terminal').privateKey), message)
    return yield* pinless.finishPinless(proof, utf8('terminal-challen'))
  }
  expect((await run(card.link(), tap())).serial).toBe(0x8007n)
  await expect(run(card.link(), jpki.appletState())).rejects.toThrow('6A88')
})

test('the counter comes back through the issuer’s domain: password reset, new key and certificate', async () => {
  const card = specimenCard({ issuerKeys: { version: 0x30, keys: ISD_KEYS } })
  const link = card.link()
  const content = { contentKey: seededEntropy(utf8('counter'))(32), entropy: seededEntropy(utf8('envelopes')) }
  const counter = <T>(inner: (dek: Uint8Array) => Dialogue<T>) =>
    run(
      link,
      asIssuer((channel) => inner(channel.dek)),
    )
  await counter((dek) => personalisation.setContentKey(dek, content))
  await counter(() => personalisation.setTransportPin(content, 'NEWPASS1', 'sign'))
  expect(await outcome(card, selected(jpki.signMessage('sign', 'NEWPASS1', utf8('m'))))).toBe('6985')
  await run(link, selected(jpki.changePin('sign', 'NEWPASS1', 'MYOWN123')))
  const request = utf8('counter-request1')
  const made = await counter(() => personalisation.generateKeyPair(content, request, { kind: 'sign' }))
  const renewed = certificateFor(made.publicKey, 9)
  expect(
    await outcome(
      card,
      asIssuer(() => personalisation.writeCertificate(content, renewed)),
    ),
  ).toBe('6985')
  await counter(() => personalisation.writeCertificate(content, renewed, 'sign'))
  const signature = await run(link, selected(jpki.signMessage('sign', 'MYOWN123', utf8('m'))))
  expect(verify('RSA-SHA256', publicKey(made.publicKey), utf8('m'), signature)).toBe(true)
  expect(await run(link, jpki.readCertificate('sign'))).toEqual(renewed)
  const auth = await run(link, selected(jpki.signMessage('auth', '1234', utf8('m'))))
  expect(verify('RSA-SHA256', publicKey(pair('auth').publicKey), utf8('m'), auth)).toBe(true)
})

test('a card that was made without issuer keys takes nothing from anybody', async () => {
  const card = specimenCard()
  expect(
    await outcome(
      card,
      asIssuer(() => jpki.select()),
    ),
  ).toBe('6a88')
})

test('a command that a reader cannot send in one comes as a chain of ISO 7816-4 §5.3.3', () => {
  const card = specimenCard()
  const cvc = terminalCredentials().caCertificate
  const part = (cla: number, from: number, to: number) => {
    const data = cvc.slice(from, to)
    return hex(card.process(concat(bytes(cla, 0xa2, 0x00, 0x16, data.length), data)))
  }
  card.process(fromHex('00a4040c0ad392f000260100000001'))
  expect([part(0x90, 0, 255), part(0x90, 255, 510), part(0x80, 510, cvc.length)]).toEqual(['9000', '9000', '9000'])
  expect(part(0x80, 0, 255)).toBe('6a80')
  expect([part(0x90, 0, 255), hex(card.process(fromHex('00840000 08')))]).toEqual(['9000', '6883'])
})
