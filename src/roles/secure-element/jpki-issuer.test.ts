// What J-LIS may do to the JPKI application of a SIM, and nobody else: states, PINs, keys that come from outside or lie
// on a curve. Seed 4 別紙3; ours: docs/profile.md#states-of-the-application, #personalisation, #elliptic-curves.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fromHex, hex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, type KeyKind, publicKey, seededEntropy, verify } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { dgi } from '../../codec/dgi.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as card from '../../protocol/personalisation/index.ts'
import { verifyPinless } from '../../protocol/pinless/index.ts'
import type { SecureElement } from './contract.ts'
import {
  asIssuerOfKeys,
  content,
  enrolledMemory,
  inApplication,
  setPin,
  TERMINAL_CHALLENGE,
  TRANSPORT_PIN,
  tap,
} from './enrolled.ts'
import { createSecureElement } from './index.ts'
import {
  asIssuer,
  certificateFor,
  ISD_KEYS,
  outcome,
  pair,
  revokedTerminals,
  SpecimenMemory,
  scp03Keys,
  TERMINAL_ID,
  wake,
} from './specimen.ts'

const PIN = '1234'
let enrolled: SpecimenMemory
let memory: SpecimenMemory
let sim: SecureElement
beforeAll(async () => {
  enrolled = await enrolledMemory(PIN)
})
beforeEach(() => {
  memory = new SpecimenMemory(enrolled.records)
  sim = wake(memory)
})
const does = (dialogue: Dialogue<unknown>) => outcome(sim, dialogue)
const issuer = <T>(inner: Dialogue<T>) => run(sim.link(), asIssuerOfKeys(inner))
const say = (apdu: string) => hex(sim.process(fromHex(apdu)))
const sign = () => inApplication(jpki.signMessage('auth', PIN, utf8('m')))
const state = () => run(sim.link(), inApplication(jpki.appletState()))

describe('suspended', () => {
  beforeEach(() => issuer(card.setLife(content, 'suspended')))

  test('nothing of the holder’s, and no guess costs a try', async () => {
    expect(await does(sign())).toBe('6985')
    for (let guess = 0; guess < 10; guess++)
      expect(await does(inApplication(jpki.verifyPin('auth', '0000')))).toBe('6985')
    expect(await state()).toMatchObject({ life: 'suspended', pinTriesLeft: 3, hasCertificate: true })
    expect(await does(inApplication(jpki.readCertificate('auth')))).toBe('6982')
    expect(await does(tap())).toBe('6985')
  })
  test('what is free stays free', async () => {
    await run(sim.link(), inApplication(jpki.readCertificate('authCa')))
    expect((await run(sim.link(), jpki.tokenInfo())).label).toBe('JPKIAPGPSETOKEN')
    expect(await run(sim.link(), jpki.availability())).toEqual({ sign: false, auth: true })
    expect(await run(sim.link(), jpki.pinRetries('auth'))).toBe(3)
  })
  test('it outlives power, and J-LIS lets it go on', async () => {
    sim = wake(memory)
    expect(await does(sign())).toBe('6985')
    await issuer(card.setLife(content, 'active'))
    expect(await does(sign())).toBe('9000')
    expect(await does(tap())).toBe('9000')
  })
  test('the registry says so, also of the end, and a lock of the carrier’s does not hide it', async () => {
    const registered = async () =>
      (
        await run(
          sim.link(),
          asIssuer(() => gp.getStatus('applications', { prefix: jpki.JPKI.aid })),
        )
      )[0]?.lifeCycle
    expect(await registered()).toBe(0x17)
    await issuer(card.setLife(content, 'active'))
    expect(await registered()).toBe(gp.LIFE_CYCLE.selectable)
    await issuer(card.setLife(content, 'terminated'))
    expect(await registered()).toBe(0x7f)
    await run(
      sim.link(),
      asIssuer(() => gp.setLocked(jpki.JPKI.aid, true)),
    )
    expect(await registered()).toBe(0xff)
  })

  test('a PIN can be reset meanwhile, and opens nothing before it goes on', async () => {
    await issuer(card.setTransportPin(content, '9753'))
    expect(await does(inApplication(jpki.changePin('auth', '9753', '2468')))).toBe('6985')
  })
})

test('a terminated application has erased the holder, for ever', async () => {
  await issuer(card.setLife(content, 'terminated'))
  expect(await state()).toEqual({
    hasKey: false,
    hasCertificate: false,
    pin: 'none',
    pinTriesLeft: 0,
    life: 'terminated',
  })
  const left = [...memory.records.keys()].filter((name) => name.startsWith(`applet/${hex(jpki.JPKI.aid)}`))
  expect(left.map((name) => name.split('/').slice(2).join('/')).sort()).toEqual([
    'content-key',
    'ef/0006',
    'life',
    'sequence',
  ])
  expect(await does(asIssuerOfKeys(card.setLife(content, 'active')))).toBe('6985')
  expect(await does(asIssuerOfKeys(card.setTransportPin(content, '9753')))).toBe('6985')
  expect(await does(asIssuerOfKeys(card.generateKeyPair(content, utf8('request-00000002'))))).toBe('6985')
  await issuer(card.setLife(content, 'terminated'))
  expect(await issuer(card.queryState())).toMatchObject({ life: 'terminated', pin: 'none' })
  expect([await does(sign()), await does(tap())]).toEqual(['6985', '6985'])
  expect((await run(sim.link(), inApplication(jpki.tokenInfo()))).label).toBe('JPKIAPGPSETOKEN')
})

