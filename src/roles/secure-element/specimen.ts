// Specimens for tests of cards: memory in RAM that can lose power, issuer keys, key pairs made once and shared.

import { type Bytes, concat, fromHex, utf8 } from '../../base/bytes.ts'
import { generateKeyPair, type KeyPair, privateKey, seededEntropy, sha256, sign } from '../../base/crypto.ts'
import type { Memory } from '../../base/ports.ts'
import { encodeCvc, encodeCvcBody, encodeCvcKey, modulusOfSpki } from '../../codec/cvc.ts'
import { tlv } from '../../codec/tlv.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import type { Scp03Keys } from '../../protocol/globalplatform/scp03-keys.ts'
import { type CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { encodeKeyId, encodeRevoked, encodeRevokedBody } from '../../protocol/pinless/index.ts'
import type { SecureElement } from './contract.ts'
import { createSecureElement, manufactureSecureElement } from './index.ts'

/** Memory in RAM. `cut` says at which commit the power fails: before the write or after it. */
export class SpecimenMemory implements Memory {
  readonly records: Map<string, Bytes>
  commits = 0
  cut: { readonly at: number; readonly when: 'before' | 'after' } | undefined

  constructor(records: ReadonlyMap<string, Bytes> = new Map()) {
    this.records = new Map(records)
  }

  load(): Map<string, Bytes> {
    return new Map(this.records)
  }

  commit(changes: ReadonlyMap<string, Bytes | null>): void {
    this.commits += 1
    const fails = this.cut?.at === this.commits ? this.cut.when : undefined
    if (fails === 'before') throw new Error('power lost')
    for (const [name, value] of changes) {
      if (value === null) this.records.delete(name)
      else this.records.set(name, value.slice())
    }
    if (fails === 'after') throw new Error('power lost')
  }
}

const key = fromHex('404142434445464748494a4b4c4d4e4f')
/** The test keys that every GlobalPlatform client knows. */
export const ISD_KEYS: Scp03Keys = { enc: key, mac: key, dek: key }
export const ICCID = '8981100000000000017'

export const scp03Keys = (seed: string): Scp03Keys => {
  const part = (name: string) => sha256(utf8(`${seed} ${name}`)).slice(0, 16)
  return { enc: part('enc'), mac: part('mac'), dek: part('dek') }
}

const pairs = new Map<string, KeyPair>()
/** An RSA key pair by name, made once for the whole test file. */
export function pair(name: string): KeyPair {
  const made = pairs.get(name) ?? generateKeyPair('RSA-2048')
  pairs.set(name, made)
  return made
}

/** A new SIM over this memory; its key pairs are the specimen `sim`. */
export function specimenSim(memory: SpecimenMemory = new SpecimenMemory()): SecureElement {
  manufactureSecureElement(memory, { iccid: ICCID, isdKeys: ISD_KEYS })
  return wake(memory)
}

export const wake = (memory: Memory): SecureElement =>
  createSecureElement({ memory, entropy: seededEntropy(utf8('card')), keyPairs: () => pair('sim') })

/** What clients and card look at in a certificate: `30 82`, serial number and the key. Not a real one. */
export const certificateFor = (spki: Bytes, serial: number): Bytes => {
  const version = tlv(0xa0, tlv(0x02, Uint8Array.of(2)))
  const filler = tlv(0x04, new Uint8Array(600).fill(0x5a))
  return tlv(0x30, tlv(0x30, version, tlv(0x02, Uint8Array.of(0x00, 0x80, serial)), spki, filler))
}

export const TERMINAL_ROOT_ID = encodeKeyId({ digits: '6000000', generation: 0, ca: true })
export const terminalCaId = (generation = 1): Bytes => encodeKeyId({ digits: '6000000', generation, ca: true })
export const TERMINAL_ID = encodeKeyId({ digits: '6000023', generation: 1, ca: false })

/** The key of the terminals' root as in EF 0016. */
export const terminalCa = () => {
  const modulus = modulusOfSpki(pair('terminal root').publicKey)
  return { keyId: TERMINAL_ROOT_ID, modulus, file: concat(TERMINAL_ROOT_ID, encodeCvcKey(modulus)) }
}

/** A card-verifiable certificate; keys are specimens by name. */
export function cvc(issuer: [name: string, keyId: Bytes], subject: [name: string, keyId: Bytes]): Bytes {
  const modulus = modulusOfSpki(pair(subject[0]).publicKey)
  const body = encodeCvcBody({ issuerKeyId: issuer[1], subjectKeyId: subject[1], modulus })
  return encodeCvc(body, sign('RSA-SHA256', privateKey(pair(issuer[0]).privateKey), body))
}

/** A terminal with its chain, of one generation; signed by the specimen CA or by another key. */
export const terminalCredentials = (generation = 1, signer = 'terminal ca') => ({
  certificate: cvc([signer, terminalCaId(generation)], ['terminal', TERMINAL_ID]),
  caCertificate: cvc(['terminal root', TERMINAL_ROOT_ID], ['terminal ca', terminalCaId(generation)]),
})

/** The signed list of revoked terminals. */
export function revokedTerminals(number: number, keyIds: readonly Bytes[], signer = 'terminal root'): Bytes {
  const body = encodeRevokedBody({ issuerKeyId: TERMINAL_ROOT_ID, number, keyIds })
  return encodeRevoked(body, sign('RSA-SHA256', privateKey(pair(signer).privateKey), body))
}

const offCard = seededEntropy(utf8('issuer'))

/** A dialogue in a session with the issuer security domain. */
export function* asIssuer<T>(
  inner: (channel: gp.SecureChannel) => Dialogue<T>,
  level: gp.SecurityLevel = gp.LEVEL.all,
): Dialogue<T> {
  yield* gp.select()
  const channel = yield* gp.openScp03({ keys: ISD_KEYS, entropy: offCard, aid: gp.AID.isd, level })
  return yield* gp.secured(channel, inner(channel))
}

/** The status word with which a dialogue ended, 9000 when it went through. */
export const outcome = (card: SecureElement, dialogue: Dialogue<unknown>) =>
  run(card.link(), dialogue).then(
    () => '9000',
    (error: CardRefused) => error.sw.toString(16),
  )
