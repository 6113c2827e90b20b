// A SIM that was enrolled, for tests: the carrier deploys domain and applet, J-LIS personalises, the holder sets a PIN.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { privateKey, seededEntropy, sign } from '../../base/crypto.ts'
import {
  AID,
  getStatus,
  installForInstallAndMakeSelectable,
  installForLoad,
  LIFE_CYCLE,
  load,
  openScp03,
  putKeySet,
  SSD_PRIVILEGES,
  secured,
  select,
} from '../../protocol/globalplatform/index.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import * as personalisation from '../../protocol/personalisation/index.ts'
import * as pinless from '../../protocol/pinless/index.ts'
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
} from './specimen.ts'

export const entropy = seededEntropy(utf8('off-card'))
export const INITIAL = { keyVersion: 0x30, keys: scp03Keys('initial') }
export const OWN = { keyVersion: 0x31, keys: scp03Keys('own') }
export const content = { contentKey: entropy(32), entropy }
const REQUEST = utf8('request-00000001')
export const TRANSPORT_PIN = '5739'
const { aid, loadFile, module, securityDomain } = jpki.JPKI

/** Each only if the card does not have it yet, as a carrier that resumes does it. */
export function* deploy(): Dialogue<void> {
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

export function* enrol(): Dialogue<Bytes> {
  yield* deploy()
  return yield* personalise()
}

export function* setPin(pin: string): Dialogue<void> {
  yield* jpki.select()
  yield* jpki.changePin('auth', TRANSPORT_PIN, pin)
}

export function* inApplication<T>(inner: Dialogue<T>): Dialogue<T> {
  yield* jpki.select()
  return yield* inner
}

/** In J-LIS's own channel to its domain. */
export function* asIssuerOfKeys<T>(inner: Dialogue<T>): Dialogue<T> {
  const channel = yield* personalisation.rotateKeys({ initial: INITIAL, own: OWN, entropy })
  return yield* secured(channel, inner)
}

const gateKey = () => privateKey(pair('terminal').privateKey)
export const TERMINAL_CHALLENGE = utf8('terminal-challen')

/** A whole tap of the specimen terminal. */
export function* tap(
  terminal: pinless.TerminalCredentials = terminalCredentials(),
  signer = gateKey(),
): Dialogue<pinless.PinlessAnswer & { cardChallenge: Bytes }> {
  const cardChallenge = yield* pinless.beginPinless(terminal)
  const signature = sign('RSA-SHA256', signer, pinless.terminalMessage(cardChallenge, TERMINAL_ID))
  return { ...(yield* pinless.finishPinless(signature, TERMINAL_CHALLENGE)), cardChallenge }
}

/** The memory of a phone's SIM whose holder has this PIN. */
export async function enrolledMemory(pin: string): Promise<SpecimenMemory> {
  const memory = new SpecimenMemory()
  const link = specimenSim(memory).link()
  await run(link, enrol())
  await run(link, setPin(pin))
  return memory
}
