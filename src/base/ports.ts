// What the pure layers need from outside, as interfaces. Adapters implement them; the world passes them in.

import type { Bytes } from './bytes.ts'

/** The current time. Roles ask it and never the machine. */
export type Clock = () => Date

/** `length` random bytes. Seeded in tests, the operating system's in production. */
export type Entropy = (length: number) => Bytes

/** One C-APDU to something that answers APDUs, its R-APDU back. Whatever carries it: process, PC/SC, vpcd, TSM proxy. */
export interface Link {
  transmit(command: Bytes): Promise<Bytes>
}

/** A link that someone must end: power off the card, close the channel, take the card from the reader. */
export interface Session extends Link {
  end(): Promise<void>
}

/**
 * The non-volatile memory of one card. `commit` is atomic and synchronous: after it returns, all changes survive
 * power loss; before, none do. A `null` value deletes the record.
 */
export interface Memory {
  load(): Map<string, Bytes>
  commit(changes: ReadonlyMap<string, Bytes | null>): void
}

/** What signs with a private key that never leaves its keeper. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Bytes
  /** Signature over `message` (not over its hash); DER `ECDSA-Sig-Value` for ECDSA. */
  sign(message: Bytes): Promise<Bytes>
  /** RSA only: RSASSA-PKCS1-v1_5 over a DigestInfo that is given. RFC 8017 §9.2, from step 3. */
  signDigestInfo?(digestInfo: Bytes): Promise<Bytes>
}

export type SignatureAlgorithm = 'RSA-SHA256' | 'ECDSA-P256-SHA256' | 'ECDSA-P384-SHA384'

/** Keeps the long-lived keys of a role by name; made at first use, wrapped at rest, later in an HSM. */
export interface KeyStore {
  signer(name: string, algorithm: SignatureAlgorithm): Promise<Signer>
  /** A symmetric master key of `length` bytes. */
  secret(name: string, length: number): Promise<Bytes>
}

/** Work that must be done even if this process dies: at least once, after a restart too. */
export interface Jobs {
  /**
   * Always answers: what asks for the work was written before, and is not undone when this cannot be. While the process lives it is
   * sent until it is; at a start each role sends what is under way.
   */
  send(queue: string, data: Record<string, unknown>): Promise<void>
  work(queue: string, handler: (data: Record<string, unknown>) => Promise<void>): Promise<void>
}

/** Structured events for operators. PINs, keys and the four facts never enter them. */
export type Log = (event: string, fields?: Record<string, string | number | boolean>) => void

/** Where signed public artefacts (CA certificates, CRLs) are put for anyone to fetch. */
export type Publish = (path: string, content: Bytes) => Promise<void>

/** How words reach a person outside of this system: SMS to a line, e-mail, 本人限定受取郵便 (handed over to the addressee alone). */
export type DeliveryWay = 'sms' | 'mail' | 'letter'

export interface Message {
  /** The same id again is no second message. */
  readonly id: string
  readonly way: DeliveryWay
  /** MSISDN, mail address, or name and address of the addressee, one under the other. */
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** When a letter was handed over, and by which kind of document the postal service knew its addressee. */
export interface HandedOver {
  readonly at: Date
  readonly document: string
}

/** Gives messages to those who carry them. Returning means taken, not read. */
export interface Deliveries {
  send(message: Message): Promise<void>
  /** Null while the letter is on its way. */
  receipt(id: string): Promise<HandedOver | null>
}
