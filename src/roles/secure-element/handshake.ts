// The card's side of INITIALIZE UPDATE in both protocols: session keys, challenge and cryptograms, and the answer.
// SCP03: GPC-D v1.1.1 §6.2, §7.1.1. SCP02: GPC v2.3.1 §E.4, §E.5.1.

import { type Bytes, bytes, concat, NO_BYTES, u16, u24 } from '../../base/bytes.ts'
import { desEcbDecrypt } from '../../base/des.ts'
import type { Entropy } from '../../base/ports.ts'
import { type KeySet, SECRET_KEY_TYPE, type SecretKeyType } from '../../protocol/globalplatform/key-set.ts'
import {
  counts,
  covers,
  encryptsIcv,
  hasWellKnownChallenge,
  macLengthOf,
  scp02Covers,
} from '../../protocol/globalplatform/scp-parameter.ts'
import {
  Scp02Session,
  scp02CardChallenge,
  scp02CardCryptogram,
  scp02HostCryptogram,
  scp02SessionKeys,
} from '../../protocol/globalplatform/scp02-session.ts'
import {
  cardChallenge,
  cardCryptogram,
  dekDecrypt,
  hostCryptogram,
  sessionKeys,
} from '../../protocol/globalplatform/scp03-keys.ts'
import { Scp03Session } from '../../protocol/globalplatform/scp03-session.ts'
import { isLevel, type SecureSession, type SecurityLevel } from '../../protocol/globalplatform/secure-session.ts'
import type { Dek } from './key-fields.ts'

/** What the challenge of the host meets. */
export interface Greeted {
  readonly keys: KeySet
  readonly hostChallenge: Bytes
  /** Of the application that is selected. */
  readonly aid: Bytes
  readonly entropy: Entropy
  readonly countsEmptyCommands: boolean
  /** Of the key set, as it is kept. */
  readonly counter: { readonly value: number; put(value: number): void }
}

export interface Handshake {
  /** What follows diversification data and key version in the answer. */
  readonly answer: Bytes
  readonly session: SecureSession
  readonly hostCryptogram: Bytes
  readonly dek: Dek
  readonly takes: (level: number) => level is SecurityLevel
  /** When the host has shown that it is the one. */
  readonly opened?: () => void
}

interface Protocol {
  /** Bytes of a host challenge. */
  readonly challenge: (i: number) => number
  readonly counterMax: number
  readonly begin: (i: number, from: Greeted) => Handshake
}

/** Counted before it is used. GPC-D v1.1.1 §6.2.2.1. */
function beginScp03(i: number, greeted: Greeted): Handshake {
  const { keys, hostChallenge, aid, entropy, counter, countsEmptyCommands } = greeted
  const macLength = macLengthOf(i)
  const sequence = counts(i) ? u24(counter.value + 1) : NO_BYTES
  if (counts(i)) counter.put(counter.value + 1)
  const challenge = counts(i) ? cardChallenge(keys, sequence, aid, macLength) : entropy(macLength)
  const derived = sessionKeys(keys, hostChallenge, challenge)
  return {
    answer: concat(bytes(3, i), challenge, cardCryptogram(derived, hostChallenge, challenge), sequence),
    session: new Scp03Session(derived, macLength, countsEmptyCommands),
    hostCryptogram: hostCryptogram(derived, hostChallenge, challenge),
    dek: { block: 16, decrypt: (blocks) => dekDecrypt(keys.dek, blocks) },
    takes: (level): level is SecurityLevel => isLevel(level) && covers(i, level),
  }
}

/** Counted when the host is authenticated. GPC v2.3.1 §E.1.2.1. */
function beginScp02(i: number, { keys, hostChallenge, aid, entropy, counter }: Greeted): Handshake {
  const { value } = counter
  const sequence = u16(value)
  const derived = scp02SessionKeys(keys, sequence)
  const challenge = hasWellKnownChallenge(i) ? scp02CardChallenge(derived, aid) : entropy(6)
  return {
    answer: concat(bytes(2), sequence, challenge, scp02CardCryptogram(derived, hostChallenge, sequence, challenge)),
    session: new Scp02Session(derived, encryptsIcv(i)),
    hostCryptogram: scp02HostCryptogram(derived, hostChallenge, sequence, challenge),
    dek: { block: 8, decrypt: (blocks) => desEcbDecrypt(derived.dek, blocks) },
    takes: (level): level is SecurityLevel => isLevel(level) && scp02Covers(i, level),
    opened: () => counter.put(value + 1),
  }
}

/** By the type of the key set. */
export const PROTOCOL: Record<SecretKeyType, Protocol> = {
  [SECRET_KEY_TYPE.aes]: { challenge: macLengthOf, counterMax: 0xffffff, begin: beginScp03 },
  [SECRET_KEY_TYPE.des]: { challenge: () => 8, counterMax: 0xffff, begin: beginScp02 },
}
