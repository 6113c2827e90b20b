// The three ways to apply, what each must prove, the codes, and what is kept as evidence: tables. Seed 0 村上 ①②③.

import { type Bytes, concat, hex, utf8 } from '../../../base/bytes.ts'
import { hmacSha256 } from '../../../base/crypto.ts'
import type { DeliveryWay, Entropy } from '../../../base/ports.ts'

export type Way = 'home' | 'card' | 'counter'

/** The proofs that come back as a code after the application, in this order. Mail only where the applicant chose it. */
export const DUE = {
  home: ['sms', 'letter'],
  card: ['sms'],
  counter: [],
} as const satisfies Record<Way, readonly DeliveryWay[]>

interface CodeKind {
  readonly digits: number
  readonly minutes: number
  /** Wrong ones in all, however often a code is sent anew; after that the application is over. */
  readonly tries: number
  readonly sendings: number
}

const DAY = 24 * 60

/** Ours: docs/profile.md#applications. */
export const CODES = {
  sms: { digits: 6, minutes: 10, tries: 5, sendings: 3 },
  mail: { digits: 6, minutes: 30, tries: 5, sendings: 3 },
  letter: { digits: 10, minutes: 14 * DAY, tries: 5, sendings: 1 },
} as const satisfies Record<DeliveryWay, CodeKind>

/** An application that is not approved, or an approved one that is not installed, is over after this. */
export const OPEN_FOR_MS = 30 * DAY * 60_000

/** Who says what. `proves` names the question that it answers: who applies, whose line, which SIM, who approves. */
export const EVIDENCE = {
  signature: { by: 'verifier', proves: 'person', cite: 'seed 4 前提(2)' },
  facts: { by: 'authority', proves: 'person', cite: 'seed 0 村上' },
  clerk: { by: 'counter', proves: 'person', cite: 'seed 0 村上' },
  line: { by: 'carrier', proves: 'line', cite: 'seed 4 (5)②' },
  smsCode: { by: 'applicant', proves: 'line', cite: 'seed 0 村上' },
  mailCode: { by: 'applicant', proves: 'approval', cite: 'seed 0 村上' },
  letterHandedOver: { by: 'post', proves: 'person', cite: 'seed 0 村上' },
  letterCode: { by: 'applicant', proves: 'approval', cite: 'seed 0 村上' },
  lineAtInstallation: { by: 'carrier', proves: 'line', cite: 'seed 4 (3)①' },
} as const satisfies Record<string, { by: string; proves: string; cite: string }>
export type EvidenceKind = keyof typeof EVIDENCE

export const CODE_EVIDENCE = {
  sms: 'smsCode',
  mail: 'mailCode',
  letter: 'letterCode',
} as const satisfies Record<DeliveryWay, EvidenceKind>

/** Each as likely: bytes that would make some digits likelier are left out. */
export function randomCode(entropy: Entropy, digits: number): string {
  let code = ''
  while (code.length < digits) for (const byte of entropy(digits)) if (byte < 250) code += byte % 10
  return code.slice(0, digits)
}

/** What is kept of a code: without the key, which is not in the database, its million values cannot be tried. */
export const codeHash = (key: Bytes, orderId: string, way: DeliveryWay, code: string): Bytes =>
  hmacSha256(key, utf8(`${way} code ${orderId} ${code}`))

/** The link of one row to the row before it. */
export const linked = (key: Bytes, before: Bytes, row: Bytes): Bytes => hmacSha256(key, concat(before, row))

export const NO_LINK: Bytes = new Uint8Array(32)

/** One for each sending, and it says nothing. */
export const messageId = (key: Bytes, orderId: string, way: DeliveryWay, sending: number): string =>
  hex(hmacSha256(key, utf8(`message ${orderId} ${way} ${sending}`)).slice(0, 16))
