// The lives of a SIM that is managed over the air, of an old SIM with SCP02, and of a plastic card: for tests that cut
// the power anywhere.

import { type Bytes, bytes, fromHex, utf8 } from '../../base/bytes.ts'
import { publicKey, rsaOaepEncrypt, seededEntropy } from '../../base/crypto.ts'
import type { Memory } from '../../base/ports.ts'
import { command } from '../../codec/apdu.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { ask, type Dialogue, selectByName } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import {
  COMMON,
  FACE_AID,
  type FaceApplication,
  JUKI,
  SURFACE,
  TEXT,
} from '../../protocol/my-number-card/applications.ts'
import { FULL_SECURITY, overTheAir, remotely } from '../../protocol/ota/index.ts'
import { manufactureSecureElement } from './index.ts'
import { KIK, otaMemory, sender } from './ota/ota-specimen.ts'
import { HOLDERS_PASSWORD, HOLDERS_PIN, plasticCard } from './plastic-card-specimen.ts'
import { ICCID, ISD_KEYS, pair, scp03Keys } from './specimen.ts'

export const LIFE_OVER_THE_AIR = {
  manufacture: otaMemory,
  chapters: {
    'keys and content by packets': () =>
      overTheAir(
        remotely(
          sender(),
          (function* () {
            yield* gp.getStatus('issuer')
            yield* gp.putKeySet({ dek: KIK, scp: 3 }, 0x31, scp03Keys('by air'))
            const dataBlock = jpki.jpkiLoadFile()
            yield* gp.installForLoad({ aid: jpki.JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock })
            yield* gp.load(dataBlock, { capacity: 200 })
            yield* gp.installForInstallAndMakeSelectable(jpki.JPKI)
          })(),
        ),
      ),
    'the receipt by a message of the card’s own': () =>
      overTheAir(
        remotely(
          sender({ lastCounter: 1000, spi: { ...FULL_SECURITY, answerBySubmit: true } }),
          gp.setLocked(jpki.JPKI.aid, true),
        ),
      ),
  },
}

function* scp02Session<T>(inner: (channel: gp.SecureChannel) => Dialogue<T>): Dialogue<T> {
  yield* gp.select()
  const entropy = seededEntropy(utf8('scp02'))
  const channel = yield* gp.openScp02({ keys: ISD_KEYS, entropy, level: gp.LEVEL.cDecCMac })
  return yield* gp.secured(channel, inner(channel))
}

export const LIFE_OF_OLD_SIM = {
  manufacture: (memory: Memory) =>
    manufactureSecureElement(memory, {
      iccid: ICCID,
      isdKeys: ISD_KEYS,
      keyVersion: 0x20,
      profile: { scp: { scp02: 0x55 } },
    }),
  chapters: {
    'a key set and a file under SCP02': () =>
      scp02Session(function* (channel) {
        yield* gp.putKeySet(channel, 0x21, scp03Keys('new'))
        const dataBlock = jpki.jpkiLoadFile()
        yield* gp.installForLoad({ aid: jpki.JPKI.loadFile, securityDomain: gp.AID.isd, dataBlock })
        yield* gp.load(dataBlock)
        yield* gp.installForInstallAndMakeSelectable(jpki.JPKI)
      }),
    'and it goes': () => scp02Session(() => gp.deleteContent(jpki.JPKI.loadFile, true)),
  },
}

const secret = (cla: number, ins: number, p1: number, file: number, value: string) =>
  ask(command(cla, ins, p1, 0x80 | file, utf8(value)), 'secret')
const verify = (file: number, value: string) => secret(0x00, 0x20, 0x00, file, value)

function* wrongThenRight(file: number, right: string): Dialogue<void> {
  yield command(0x00, 0x20, 0x00, 0x80 | file, utf8(right.replace(/./g, '9')))
  yield* verify(file, right)
}

function* read(file: number, ins = 0xb0): Dialogue<void> {
  const [p1, p2] = ins === 0xb0 ? [0x80 | file, 0] : [0x01, (file << 3) | 0x04]
  yield* ask(command(0x00, ins, p1, p2, bytes(), 256), 'READ')
}

const inFace = (name: FaceApplication, inner: () => Dialogue<void>) =>
  function* (): Dialogue<void> {
    yield* selectByName(FACE_AID[name])
    yield* inner()
  }

const sessionKey = (): Bytes =>
  rsaOaepEncrypt(publicKey(pair('sim').publicKey), tlv(0xa0, tlv(0x80, new Uint8Array(32).fill(0x5a))))

export const LIFE_OF_PLASTIC_CARD = {
  manufacture: plasticCard,
  chapters: {
    'both keys': function* () {
      yield* jpki.select()
      yield* wrongThenRight(jpki.KEYS.auth.pin, HOLDERS_PIN)
      yield* jpki.changePin('auth', HOLDERS_PIN, '2580')
      yield* jpki.signMessage('sign', HOLDERS_PASSWORD, utf8('a statement'))
      yield* jpki.readCertificate('sign')
    },
    text: inFace('text', function* () {
      yield* wrongThenRight(TEXT.pin, HOLDERS_PIN)
      yield* read(TEXT.attributes)
      yield* ask(command(0x80, 0xae, 0, 0, sessionKey()), 'SET SESSION KEY')
      yield* secret(0x00, 0x24, 0x01, TEXT.pin, '2580')
      yield* wrongThenRight(TEXT.codeA, '0'.repeat(12))
      yield* read(TEXT.myNumber)
      yield* ask(command(0x80, 0x2a, 0, 0, fromHex('5a'), 256), 'SIGN')
    }),
    surface: inFace('surface', function* () {
      yield* wrongThenRight(SURFACE.codeB, '0'.repeat(14))
      yield* read(SURFACE.face)
      yield* verify(SURFACE.birthDate, '010101')
    }),
    common: inFace('common', function* () {
      yield* wrongThenRight(COMMON.pin, HOLDERS_PIN)
      yield* secret(0x80, 0x32, 0x00, COMMON.pin, '2580')
      yield* read(COMMON.cardInfo, 0xb2)
      yield* ask(command(0x00, 0x88, 0, 0x80 | COMMON.authenticationKey, new Uint8Array(16), 256), 'INTERNAL')
    }),
    juki: inFace('juki', function* () {
      yield* wrongThenRight(JUKI.pin, HOLDERS_PIN)
      yield* secret(0x80, 0x32, 0x00, JUKI.pin, '2580')
      yield* ask(command(0x00, 0x84, 0, 0, bytes(), 8), 'GET CHALLENGE')
    }),
  },
}
