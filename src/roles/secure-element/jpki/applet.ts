// The JPKI application, AID D392F000260100000001: one implementation for a phone's SIM and for the plastic card.
// Observed: myna-card (files, status words), OpenSC (what a client needs). PIN-less and personalisation are ours.

import { type Bytes, bytes, fromUint } from '../../../base/bytes.ts'
import { type PrivateKey, privateKey } from '../../../base/crypto.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { SW } from '../../../codec/sw.ts'
import { tlv } from '../../../codec/tlv.ts'
import { APPLET_STATE_TAG, encodeAppletState, FILES, KEYS, type KeyKind } from '../../../protocol/jpki-ap/files.ts'
import type { Applet, AppletContext, Personalisation } from '../applet.ts'
import { StatusError } from '../status-error.ts'
import { personalise } from './personalise.ts'
import { Pinless, type PinlessKey } from './pinless.ts'
import { Pins } from './pins.ts'
import type { JpkiProfile } from './profile.ts'
import { signBy } from './sign.ts'

/** 69FC: an answer to secure messaging that only this application gives. Observed: myna-card. */
const NO_SECURE_MESSAGING = { sw: 0x69fc, meaning: 'no secure messaging session' }

const TRANSPARENT: readonly number[] = Object.values(FILES)
const KINDS = ['auth', 'sign'] as const satisfies readonly KeyKind[]
const SFI = 0x80
const CURRENT = 0x80

export function createJpkiApplet(context: AppletContext, profile: JpkiProfile): Applet {
  const applet = new JpkiApplet(context, profile)
  const process = (c: Command) => applet.process(c)
  return profile.personalisable
    ? { process, personalise: (from: Personalisation) => personalise(context, from) }
    : { process }
}

class JpkiApplet {
  readonly #context: AppletContext
  readonly #profile: JpkiProfile
  readonly #pins: Pins
  readonly #pinless: Pinless
  #currentFile: number | undefined

  constructor(context: AppletContext, profile: JpkiProfile) {
    this.#context = context
    this.#profile = profile
    this.#pins = new Pins(context.records)
    this.#pinless = new Pinless(context.entropy)
  }

  process(c: Command): Response {
    if ((c.cla & 0x0c) !== 0) throw new StatusError(NO_SECURE_MESSAGING)
    try {
      return (c.cla & 0x80) === 0 ? this.#interindustry(c) : this.#proprietary(c)
    } catch (error) {
      if (error instanceof CodecError) throw new StatusError(SW.WRONG_DATA)
      throw error
    }
  }

