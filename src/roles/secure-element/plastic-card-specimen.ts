// A plastic card for tests: both JPKI keys, all applications of the face, the issuer's keys; files that say nothing.

import { fromHex, utf8 } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { COMMON, JUKI, SURFACE, TEXT } from '../../protocol/my-number-card/applications.ts'
import { type ApplicationImage, manufactureCard } from './manufacture.ts'
import { certificateFor, pair, terminalCa } from './specimen.ts'

/** Of the key for login and of the applications. */
export const HOLDERS_PIN = '1234'
export const HOLDERS_PASSWORD = 'ABC123'

export function plasticCard<M extends Memory>(memory: M): M {
  manufactureCard(memory, { applications: [jpkiSpecimen(), ...faceSpecimen()] })
  return memory
}

function jpkiSpecimen(): ApplicationImage {
  const { FILES, KEYS } = jpki
  const [auth, sign] = [pair('auth'), pair('sign')]
  return {
    application: 'jpki',
    files: {
      [FILES.tokenInfo]: utf8('JPKIAPICCTOKEN2'),
      [FILES.authCertificate]: certificateFor(auth.publicKey, 1),
      [FILES.authCaCertificate]: certificateFor(auth.publicKey, 2),
      [FILES.signCertificate]: certificateFor(sign.publicKey, 1),
      [FILES.signCaCertificate]: certificateFor(sign.publicKey, 2),
    },
    keys: {
      [KEYS.auth.key]: auth.privateKey,
      [KEYS.sign.key]: sign.privateKey,
      [FILES.terminalCaKey]: terminalCa().file,
    },
    secrets: { [KEYS.auth.pin]: HOLDERS_PIN, [KEYS.sign.pin]: HOLDERS_PASSWORD },
  }
}

function faceSpecimen(): ApplicationImage[] {
  const { privateKey } = pair('sim')
  const file = fromHex('ff100c303030303030303030303030')
  const record = fromHex('010430303030')
  const [codeA, codeB] = ['0'.repeat(12), '0'.repeat(14)]
  return [
    {
      application: 'text',
      files: { [TEXT.myNumber]: file, [TEXT.attributes]: file },
      keys: { [TEXT.signingKey]: privateKey, [TEXT.sessionKey]: privateKey },
      secrets: { [TEXT.pin]: HOLDERS_PIN, [TEXT.codeA]: codeA, [TEXT.codeB]: codeB },
    },
    {
      application: 'surface',
      files: { [SURFACE.age]: file, [SURFACE.face]: file },
      keys: { [SURFACE.signingKey]: privateKey },
      secrets: { [SURFACE.birthDate]: '010101', [SURFACE.codeA]: codeA, [SURFACE.codeB]: codeB },
    },
    {
      application: 'common',
      files: { [COMMON.cardInfo]: record },
      keys: { [COMMON.authenticationKey]: privateKey },
      secrets: { [COMMON.pin]: HOLDERS_PIN },
    },
    { application: 'juki', files: { [JUKI.keyReference]: record }, secrets: { [JUKI.pin]: HOLDERS_PIN } },
  ]
}
