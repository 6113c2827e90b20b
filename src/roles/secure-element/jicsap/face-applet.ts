// The applications of the My Number Card besides JPKI: the shared file commands, a key of the card's own, and in the
// text application secure messaging. Observed: myna-card.

import { privateKey, rsaPrivatePkcs1, sign } from '../../../base/crypto.ts'
import { type Command, type Response, response } from '../../../codec/apdu.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { SW } from '../../../codec/sw.ts'
import type { Applet, AppletContext } from '../applet.ts'
import { StatusError } from '../status-error.ts'
import type { FaceProfile } from './face-profiles.ts'
import { FileCommands } from './file-commands.ts'
import { keyFromDelivery, SecureMessaging } from './secure-messaging.ts'
import { RECORD } from './table.ts'

/** 256 - 11: the most that PKCS#1 v1.5 can pad. */
const LONGEST_INPUT = 245
const LONGEST_CHALLENGE = 255

export function createFaceApplet(context: AppletContext, profile: FaceProfile): Applet {
  const applet = new FaceApplet(context, profile)
  return { process: (c: Command) => applet.process(c) }
}

class FaceApplet {
  readonly #context: AppletContext
  readonly #profile: FaceProfile
  readonly #files: FileCommands
  #session: SecureMessaging | undefined

  constructor(context: AppletContext, profile: FaceProfile) {
    const { records, entropy } = context
    this.#context = context
    this.#profile = profile
    this.#files = new FileCommands({ records, entropy, table: profile })
  }

  process(c: Command): Response {
    if ((c.cla & 0x0c) !== 0) return this.#protected(c)
    try {
      return this.#plain(c)
    } catch (error) {
      if (error instanceof CodecError) throw new StatusError(SW.WRONG_DATA)
      throw error
    }
  }

  /** Any error of the protection ends the session; what the command itself answers does not. */
  #protected(c: Command): Response {
    if (!this.#session) {
      const never = typeof this.#profile.sessionKey === 'string' && c.ins === 0xa4
      throw new StatusError(never ? SW.SECURE_MESSAGING_NOT_SUPPORTED : SW.NO_SECURE_MESSAGING_SESSION)
    }
    try {
      return this.#session.answer(c, (plain) => this.#inSession(plain))
    } catch (error) {
      if (!(error instanceof StatusError) || isSessionError(error.sw)) this.#session = undefined
      throw error
    }
  }

  #inSession(c: Command): Response {
    if (c.ins !== 0xb0) return this.#plain(c)
    const content = this.#files.readFrom(this.#files.current, (c.p1 << 8) | c.p2)
    return response(SW.OK.sw, content.slice(0, c.le ?? content.length))
  }

  #plain(c: Command): Response {
    if ((c.cla & 0x80) !== 0 && c.ins === 0x2a) return this.#sign(c)
    if ((c.cla & 0x80) !== 0 && c.ins === 0xae) return this.#setSessionKey(c)
    if ((c.cla & 0x80) === 0 && c.ins === 0x88) return this.#internalAuthenticate(c)
    return this.#files.process(c)
  }

  #key(ef: number) {
    const pkcs8 = this.#context.records.get(RECORD.key(ef))
    if (!pkcs8) throw new StatusError(SW.REFERENCE_NOT_FOUND)
    return privateKey(pkcs8)
  }

  /** The key that signs needs no secret: it proves the card, not its holder. */
  #sign({ p1, p2, data }: Command): Response {
    const { signingKey } = this.#profile
    if (signingKey === undefined) throw new StatusError(SW.INS_NOT_SUPPORTED)
    if (p1 !== 0 || p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    if (data.length === 0 || data.length > LONGEST_INPUT) throw new StatusError(SW.WRONG_LENGTH)
    return response(SW.OK.sw, rsaPrivatePkcs1(this.#key(signingKey), data))
  }

  /** Observed: myna-card: 6985 for the keys that sign otherwise, 6982 for what is behind a secret. */
  #internalAuthenticate({ p1, p2, data }: Command): Response {
    const { authenticationKey, signingKey } = this.#profile
    if (p1 !== 0) throw new StatusError(SW.WRONG_P1P2)
    const file = this.#files.reference(p2)
    if (file === signingKey) throw new StatusError(SW.CONDITIONS)
    if (file !== authenticationKey) throw new StatusError(SW.SECURITY_STATUS)
    if (data.length === 0 || data.length > LONGEST_CHALLENGE) throw new StatusError(SW.WRONG_LENGTH)
    return response(SW.OK.sw, sign('RSA-SHA256', this.#key(authenticationKey), data))
  }

  /** The secret is demanded before anything is decrypted. */
  #setSessionKey({ p1, p2, data }: Command): Response {
    const { sessionKey } = this.#profile
    if (sessionKey === 'none') throw new StatusError(SW.SECURITY_ENVIRONMENT)
    if (sessionKey === 'refused') throw new StatusError(SW.SECURITY_STATUS)
    if (p1 !== 0 || p2 !== 0) throw new StatusError(SW.WRONG_P1P2)
    this.#session = undefined
    this.#files.secrets.demand([sessionKey.secret])
    this.#session = new SecureMessaging(keyFromDelivery(this.#key(sessionKey.key), data))
    return response(SW.OK.sw)
  }
}

const isSessionError = (sw: number): boolean => sw === SW.SM_OBJECT_MISSING.sw || sw === SW.SM_OBJECT_WRONG.sw
