// The JPKI application, AID D392F000260100000001: one implementation for a phone's SIM and for the plastic card.
// Observed: myna-card (files, status words), OpenSC (what a client needs). PIN-less, personalisation and the states of
// the application are ours.

import { type Bytes, bytes } from '../../../base/bytes.ts'
import { type PrivateKey, privateKey } from '../../../base/crypto.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { SW } from '../../../codec/sw.ts'
import { tlv } from '../../../codec/tlv.ts'
import { APPLET_STATE_TAG, encodeAppletState, FILES, KEYS, type KeyKind } from '../../../protocol/jpki-ap/files.ts'
import type { Applet, AppletContext, Personalisation } from '../applet.ts'
import { FileCommands } from '../jicsap/file-commands.ts'
import { RECORD } from '../jicsap/table.ts'
import { StatusError } from '../status-error.ts'
import { lifeOf } from './life.ts'
import { personalise } from './personalise.ts'
import { Pinless, type PinlessKey } from './pinless.ts'
import { type JpkiProfile, jpkiTable } from './profile.ts'
import { signBy } from './sign.ts'

/** Answered to secure messaging, which this application has not. Observed: myna-card. */
const NO_SESSION_FOR = { select: SW.SECURE_MESSAGING_NOT_SUPPORTED, other: SW.NO_SECURE_MESSAGING_SESSION }

/** Use of a key or a secret: not possible while the application is suspended, nor ever after its end. */
const HOLDERS = new Set([0x24, 0x2a, 0xa2, 0x82, 0x88])
/** The holder's own files. */
const HOLDERS_FILES: readonly number[] = [FILES.signCertificate, FILES.authCertificate]

export function createJpkiApplet(context: AppletContext, profile: JpkiProfile): Applet {
  const applet = new JpkiApplet(context, profile)
  return {
    process: (c: Command) => applet.process(c),
    personalise: (from: Personalisation) => personalise({ ...context, profile }, from),
  }
}

class JpkiApplet {
  readonly #context: AppletContext
  readonly #profile: JpkiProfile
  readonly #files: FileCommands
  readonly #pinless: Pinless

  constructor(context: AppletContext, profile: JpkiProfile) {
    const { records, entropy } = context
    this.#context = context
    this.#profile = profile
    const made = (file: number) => (file === FILES.availability ? this.#availability() : undefined)
    this.#files = new FileCommands({ records, entropy, table: jpkiTable(profile), made })
    this.#pinless = new Pinless(records, entropy)
  }

  process(c: Command): Response {
    if ((c.cla & 0x0c) !== 0) throw new StatusError(c.ins === 0xa4 ? NO_SESSION_FOR.select : NO_SESSION_FOR.other)
    if (this.#actsForHolder(c) && lifeOf(this.#context.records) !== 'active') throw new StatusError(SW.CONDITIONS)
    try {
      return (c.cla & 0x80) === 0 ? this.#interindustry(c) : this.#proprietary(c)
    } catch (error) {
      if (error instanceof CodecError) throw new StatusError(SW.WRONG_DATA)
      throw error
    }
  }

  #actsForHolder({ ins, data }: Command): boolean {
    return HOLDERS.has(ins) || (ins === 0x20 && data.length > 0)
  }

  #interindustry(c: Command): Response {
    switch (c.ins) {
      case 0x84:
        return this.#pinless.getChallenge(c)
      case 0x82:
        return this.#pinless.externalAuthenticate(c)
      case 0x88:
        return this.#pinless.internalAuthenticate(c, () => this.#holder())
      case 0xb0:
        return this.#readBinary(c)
      default:
        return this.#files.process(c)
    }
  }

  #proprietary(c: Command): Response {
    switch (c.ins) {
      case 0x2a:
        return this.#sign(c)
      case 0xa2:
        return this.#pinless.setPublicKey(c)
      case 0xae: // SET SESSION KEY is only for the text application; observed: myna-card
        throw new StatusError(SW.SECURITY_STATUS)
      case 0xca:
        return this.#state(c)
      default:
        return this.#files.process(c)
    }
  }

  #readBinary(c: Command): Response {
    const answer = this.#files.process(c)
    const active = lifeOf(this.#context.records) === 'active'
    if (!active && HOLDERS_FILES.includes(this.#files.current)) throw new StatusError(SW.CONDITIONS)
    return answer
  }

  /** EF 0008: 8F for a certificate that is there. The third byte's meaning is not known. Observed: myna-card. */
  #availability(): Bytes {
    const has = (file: number) => (this.#context.records.get(RECORD.file(file)) ? 0x8f : 0x00)
    return bytes(has(FILES.signCertificate), has(FILES.authCertificate), 0x00)
  }

  #sign({ p1, p2, data }: Command): Response {
    const file = this.#files.reference(p2)
    const kind = this.#profile.keys.find((candidate) => KEYS[candidate].key === file)
    if (!kind) throw new StatusError(SW.WRONG_FILE_KIND)
    this.#files.secrets.demand([KEYS[kind].pin])
    return response(SW.OK.sw, signBy(p1, this.#key(kind), data, this.#context.entropy))
  }

  #key(kind: KeyKind): PrivateKey {
    const pkcs8 = this.#context.records.get(RECORD.key(KEYS[kind].key))
    if (!pkcs8) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return privateKey(pkcs8)
  }

  /** PIN-less use too needs a PIN of the holder's own: until then the key is nobody's. */
  #holder(): PinlessKey {
    const certificate = this.#context.records.get(RECORD.file(FILES.authCertificate))
    const own = this.#files.secrets.record(KEYS.auth.pin)?.state === 'own'
    if (!certificate || !own) throw new StatusError(SW.CONDITIONS)
    return { key: this.#key('auth'), certificate }
  }

  #state({ p1, p2 }: Command): Response {
    const tag = (p1 << 8) | p2
    if (!this.#profile.tellsState || tag !== APPLET_STATE_TAG) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    const { records } = this.#context
    const pin = this.#files.secrets.record(KEYS.auth.pin)
    const state = encodeAppletState({
      hasKey: records.get(RECORD.key(KEYS.auth.key)) !== undefined,
      hasCertificate: records.get(RECORD.file(FILES.authCertificate)) !== undefined,
      pin: pin?.state ?? 'none',
      pinTriesLeft: pin?.tries ?? 0,
      life: lifeOf(records),
    })
    return response(SW.OK.sw, tlv(APPLET_STATE_TAG, state))
  }
}
