// Seed 4 別紙1 to 別紙3: applet and key into a SIM, and its use; every power cut on the way.

import { expect, test } from 'vitest'
import { type Bytes, concat, fromHex, hex, u16, utf8 } from '../../base/bytes.ts'
import { privateKey, publicKey, seededEntropy, sign, verify } from '../../base/crypto.ts'
import type { Link } from '../../base/ports.ts'
import { dgi } from '../../codec/dgi.ts'
import {
  AID,
  deleteContent,
  getStatus,
  installForInstallAndMakeSelectable,
  installForLoad,
  installForPersonalization,
  LIFE_CYCLE,
  load,
  openScp03,
  putKeySet,
  SSD_PRIVILEGES,
  secured,
  select,
  storeData,
} from '../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as personalisation from '../../protocol/personalisation/index.ts'
import * as pinless from '../../protocol/pinless/index.ts'
import { CardMute, type SecureElement } from './contract.ts'
import {
  certificateFor,
  ISD_KEYS,
  pair,
  SpecimenMemory,
  scp03Keys,
  specimenSim,
  TERMINAL_ID,
  terminalCa,
  terminalCredentials,
  wake,
} from './specimen.ts'

const entropy = seededEntropy(utf8('off-card'))
const INITIAL = { keyVersion: 0x30, keys: scp03Keys('initial') }
const OWN = { keyVersion: 0x31, keys: scp03Keys('own') }
const content = { contentKey: entropy(32), entropy }
const REQUEST = utf8('request-00000001')
const TRANSPORT_PIN = '5739'
const { aid, loadFile, module, securityDomain } = jpki.JPKI

/** Each only if the card does not have it yet, as a carrier that resumes does it. */
function* deploy(): Dialogue<void> {
  yield* select()
  const isd = yield* openScp03({ keys: ISD_KEYS, entropy, aid: AID.isd })
  const [domain] = yield* secured(isd, getStatus('applications', { prefix: securityDomain }))
  if (!domain) {
    const instance = { loadFile: AID.ssdPackage, module: AID.ssdModule, aid: securityDomain }
    yield* secured(isd, installForInstallAndMakeSelectable({ ...instance, privileges: SSD_PRIVILEGES }))
  }
  if (domain?.lifeCycle !== LIFE_CYCLE.personalized) {
    yield* select(securityDomain)
    const ssd = yield* openScp03({ keys: ISD_KEYS, entropy, aid: securityDomain })
    yield* secured(ssd, putKeySet(ssd, INITIAL.keyVersion, INITIAL.keys))
  }
  yield* select()
  const again = yield* openScp03({ keys: ISD_KEYS, entropy, aid: AID.isd })
  if ((yield* secured(again, getStatus('loadFiles', { prefix: loadFile }))).length === 0) {
    const dataBlock = jpki.jpkiLoadFile()
    yield* secured(again, installForLoad({ aid: loadFile, securityDomain, dataBlock }))
    yield* secured(again, load(dataBlock))
  }
  if ((yield* secured(again, getStatus('applications', { prefix: aid }))).length === 0) {
    yield* secured(again, installForInstallAndMakeSelectable({ loadFile, module, aid }))
  }
}

function* personalise(): Dialogue<Bytes> {
  const channel = yield* personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy })
  yield* secured(channel, personalisation.setContentKey(channel.dek, content))
  const { publicKey: spki } = yield* secured(channel, personalisation.generateKeyPair(content, REQUEST))
  const tokenInfo = { label: jpki.TOKEN_LABEL.phone, manufacturer: '0', model: 'SIM', serialNumber: '1'.repeat(16) }
  yield* secured(channel, personalisation.writeTokenInfo(content, tokenInfo))
  yield* secured(channel, personalisation.writeTerminalCaKey(content, terminalCa()))
  yield* secured(channel, personalisation.writeCaCertificate(content, certificateFor(spki, 1)))
  yield* secured(channel, personalisation.writeCertificate(content, certificateFor(spki, 7)))
  yield* secured(channel, personalisation.setTransportPin(content, TRANSPORT_PIN))
  return spki
}

function* enrol(): Dialogue<Bytes> {
  yield* deploy()
  return yield* personalise()
}

function* setPin(pin: string): Dialogue<void> {
  yield* jpki.select()
  yield* jpki.changePin('auth', TRANSPORT_PIN, pin)
}

const refused = async (link: Link, dialogue: Dialogue<unknown>) =>
  run(link, dialogue).then(
    () => 'done',
    (error: CardRefused) => error.sw.toString(16),
  )

