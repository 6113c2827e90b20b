// Seed 4 別紙1 to 別紙3: applet and key into a SIM, and its use; every power cut on the way.

import { expect, test } from 'vitest'
import { type Bytes, concat, fromHex, hex, u16, utf8 } from '../../base/bytes.ts'
import { privateKey, publicKey, verify } from '../../base/crypto.ts'
import type { Link } from '../../base/ports.ts'
import { dgi } from '../../codec/dgi.ts'
import {
  AID,
  deleteContent,
  installForPersonalization,
  openScp03,
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
  content,
  deploy,
  enrol,
  entropy,
  INITIAL,
  inApplication,
  OWN,
  setPin,
  TERMINAL_CHALLENGE,
  TRANSPORT_PIN,
  tap,
} from './enrolled.ts'
import {
  certificateFor,
  ISD_KEYS,
  pair,
  SpecimenMemory,
  specimenSim,
  TERMINAL_ID,
  terminalCredentials,
  wake,
} from './specimen.ts'

const { aid, loadFile, securityDomain } = jpki.JPKI

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
  expect(await run(link, inApplication(jpki.appletState()))).toEqual({
    hasKey: true,
    hasCertificate: true,
    pin: 'transport',
    pinTriesLeft: 3,
    life: 'active',
  })
  sim.reset()
  await run(link, setPin('1234'))
  const message = utf8('kazasu login 1')
  const signature = await run(link, inApplication(jpki.signMessage('auth', '1234', message)))
  expect(verify('RSA-SHA256', publicKey(spki), message, signature)).toBe(true)
  expect(await run(link, jpki.readCertificate('auth'))).toEqual(certificateFor(spki, 7))
  expect((await run(link, jpki.tokenInfo())).label).toBe('JPKIAPGPSETOKEN')
})

test('in the transport state nothing works but the change of the PIN', async () => {
  const { link } = await enrolled()
  const sign = jpki.signMessage('auth', TRANSPORT_PIN, utf8('m'))
  expect(await refused(link, inApplication(sign))).toBe('6985')
  expect(await refused(link, jpki.readCertificate('auth'))).toBe('6985')
  expect(await refused(link, tap())).toBe('6985')
  expect(await refused(link, setPin(TRANSPORT_PIN))).toBe('6a80')
  await run(link, setPin('1234'))
  expect(await refused(link, inApplication(jpki.verifyPin('auth', TRANSPORT_PIN)))).toBe('63c2')
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
  await run(link, inApplication(jpki.verifyPin('auth', '1234')))
  expect(await run(link, jpki.readCertificate('auth'))).toEqual(certificateFor(spki, 7))
})

function* stored(envelope: Bytes): Dialogue<void> {
  yield* installForPersonalization(aid)
  yield* storeData(dgi(personalisation.DGI.envelope, envelope), 0x28)
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
  expect(await refused(link, inApplication(askInternally()))).toBe('6982')
})

function* askInternally(): Dialogue<void> {
  const { sw } = yield { cla: 0, ins: 0x88, p1: 0, p2: 0x97, data: TERMINAL_CHALLENGE, le: 65536 }
  throw new CardRefused(sw, 'INTERNAL AUTHENTICATE')
}

test('the issuer resets a blocked PIN', async () => {
  const { link } = await enrolled()
  await run(link, setPin('1234'))
  for (const left of ['63c2', '63c1', '63c0', '6984']) {
    expect(await refused(link, inApplication(jpki.verifyPin('auth', '0000')))).toBe(left)
  }
  const channel = await run(link, personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy }))
  await run(link, secured(channel, personalisation.setTransportPin(content, '8642')))
  expect((await run(link, inApplication(jpki.appletState()))).pin).toBe('transport')
  await run(link, inApplication(jpki.changePin('auth', '8642', '4321')))
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
