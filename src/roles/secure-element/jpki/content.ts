// What an envelope may do to the JPKI application, one operation after the other. Ours: docs/profile.md#personalisation.

import { type Bytes, fromUint } from '../../../base/bytes.ts'
import { SW } from '../../../codec/sw.ts'
import { decodeTokenInfo, FILES, KEYS, type KeyKind, LIFE } from '../../../protocol/jpki-ap/files.ts'
import { CONTENT } from '../../../protocol/personalisation/layout.ts'
import type { AppletContext } from '../applet.ts'
import { Secrets } from '../jicsap/secrets.ts'
import { RECORD } from '../jicsap/table.ts'
import type { RecordStore } from '../records.ts'
import { StatusError } from '../status-error.ts'
import { importKeyPair, makeKeyPair, takeCertificate } from './key-pairs.ts'
import { setLife } from './life.ts'
import { serialOf } from './pinless.ts'
import { type JpkiProfile, jpkiTable } from './profile.ts'
import { TerminalTrust } from './terminal-trust.ts'

export interface JpkiContext extends AppletContext {
  readonly profile: JpkiProfile
}

/** Which of the holder's keys lies in this EF; throws 6A88 for another. */
export function keyKindOf({ profile }: JpkiContext, ef: number): KeyKind {
  const kind = profile.keys.find((candidate) => KEYS[candidate].key === ef)
  if (!kind) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  return kind
}

type Apply = (context: JpkiContext, ef: number, value: Bytes) => void

const OPERATIONS: Readonly<Record<number, Apply>> = {
  [CONTENT.makeKeyPair]: (context, ef, value) => makeKeyPair(context, KEYS[keyKindOf(context, ef)], value),
  [CONTENT.importKeyPair]: (context, ef, value) => importKeyPair(context, KEYS[keyKindOf(context, ef)], value),
  [CONTENT.file]: ({ records }, ef, value) => known(FILE_WRITERS[ef])(records, value),
  [CONTENT.transportPin]: (context, ef, value) => secretsOf(context, ef).setTransport(ef, value),
  [CONTENT.unblockPin]: (context, ef) => secretsOf(context, ef).unblock(ef),
  [CONTENT.life]: (context, _, value) => changeLife(context, value),
  [CONTENT.revokedTerminals]: ({ records }, _, value) => new TerminalTrust(records).takeRevoked(value),
}

function known<T>(found: T | undefined): T {
  if (!found) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  return found
}

/** One operation of an envelope, about this EF. */
export const applyContent = (context: JpkiContext, id: number, ef: number, value: Bytes): void =>
  known(OPERATIONS[id])(context, ef, value)

/** Only secrets of keys that this application may have. */
function secretsOf({ records, profile }: JpkiContext, ef: number): Secrets {
  if (!profile.keys.some((kind) => KEYS[kind].pin === ef)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
  return new Secrets(records, jpkiTable(profile).secrets)
}

function changeLife(context: JpkiContext, value: Bytes): void {
  const to = LIFE[value[0] ?? -1]
  if (!to || value.length !== 1) throw new StatusError(SW.WRONG_DATA)
  setLife(context, to)
}

type WriteFile = (records: RecordStore, value: Bytes) => void

const writeCaCertificate =
  (ef: number): WriteFile =>
  (records, value) =>
    records.set(RECORD.file(ef), checkedDer(value))

const FILE_WRITERS: Readonly<Record<number, WriteFile>> = {
  [FILES.authCertificate]: (records, value) => writeCertificate(records, KEYS.auth, value),
  [FILES.signCertificate]: (records, value) => writeCertificate(records, KEYS.sign, value),
  [FILES.authCaCertificate]: writeCaCertificate(FILES.authCaCertificate),
  [FILES.signCaCertificate]: writeCaCertificate(FILES.signCaCertificate),
  [FILES.terminalCaKey]: (records, value) => new TerminalTrust(records).setRoot(value),
  [FILES.tokenInfo]: (records, value) => {
    decodeTokenInfo(value)
    records.set(RECORD.file(FILES.tokenInfo), value)
  },
}

/** `30 82 LL LL` and as long as that says: what clients read. */
function checkedDer(certificate: Bytes): Bytes {
  const whole = certificate[0] === 0x30 && certificate[1] === 0x82
  if (!whole || fromUint(certificate.subarray(2, 4)) + 4 !== certificate.length) throw new StatusError(SW.WRONG_DATA)
  return certificate
}

function writeCertificate(records: RecordStore, entry: (typeof KEYS)[KeyKind], certificate: Bytes): void {
  serialOf(checkedDer(certificate))
  takeCertificate(records, entry, certificate)
}