async function enrolled(memory = new SpecimenMemory()): Promise<{ sim: SecureElement; link: Link; spki: Bytes }> {
  const sim = specimenSim(memory)
  const link = sim.link()
  return { sim, link, spki: await run(link, enrol()) }
}

test('a SIM is enrolled, its holder sets the PIN, and it signs', async () => {
  const { sim, link, spki } = await enrolled()
  expect(await run(link, withSelect(jpki.appletState()))).toEqual({
    hasKey: true,
    hasCertificate: true,
    pin: 'transport',
    pinTriesLeft: 3,
    life: 'active',
  })
  sim.reset()
  await run(link, setPin('1234'))
  const message = utf8('kazasu login 1')
  const signature = await run(link, withSelect(jpki.signMessage('auth', '1234', message)))
  expect(verify('RSA-SHA256', publicKey(spki), message, signature)).toBe(true)
  expect(await run(link, jpki.readCertificate('auth'))).toEqual(certificateFor(spki, 7))
  expect((await run(link, jpki.tokenInfo())).label).toBe('JPKIAPGPSETOKEN')
})

function* withSelect<T>(inner: Dialogue<T>): Dialogue<T> {
  yield* jpki.select()
  return yield* inner
}

test('in the transport state nothing works but the change of the PIN', async () => {
  const { link } = await enrolled()
  const sign = jpki.signMessage('auth', TRANSPORT_PIN, utf8('m'))
  expect(await refused(link, withSelect(sign))).toBe('6985')
  expect(await refused(link, jpki.readCertificate('auth'))).toBe('6985')
  expect(await refused(link, tap())).toBe('6985')
  expect(await refused(link, setPin(TRANSPORT_PIN))).toBe('6a80')
  await run(link, setPin('1234'))
  expect(await refused(link, withSelect(jpki.verifyPin('auth', TRANSPORT_PIN)))).toBe('63c2')
})

test('the carrier knows no key of the domain after the rotation, and repeating everything changes nothing', async () => {
  const { link, spki } = await enrolled()
  const old = function* () {
    yield* select(securityDomain)
    yield* openScp03({ ...INITIAL, entropy })
  }
  expect(await refused(link, old())).toBe('6a88')
  expect(await run(link, enrol())).toEqual(spki)
})

test('an envelope is taken once, and only under its own key', async () => {
  const { link } = await enrolled()
  const replay = function* (envelope: Bytes) {
    const channel = yield* personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy })
    yield* secured(channel, stored(envelope))
  }
  const seal = (key: Bytes, sequence: number) =>
    personalisation.sealContent(
      key,
      sequence,
      [{ id: personalisation.CONTENT.transportPin, value: concat(u16(jpki.KEYS.auth.pin), utf8('0000')) }],
      entropy,
    )
  expect(await refused(link, replay(seal(content.contentKey, 2)))).toBe('6985')
  expect(await refused(link, replay(seal(entropy(32), 99)))).toBe('6982')
  const fresh = seal(content.contentKey, 99)
  expect(await refused(link, replay(fresh))).toBe('done')
  expect(await refused(link, replay(fresh))).toBe('6985')
  const channel = await run(link, personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy }))
  await run(link, secured(channel, personalisation.setContentKey(channel.dek, content)))
  expect(await refused(link, replay(fresh))).toBe('6985')
})

test('a certificate for another key is not written', async () => {
  const { link, spki } = await enrolled()
  const channel = await run(link, personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy }))
  const foreign = personalisation.writeCertificate(content, certificateFor(pair('ca').publicKey, 9))
  expect(await refused(link, secured(channel, foreign))).toBe('6a80')
  await run(link, setPin('1234'))
  await run(link, withSelect(jpki.verifyPin('auth', '1234')))
  expect(await run(link, jpki.readCertificate('auth'))).toEqual(certificateFor(spki, 7))
})

function* stored(envelope: Bytes): Dialogue<void> {
  yield* installForPersonalization(aid)
  yield* storeData(dgi(personalisation.DGI.envelope, envelope), 0x28)
}

const gateKey = () => privateKey(pair('terminal').privateKey)
const TERMINAL_CHALLENGE = utf8('terminal-challen')

function* tap(
  terminal = terminalCredentials(),
  signer = gateKey(),
): Dialogue<pinless.PinlessAnswer & { cardChallenge: Bytes }> {
  const cardChallenge = yield* pinless.beginPinless(terminal)
  const signature = sign('RSA-SHA256', signer, pinless.terminalMessage(cardChallenge, TERMINAL_ID))
  return { ...(yield* pinless.finishPinless(signature, TERMINAL_CHALLENGE)), cardChallenge }
}