describe('PINs', () => {
  const block = async () => {
    for (const left of ['63c2', '63c1', '63c0'])
      expect(await does(inApplication(jpki.verifyPin('auth', '0000')))).toBe(left)
  }
  test('unblocking gives the tries back and the PIN to nobody', async () => {
    await block()
    await issuer(card.unblockPin(content))
    expect(await state()).toMatchObject({ pin: 'own', pinTriesLeft: 3 })
    expect(await does(sign())).toBe('9000')
  })
  test('a reset leaves the key to nobody until the holder has set a PIN', async () => {
    await block()
    await issuer(card.setTransportPin(content, '8642'))
    expect(await does(inApplication(jpki.verifyPin('auth', PIN)))).toBe('63c2')
    expect(await does(inApplication(jpki.signMessage('auth', '8642', utf8('m'))))).toBe('6985')
    expect(await does(tap())).toBe('6985')
    await run(sim.link(), inApplication(jpki.changePin('auth', '8642', '2468')))
    expect(await does(tap())).toBe('9000')
  })
  test('a password for a key that is not there, and digits that are none, are refused', async () => {
    expect(await does(asIssuerOfKeys(card.setTransportPin(content, 'ABC12345', 'sign')))).toBe('6a88')
    expect(await does(asIssuerOfKeys(card.unblockPin(content, 'sign')))).toBe('6a88')
    await expect(issuer(card.setTransportPin(content, 'abcd'))).rejects.toThrow(RangeError)
  })
})

describe('nobody else', () => {
  const reset = () => card.setTransportPin(content, '0000')
  test('the carrier’s domain does not personalise an application of another domain', async () => {
    expect(await does(asIssuer(reset))).toBe('6985')
    expect(await does(asIssuer(() => card.setLife(content, 'terminated')))).toBe('6985')
    expect(await does(sign())).toBe('9000')
  })
  test('a domain of the carrier’s own neither', async () => {
    const aid = fromHex('d392f000260100005355')
    const keys = { keyVersion: 0x30, keys: scp03Keys('intruder') }
    const instance = { loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid, privileges: gp.SSD_PRIVILEGES }
    const entropy = seededEntropy(utf8('intruder'))
    const intrude = function* (): Dialogue<unknown> {
      yield* asIssuer(() => gp.installForInstallAndMakeSelectable(instance))
      yield* gp.select(aid)
      const first = yield* gp.openScp03({ keys: ISD_KEYS, entropy, aid })
      return yield* gp.secured(first, gp.putKeySet(first, keys.keyVersion, keys.keys))
    }
    expect(await does(intrude())).toBe('9000')
    const steal = function* (): Dialogue<unknown> {
      yield* gp.select(aid)
      const channel = yield* gp.openScp03({ ...keys, entropy, aid })
      return yield* gp.secured(channel, reset())
    }
    expect(await does(steal())).toBe('6985')
    expect(await does(sign())).toBe('9000')
  })
  test('who has the domain’s channel but not the content key writes nothing', async () => {
    const other = { ...content, contentKey: seededEntropy(utf8('other'))(32) }
    for (const write of [
      card.setLife(other, 'terminated'),
      card.unblockPin(other),
      card.setTransportPin(other, '0000'),
    ])
      expect(await does(asIssuerOfKeys(write))).toBe('6982')
    expect(
      await does(asIssuerOfKeys(card.importKeyPair(other, utf8('request-00000009'), pair('thief').privateKey))),
    ).toBe('6982')
    expect(await does(sign())).toBe('9000')
  })
  test('the same in clear, outside of an envelope, is unknown', async () => {
    const bare = function* () {
      yield* gp.installForPersonalization(jpki.JPKI.aid)
      yield* gp.storeData(dgi(card.CONTENT.life, fromHex('000002')), gp.STORE_DATA.dgi)
    }
    expect(await does(asIssuerOfKeys(bare()))).toBe('6a88')
  })
})