  #interindustry(c: Command): Response {
    switch (c.ins) {
      case 0xa4:
        return this.#selectFile(c)
      case 0xb0:
        return this.#readBinary(c)
      case 0x20:
        return this.#verify(c)
      case 0x24:
        return this.#change(c)
      case 0x84:
        return this.#pinless.getChallenge(c)
      case 0x82:
        return this.#pinless.externalAuthenticate(c)
      case 0x88:
        return this.#pinless.internalAuthenticate(c, () => this.#holder())
      default:
        throw new StatusError(SW.INS_NOT_SUPPORTED)
    }
  }

  #proprietary(c: Command): Response {
    switch (c.ins) {
      case 0x2a:
        return this.#sign(c)
      case 0xa2:
        return this.#pinless.setTerminalKey(c, this.#context.records.get('ef/0016'))
      case 0xae: // SET SESSION KEY is only for the text application; observed: myna-card
        throw new StatusError(SW.SECURITY_STATUS)
      case 0xca:
        return this.#state(c)
      default:
        throw new StatusError(SW.INS_NOT_SUPPORTED)
    }
  }

  #exists(file: number): boolean {
    if (file === FILES.availability || this.#kindOfPin(file)) return true
    const kind = this.#kindOfKey(file)
    if (kind) return this.#context.records.get(`key/${kind}`) !== undefined
    return TRANSPARENT.includes(file) && this.#context.records.get(recordOf(file)) !== undefined
  }

  /** PIN objects are there without their key too: clients ask both for their tries. Observed: OpenSC. */
  readonly #kindOfPin = (file: number): KeyKind | undefined => KINDS.find((kind) => KEYS[kind].pin === file)

  readonly #kindOfKey = (file: number): KeyKind | undefined =>
    this.#profile.keys.find((kind) => KEYS[kind].key === file)

  #selectFile({ p1, data }: Command): Response {
    if (p1 === 0x00 && data.length === 0) return response(SW.OK.sw) // the MF, without leaving; observed: myna-card
    if (p1 !== 0x00 && p1 !== 0x02) throw new StatusError(SW.WRONG_P1P2)
    if (data.length !== 2) throw new StatusError(SW.WRONG_LENGTH)
    const file = fromUint(data)
    if (!this.#exists(file)) throw new StatusError(SW.NOT_FOUND)
    this.#currentFile = file
    return response(SW.OK.sw)
  }

  /** The current file, or the one of a short identifier. All identifiers are below 1F. */
  #reference(p2: number): number {
    if (p2 === CURRENT) {
      if (this.#currentFile === undefined) throw new StatusError(SW.NO_CURRENT_EF)
      return this.#currentFile
    }
    const file = p2 & 0x1f
    if ((p2 & 0xe0) !== SFI || !this.#exists(file)) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    this.#currentFile = file
    return file
  }

  #readBinary({ p1, p2, data, le }: Command): Response {
    if (data.length > 0 || le === undefined) throw new StatusError(SW.WRONG_LENGTH)
    const bySfi = (p1 & SFI) !== 0
    if (bySfi && (p1 & 0x60) !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (bySfi && !this.#exists(p1 & 0x1f)) throw new StatusError(SW.NOT_FOUND)
    const file = this.#reference(bySfi ? p1 : CURRENT)
    const offset = bySfi ? p2 : (p1 << 8) | p2
    const content = this.#content(file)
    if (offset >= content.length) throw new StatusError(SW.WRONG_OFFSET)
    return response(SW.OK.sw, content.slice(offset, offset + le))
  }

  #content(file: number): Bytes {
    if (!TRANSPARENT.includes(file)) throw new StatusError(SW.WRONG_FILE_KIND)
    if (file === FILES.terminalCaKey) throw new StatusError(SW.SECURITY_STATUS)
    if (file === FILES.signCertificate) this.#pins.demand('sign')
    if (file === FILES.authCertificate && this.#profile.authCertificateNeedsPin) this.#pins.demand('auth')
    if (file === FILES.availability) return this.#availability()
    const content = this.#context.records.get(recordOf(file))
    if (!content) throw new StatusError(SW.NOT_FOUND)
    return content
  }

  /** EF 0008: 8F for a certificate that is there. The third byte's meaning is not known. Observed: myna-card. */
  #availability(): Bytes {
    const has = (file: number) => (this.#context.records.get(recordOf(file)) ? 0x8f : 0x00)
    return bytes(has(FILES.signCertificate), has(FILES.authCertificate), 0x00)
  }

  #pinOf(p2: number): KeyKind {
    const kind = this.#kindOfPin(this.#reference(p2))
    if (!kind) throw new StatusError(SW.WRONG_FILE_KIND)
    return kind
  }

  #verify({ p1, p2, data, le }: Command): Response {
    if (p1 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const kind = this.#pinOf(p2)
    if (data.length > 0) return this.#pins.verify(kind, data)
    if (le !== undefined) throw new StatusError(SW.WRONG_LENGTH)
    return this.#pins.query(kind)
  }

  #change({ p1, p2, data }: Command): Response {
    if (p1 !== 0x01) throw new StatusError(SW.WRONG_P1P2)
    return this.#pins.change(this.#pinOf(p2), data)
  }

  #sign({ p1, p2, data }: Command): Response {
    const kind = this.#kindOfKey(this.#reference(p2))
    if (!kind) throw new StatusError(SW.WRONG_FILE_KIND)
    this.#pins.demand(kind)
    return response(SW.OK.sw, signBy(p1, this.#key(kind), data, this.#context.entropy))
  }

  #key(kind: KeyKind): PrivateKey {
    const pkcs8 = this.#context.records.get(`key/${kind}`)
    if (!pkcs8) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return privateKey(pkcs8)
  }

  /** PIN-less use too needs a PIN of the holder's own: until then the key is nobody's. */
  #holder(): PinlessKey {
    const certificate = this.#context.records.get('ef/000a')
    if (!certificate || this.#pins.record('auth')?.state !== 'own') throw new StatusError(SW.CONDITIONS)
    return { key: this.#key('auth'), certificate }
  }

  #state({ p1, p2 }: Command): Response {
    const tag = (p1 << 8) | p2
    if (!this.#profile.personalisable || tag !== APPLET_STATE_TAG) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    const pin = this.#pins.record('auth')
    const { records } = this.#context
    const state = encodeAppletState({
      hasKey: records.get('key/auth') !== undefined,
      hasCertificate: records.get('ef/000a') !== undefined,
      pin: pin?.state ?? 'none',
      pinTriesLeft: pin?.tries ?? 0,
    })
    return response(SW.OK.sw, tlv(APPLET_STATE_TAG, state))
  }
}

const recordOf = (file: number): string => `ef/${file.toString(16).padStart(4, '0')}`