test('a tap without PIN: both sides prove themselves, once', async () => {
  const { link, spki } = await enrolled()
  await run(link, setPin('1234'))
  const { serial, signature, cardChallenge } = await run(link, tap())
  expect(await refused(link, askInternally())).toBe('6982')
  expect(serial).toBe(0x8007n)
  const transcript = { terminalChallenge: TERMINAL_CHALLENGE, cardChallenge, terminalKeyId: TERMINAL_ID }
  expect(pinless.verifyPinless(publicKey(spki), transcript, signature)).toBe(true)
  const message = pinless.cardMessage(TERMINAL_CHALLENGE, cardChallenge, TERMINAL_ID)
  expect(verify('RSA-SHA256', publicKey(spki), message, signature)).toBe(false)
  expect(await refused(link, pinless.finishPinless(signature, TERMINAL_CHALLENGE))).toBe('6985')
})

test('a terminal whose certificate another key signed, or without its key, gets nothing', async () => {
  const { link } = await enrolled()
  await run(link, setPin('1234'))
  expect(await refused(link, tap(terminalCredentials(1, 'terminal')))).toBe('6300')
  expect(await refused(link, tap(terminalCredentials(), privateKey(pair('sim').privateKey)))).toBe('6300')
  expect(await refused(link, withSelect(askInternally()))).toBe('6982')
})

function* askInternally(): Dialogue<void> {
  const { sw } = yield { cla: 0, ins: 0x88, p1: 0, p2: 0x97, data: TERMINAL_CHALLENGE, le: 65536 }
  throw new CardRefused(sw, 'INTERNAL AUTHENTICATE')
}

test('the issuer resets a blocked PIN', async () => {
  const { link } = await enrolled()
  await run(link, setPin('1234'))
  for (const left of ['63c2', '63c1', '63c0', '6984']) {
    expect(await refused(link, withSelect(jpki.verifyPin('auth', '0000')))).toBe(left)
  }
  const channel = await run(link, personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy }))
  await run(link, secured(channel, personalisation.setTransportPin(content, '8642')))
  expect((await run(link, withSelect(jpki.appletState()))).pin).toBe('transport')
  await run(link, withSelect(jpki.changePin('auth', '8642', '4321')))
})

test('everything that was loaded goes again, bottom up', async () => {
  const memory = new SpecimenMemory()
  const { link } = await enrolled(memory)
  const remove = function* () {
    yield* select()
    const isd = yield* openScp03({ keys: ISD_KEYS, entropy, aid: AID.isd })
    yield* secured(isd, deleteContent(loadFile, true))
    yield* secured(isd, deleteContent(securityDomain))
  }
  await run(link, remove())
  expect(await refused(link, jpki.select())).toBe('6a82')
  expect([...memory.records.keys()].filter((name) => /applet|d392f0/.test(name))).toEqual([])
})

/** The state of the card as one text. */
const image = (memory: SpecimenMemory) => JSON.stringify([...memory.records].sort().map(([k, v]) => [k, hex(v)]))

test('power lost before or after any commit leaves the card before or after the command, and enrolment goes on', async () => {
  const whole = new SpecimenMemory()
  await enrolled(whole)
  const first = new SpecimenMemory()
  specimenSim(first)
  for (let at = first.commits + 1; at <= whole.commits; at++) {
    for (const when of ['before', 'after'] as const) {
      const memory = new SpecimenMemory()
      const sim = specimenSim(memory)
      memory.cut = { at, when }
      await expect(run(sim.link(), enrol())).rejects.toThrow(CardMute)
      await expect(sim.link().transmit(fromHex('00a4040000'))).rejects.toThrow(CardMute)
      memory.cut = undefined
      const spki = await run(wake(memory).link(), enrol())
      expect(spki).toEqual(pair('sim').publicKey)
    }
  }
  expect(whole.commits).toBeGreaterThan(15)
})

test('between two commits the card is exactly as the uninterrupted one was', async () => {
  const seen: string[] = []
  const recording = new SpecimenMemory()
  const plain = recording.commit.bind(recording)
  recording.commit = (changes) => {
    plain(changes)
    seen.push(image(recording))
  }
  const sim = specimenSim(recording)
  await run(sim.link(), deploy())
  for (let at = 2; at <= seen.length; at++) {
    const memory = new SpecimenMemory()
    const card = specimenSim(memory)
    memory.cut = { at, when: at % 2 === 0 ? 'before' : 'after' }
    await expect(run(card.link(), deploy())).rejects.toThrow(CardMute)
    expect(image(memory)).toBe(seen[at % 2 === 0 ? at - 2 : at - 1])
  }
})
