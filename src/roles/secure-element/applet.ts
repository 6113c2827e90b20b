// What an application is to the card. A new one is made at each SELECT, so its fields are its volatile state.

import type { Bytes } from '../../base/bytes.ts'
import type { KeyKind, KeyPair } from '../../base/crypto.ts'
import type { Entropy } from '../../base/ports.ts'
import type { Command, Response } from '../../codec/apdu.ts'
import type { Tlv } from '../../codec/tlv.ts'
import type { RecordStore } from './records.ts'

/** What the card gives an application to work with. */
export interface AppletContext {
  readonly aid: Bytes
  readonly records: RecordStore
  /** What INSTALL gave: C9 is the application's own, EA and CA are of TS 102 226. */
  readonly parameters: readonly Tlv[]
  readonly entropy: Entropy
  readonly keyPairs: (kind: KeyKind) => KeyPair
  /** Of the associated security domain. A new one has no session. */
  secureChannel(): SecureChannelService
  /** A state of its own in the registry, 0xxxx111. Throws 6985 before it is selectable. GPC v2.3.1 §5.3.1. */
  setOwnState(state: number): void
  /** SET STATUS with the privileges of the application; whoever asks must be authenticated. GPC v2.3.1 §11.10. */
  setStatus(command: Command): Bytes
}

/** A whole STORE DATA sequence, after the security domain has taken its channel's protection off. */
export interface Personalisation {
  readonly data: Bytes
  /** Encryption and structure bits of P1. GPC v2.3.1 Table 11-89. */
  readonly format: number
  /** Opens what is encrypted under the key set's DEK, in whole blocks of this size. */
  readonly decrypt: (blocks: Bytes) => Bytes
  readonly block: 8 | 16
}

export interface Applet {
  /**
   * Answers a command. A returned response keeps the writes made; a thrown `StatusError` takes them back.
   * Instances of the same application share nothing but the records.
   */
  process(command: Command): Response
  /** Absent when the application takes nothing from its security domain. */
  personalise?(from: Personalisation): Bytes
  /** The same application was selected on another channel. */
  selectedElsewhere?(): void
}

/** What the security domain of an application does for it: opens secure channels and protects what is said in them. */
export interface SecureChannelService {
  readonly open: { readonly session: unknown } | undefined
  /** The answer to INITIALIZE UPDATE and EXTERNAL AUTHENTICATE; undefined for another command. */
  handshake(command: Command): Response | undefined
  /** Answers any other command, within the session if one is open. */
  within(command: Command, act: (plain: Command) => Bytes | Response): Response
}

export type AppletFactory = (context: AppletContext) => Applet
