// The whole life of a SIM in chapters, with every command that a session has: for tests that cut its power anywhere.
// Between two chapters the card is off.

import { type Bytes, bytes, utf8 } from '../../base/bytes.ts'
import { privateKey, seededEntropy, sha256, sign } from '../../base/crypto.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as rules from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue } from '../../protocol/iso7816/index.ts'
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
  putRaw,
  SCHEMES,
} from './delegation-specimen.ts'
import {
  asIssuer,
  certificateFor,
  ISD_KEYS,
  pair,
  revokedTerminals,
  scp03Keys,
  TERMINAL_ID,
  terminalCa,
  terminalCredentials,
} from './specimen.ts'

const { JPKI, jpkiLoadFile } = jpki
const TRANSPORT_PIN = '5739'
const OWN_PIN = '2580'
const AM_CIPHERED = 0x80c040

export type Chapter = () => Dialogue<unknown>

const entropyOf = (chapter: string) => seededEntropy(utf8(chapter))

function* lockAndBack(): Dialogue<void> {
  yield* gp.setLocked(JPKI.aid, true)
  yield* gp.setLocked(JPKI.aid, false)
  yield* gp.setCardState('cardLocked')
  yield* gp.setCardState('secured')
}

/** Under the client's session, which knows nothing of R-MAC: the answers are not looked into. */
function* rmac(): Dialogue<void> {
  yield* ask(command(0x80, 0x7a, 0x10, 0x01, bytes(0)), 'BEGIN R-MAC SESSION')
  yield* ask(command(0x80, 0x78, 0x00, 0x03), 'END R-MAC SESSION')
}

/** The SP in its domain, with the content key of this SIM. */
function* asSp<T>(
  chapter: string,
  inner: (content: personalisation.ContentChannel, dek: Bytes) => Dialogue<T>,
): Dialogue<T> {
  const entropy = entropyOf(chapter)
  const channel = yield* personalisation.rotateKeys({
    initial: { keyVersion: 0x30, keys: scp03Keys('first') },
    own: { keyVersion: 0x31, keys: scp03Keys('own') },
    entropy,
  })
  return yield* gp.secured(channel, inner({ contentKey: sha256(utf8('content key')), entropy }, channel.dek))
}

function* wrongPins(times: number): Dialogue<void> {
  for (let wrong = 0; wrong < times; wrong++) yield command(0x00, 0x20, 0x00, 0x80, utf8('0000'))
}

const TOKEN_INFO = { label: jpki.TOKEN_LABEL.phone, manufacturer: '0', model: 'SIM', serialNumber: '1'.repeat(16) }

const RULE: rules.ReferencedRule = {
  reference: { application: JPKI.aid, caller: sha256(utf8('an app')) },
  rule: { apdu: 'always' },
}
const RULE_ORDERS = [
  () => rules.storeRule(RULE),
  () => rules.updateRefreshTag(new Uint8Array(8)),
  () => rules.deleteRules({ rule: RULE }),
]

/** Chapters by name, in order. */
export const LIFE_OF_SIM: Readonly<Record<string, Chapter>> = {
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
  personalised: () =>
    asSp('personalised', function* (content, dek) {
      yield* personalisation.setContentKey(dek, content)
      const { publicKey } = yield* personalisation.generateKeyPair(content, utf8('request-00000001'))
      yield* personalisation.writeTerminalCaKey(content, terminalCa())
      yield* personalisation.writeCaCertificate(content, certificateFor(publicKey, 1))
      yield* personalisation.writeCertificate(content, certificateFor(publicKey, 7))
      yield* personalisation.setTransportPin(content, TRANSPORT_PIN)
    }),
  'the holder': function* () {
    yield* jpki.select()
    yield* jpki.changePin('auth', TRANSPORT_PIN, OWN_PIN)
    yield* wrongPins(2)
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
  'a forgotten PIN': function* () {
    yield* jpki.select()
    yield* wrongPins(3)
    yield* asSp('unblocked', (content) => personalisation.unblockPin(content))
    yield* jpki.select()
    yield* jpki.verifyPin('auth', OWN_PIN)
    yield* asSp('reset', (content) => personalisation.setTransportPin(content, TRANSPORT_PIN))
    yield* jpki.select()
    yield* jpki.changePin('auth', TRANSPORT_PIN, OWN_PIN)
  },
  'another key, brought in': () =>
    asSp('brought in', function* (content) {
      const other = pair('auth')
      yield* personalisation.importKeyPair(content, utf8('request-00000002'), other.privateKey)
      yield* personalisation.writeCertificate(content, certificateFor(other.publicKey, 8))
      yield* personalisation.writeTokenInfo(content, TOKEN_INFO)
      yield* personalisation.writeRevokedTerminals(content, revokedTerminals(1, [TERMINAL_ID]))
    }),
  'suspended, and back': () =>
    asSp('suspended', function* (content) {
      yield* personalisation.setLife(content, 'suspended')
      yield* personalisation.setLife(content, 'active')
    }),
  'locked and open again': () => asIssuer(lockAndBack),
  'R-MAC and another channel': function* () {
    yield* asIssuer(rmac, gp.LEVEL.cMac)
    const [channel = 1] = yield* ask(command(0x00, 0x70, 0, 0, new Uint8Array(0), 1), 'MANAGE CHANNEL')
    yield* ask(command(channel, 0xa4, 0x04, 0x00, JPKI.aid, 256), 'SELECT')
    yield* ask(command(0x00, 0x70, 0x80, channel), 'MANAGE CHANNEL')
  },
  'rules of access through the issuer’s domain': () =>
    asIssuer(function* () {
      for (const order of RULE_ORDERS) {
        yield* gp.installForPersonalization(rules.ARA_M)
        yield* order()
      }
    }),
  'and in a session with their application': function* () {
    yield* rules.selectRules()
    const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: entropyOf('rules'), aid: rules.ARA_M })
    for (const order of RULE_ORDERS) yield* gp.secured(channel, order())
    yield* gp.secured(channel, gp.setOwnState(0x4f, rules.ARA_M))
    yield* rules.selectRules()
    yield* rules.refreshTag()
    yield* rules.allRules()
  },
  'the application ends': () => asSp('end', (content) => personalisation.setLife(content, 'terminated')),
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
      yield* gp.deleteContent(JPKI.loadFile, true)
      yield* gp.deleteContent(DOMAIN)
    }),
  'a domain for ciphered files': () =>
    asIssuer(function* () {
      yield* putRaw(0x73, SCHEMES['RSA-2048 PSS'].field()) // longer than a command: a chain
      yield* gp.installForInstallAndMakeSelectable({
        ...{ loadFile: gp.AID.ssdPackage, module: gp.AID.ssdModule, aid: DOMAIN },
        privileges: AM_CIPHERED,
      })
    }),
  'and its keys too': personaliseDomain,
  'a ciphered file': () =>
    inDomain(function* (channel) {
      const cipher = { key: sha256(utf8('load file key')).slice(0, 16), icv: sha256(utf8('icv')).slice(0, 16) }
      yield* gp.putKeys(channel, { keyVersion: 0x75, keys: [{ kind: 'aes', key: cipher.key }] })
      const dataBlock = jpkiLoadFile()
      yield* gp.installForLoad({ aid: JPKI.loadFile, securityDomain: DOMAIN, dataBlock })
      yield* gp.load(dataBlock, { cipher })
    }),
  'the end': () => asIssuer(() => gp.setCardState('terminated')),
}
