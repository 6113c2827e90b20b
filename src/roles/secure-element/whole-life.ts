// The whole life of a SIM in chapters, with every command that it has: for tests that cut its power anywhere.
// Between two chapters the card is off. The same bytes each time, as all chance on both sides is seeded.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { privateKey, seededEntropy, sign } from '../../base/crypto.ts'
import type { Memory } from '../../base/ports.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as personalisation from '../../protocol/personalisation/index.ts'
import * as pinless from '../../protocol/pinless/index.ts'
import {
  DM,
  DOMAIN,
  inDomain,
  install,
  installFields,
  loadFields,
  loadFile,
  makeDomain,
  personaliseDomain,
  SCHEMES,
} from './delegation-specimen.ts'
import {
  asIssuer,
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

const { JPKI, jpkiLoadFile } = jpki
const TRANSPORT_PIN = '5739'
const OWN_PIN = '2580'

type Chapter = () => Dialogue<unknown>

const entropyOf = (chapter: string) => seededEntropy(utf8(chapter))

function* lockAndBack(): Dialogue<void> {
  yield* gp.setLocked(JPKI.aid, true)
  yield* gp.setLocked(JPKI.aid, false)
  yield* gp.setCardState('cardLocked')
  yield* gp.setCardState('secured')
}

/** Chapters by name, in order. */
export const WHOLE_LIFE: Readonly<Record<string, Chapter>> = {
  'keys and data of the issuer': () =>
    asIssuer(function* (channel) {
      yield* gp.getStatus('issuer')
      yield* gp.getStatus('loadFiles')
      yield* gp.getData(0x66)
      yield* gp.putKeySet(channel, 0x33, scp03Keys('more'))
      yield* gp.putKeySet(channel, 0x34, scp03Keys('others'), 0x33)
      yield* gp.deleteKeys({ version: 0x34 })
    }),
  'a domain of J-LIS': () =>
    asIssuer(() =>
      gp.installForInstallAndMakeSelectable({
        loadFile: gp.AID.ssdPackage,
        module: gp.AID.ssdModule,
        aid: JPKI.securityDomain,
        privileges: gp.SSD_PRIVILEGES,
      }),
    ),
  'its first keys': function* () {
    yield* gp.select(JPKI.securityDomain)
    const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: entropyOf('first'), aid: JPKI.securityDomain })
    yield* gp.secured(channel, gp.putKeySet(channel, 0x30, scp03Keys('first')))
  },
  'the applet': () =>
    asIssuer(function* () {
      const dataBlock = jpkiLoadFile()
      yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: JPKI.securityDomain, dataBlock })
      yield* gp.load(dataBlock)
      yield* gp.installForInstall(JPKI)
      yield* gp.installForMakeSelectable(JPKI.aid)
    }),
  personalised: function* () {
    const entropy = entropyOf('personalised')
    const content = { contentKey: entropy(32), entropy }
    const channel = yield* personalisation.rotateKeys({
      initial: { keyVersion: 0x30, keys: scp03Keys('first') },
      own: { keyVersion: 0x31, keys: scp03Keys('own') },
      entropy,
    })
    const inside = <T>(inner: Dialogue<T>) => gp.secured(channel, inner)
    yield* inside(personalisation.setContentKey(channel.dek, content))
    const { publicKey } = yield* inside(personalisation.generateKeyPair(content, utf8('request-00000001')))
    yield* inside(personalisation.writeTerminalCaKey(content, terminalCa()))
    yield* inside(personalisation.writeCaCertificate(content, certificateFor(publicKey, 1)))
    yield* inside(personalisation.writeCertificate(content, certificateFor(publicKey, 7)))
    yield* inside(personalisation.setTransportPin(content, TRANSPORT_PIN))
  },
  'the holder': function* () {
    yield* jpki.select()
    yield* jpki.changePin('auth', TRANSPORT_PIN, OWN_PIN)
    for (let wrong = 0; wrong < 2; wrong++) yield command(0x00, 0x20, 0x00, 0x80, utf8('0000'))
    yield* jpki.signMessage('auth', OWN_PIN, utf8('a challenge'))
    yield* jpki.readCertificate('auth')
    yield* jpki.appletState()
  },
  'a tap': function* () {
    const cardChallenge = yield* pinless.beginPinless(terminalCredentials())
    const message = pinless.terminalMessage(cardChallenge, TERMINAL_ID)
    yield* pinless.finishPinless(
      sign('RSA-SHA256', privateKey(pair('terminal').privateKey), message),
      utf8('0123456789abcdef'),
    )
  },
  'locked and open again': () => asIssuer(lockAndBack),
  'R-MAC and another channel': function* () {
    yield* asIssuer(() => ask(command(0x80, 0x7a, 0x10, 0x01, Uint8Array.of(0)), 'BEGIN R-MAC SESSION'), gp.LEVEL.cMac)
    const [channel = 1] = yield* ask(command(0x00, 0x70, 0, 0, new Uint8Array(0), 1), 'MANAGE CHANNEL')
    yield* ask(command(0x00, 0x70, 0x80, channel), 'MANAGE CHANNEL')
  },
  'the applet goes': () =>
    asIssuer(function* () {
      yield* gp.deleteContent(JPKI.loadFile, true)
      yield* gp.deleteContent(JPKI.securityDomain)
    }),
  'a domain that manages for others': () => makeDomain(SCHEMES['AES-128 CMAC'], DM),
  'and its keys': personaliseDomain,
  'with tokens and receipts': () =>
    inDomain(function* () {
      const { sign: token } = SCHEMES['AES-128 CMAC']
      yield* install(0x02, 0, loadFields, token)
      yield* loadFile(tlv(0xc4, jpkiLoadFile()))
      yield* install(0x0c, 0, installFields, token)
    }),
  moved: () =>
    asIssuer(function* () {
      yield* gp.extradite({ aid: JPKI.aid, to: gp.AID.isd })
      yield* gp.updateRegistry({ aid: DOMAIN, privileges: DM })
    }),
  'the end': () => asIssuer(() => gp.setCardState('terminated')),
}

/** The memory of a SIM that has lived until the end of this chapter. */
export async function livedUntil(last: string): Promise<SpecimenMemory> {
  const memory = new SpecimenMemory()
  specimenSim(memory)
  for (const [name, chapter] of Object.entries(WHOLE_LIFE)) {
    await run(wake(memory).link(), chapter())
    if (name === last) return memory
  }
  throw new RangeError(`no chapter ${last}`)
}

export interface Recorded {
  readonly chapter: string
  readonly command: Bytes
  readonly answer: Bytes
}

/** Lives the life over a memory; `power` gives it to the card at the beginning of each chapter. */
export async function record(
  memory: Memory,
  power: (memory: Memory) => { process(command: Bytes): Bytes },
): Promise<Recorded[]> {
  const seen: Recorded[] = []
  for (const [chapter, dialogue] of Object.entries(WHOLE_LIFE)) {
    const card = power(memory)
    const transmit = async (sent: Bytes) => {
      const answer = card.process(sent)
      seen.push({ chapter, command: sent, answer })
      return answer
    }
    await run({ transmit }, dialogue())
  }
  return seen
}