describe('keys', () => {
  const own = { 'RSA-2048': pair('imported'), 'P-256': generateKeyPair('P-256'), 'P-384': generateKeyPair('P-384') }
  const REQUEST = utf8('request-00000002')

  const signedBy = async (spki: Uint8Array) =>
    verify('RSA-SHA256', publicKey(spki), utf8('m'), await run(sim.link(), sign()))

  test('an imported key proves itself, and takes the place of the old one with its certificate, at once', async () => {
    const { privateKey, publicKey: spki } = own['RSA-2048']
    expect((await issuer(card.importKeyPair(content, REQUEST, privateKey))).publicKey).toEqual(spki)
    expect((await issuer(card.importKeyPair(content, REQUEST, pair('sim').privateKey))).publicKey).toEqual(spki)
    expect(await state()).toMatchObject({ hasKey: true, hasCertificate: true, pin: 'own' })
    expect(await signedBy(pair('sim').publicKey)).toBe(true)
    expect(
      await does(asIssuerOfKeys(card.writeCertificate(content, certificateFor(pair('other').publicKey, 12)))),
    ).toBe('6a80')
    await issuer(card.writeCertificate(content, certificateFor(spki, 11)))
    expect(await signedBy(spki)).toBe(true)
    const keys = [...memory.records.keys()].filter((name) => name.includes('key/0017'))
    expect(keys.filter((name) => name.includes('next-'))).toEqual([])
  })
  test('a key that was to follow is forgotten when the one in use is asked for', async () => {
    const { requestId: first } = await issuer(card.queryState())
    await issuer(card.importKeyPair(content, REQUEST, own['RSA-2048'].privateKey))
    expect(await issuer(card.queryState())).toMatchObject({ requestId: REQUEST })
    expect((await issuer(card.generateKeyPair(content, first!))).publicKey).toEqual(pair('sim').publicKey)
    expect(await issuer(card.queryState())).toMatchObject({ requestId: first })
    const late = card.writeCertificate(content, certificateFor(own['RSA-2048'].publicKey, 11))
    expect(await does(asIssuerOfKeys(late))).toBe('6a80')
  })
  test.each<[string, Uint8Array, string]>([
    ['no key', utf8('not a key'), '6a80'],
    ['a public key', pair('imported').publicKey, '6a80'],
    ['Ed25519', fromHex(`302e020100300506032b657004220420${'11'.repeat(32)}`), '6a81'],
  ])('%s is not imported', async (_, key, sw) => {
    expect(await does(asIssuerOfKeys(card.importKeyPair(content, REQUEST, key)))).toBe(sw)
    expect(await does(sign())).toBe('9000')
  })
  test.each([
    ['P-256', 'ECDSA-P256-SHA256'],
    ['P-384', 'ECDSA-P384-SHA384'],
  ] as const)('%s: made on the card, proved, signs and taps', async (kind, algorithm) => {
    const keyPairs = (asked: KeyKind) => own[asked]
    sim = createSecureElement({ memory, entropy: seededEntropy(utf8('curve')), keyPairs })
    const made = await issuer(card.generateKeyPair(content, REQUEST, { algorithm: kind }))
    expect(made.publicKey).toEqual(own[kind].publicKey)
    await issuer(card.writeCertificate(content, certificateFor(made.publicKey, 12)))
    const message = utf8('m'.repeat(600))
    const signature = await run(
      sim.link(),
      inApplication(
        (function* () {
          yield* jpki.verifyPin('auth', PIN)
          return yield* ask(command(0x80, 0x2a, jpki.SIGN_SCHEME.ecdsaOfMessage, 0x97, message, 256), 'SIGN')
        })(),
      ),
    )
    const key = publicKey(made.publicKey)
    expect(verify(algorithm, key, message, signature)).toBe(true)
    expect(say('802a00970161 00'.replaceAll(' ', ''))).toBe('6a86')
    const { signature: answer, cardChallenge } = await run(sim.link(), tap())
    const transcript = { terminalChallenge: TERMINAL_CHALLENGE, cardChallenge, terminalKeyId: TERMINAL_ID }
    expect(verifyPinless(key, transcript, answer)).toBe(true)
    expect(verifyPinless(key, { ...transcript, cardChallenge: TERMINAL_CHALLENGE }, answer)).toBe(false)
  })
  test('one of a kind that this card cannot make, and one in a place that it has not', async () => {
    const bad = card.generateKeyPair(content, REQUEST, { algorithm: 'P-521' as KeyKind })
    expect(await does(asIssuerOfKeys(bad))).toBe('6a81')
    expect(await does(asIssuerOfKeys(card.generateKeyPair(content, REQUEST, { kind: 'sign' })))).toBe('6a88')
  })
})

test('the list of revoked terminals comes by the secure channel too, and an older one changes nothing', async () => {
  expect(await does(tap())).toBe('9000')
  await issuer(card.writeRevokedTerminals(content, revokedTerminals(2, [TERMINAL_ID])))
  expect(await does(tap())).toBe('6985')
  await issuer(card.writeRevokedTerminals(content, revokedTerminals(1, [])))
  expect(await does(tap())).toBe('6985')
  expect(await does(asIssuerOfKeys(card.writeRevokedTerminals(content, revokedTerminals(3, [], 'thief'))))).toBe('6300')
})

test('the transport PIN of the first issue is gone with the holder’s own', async () => {
  expect(await does(setPin('5555'))).toBe('63c2')
  expect(TRANSPORT_PIN).not.toBe(PIN)
})
