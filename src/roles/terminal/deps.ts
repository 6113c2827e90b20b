// What the verbs of the terminal are given.

import type { Clock, Entropy, KeyStore, Session, Signer } from '../../base/ports.ts'
import type { Authority } from '../authority/contract.ts'
import type { Verifier } from '../verifier/contract.ts'
import type { TerminalStore } from './store.ts'

export interface TerminalDeps {
  /** Names the terminal's key and its request to the terminal CA. */
  readonly name: string
  readonly store: TerminalStore
  readonly keys: KeyStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly authority: Pick<Authority, 'issueTerminalCertificate' | 'caCertificates'>
  readonly verifier: Pick<Verifier, 'listKey'>
  /** The platform at which people log in at this reader; absent at a gate. */
  readonly logins?: Pick<Verifier, 'loginAtReader' | 'answerAtReader' | 'declineLogin'>
  /** Without a revocation filter nobody is admitted; otherwise one that was loaded once must stay in force. */
  readonly requiresFilter?: boolean
  /** Connects to what lies on the reader of this name. */
  readonly readers: (name: string) => Promise<Session>
}

export const terminalSigner = ({ keys, name }: Pick<TerminalDeps, 'keys' | 'name'>): Promise<Signer> =>
  keys.signer(`terminal-${name}`, 'RSA-SHA256')
