// What an offline terminal knows of a tap, and the checks that a tap must pass. Seed 3 (2) 別紙.
// The rules of working without network: docs/profile.md#allow-list.

import { type PublicKey, publicKey } from '../../base/crypto.ts'
import type { Check, Finding } from '../../base/verdict.ts'
import { type PinlessAnswer, type PinlessTranscript, verifyPinless } from '../../protocol/pinless/index.ts'
import { askFilter } from '../../protocol/revocation-filter/index.ts'
import type { Allowed, AllowList } from '../verifier/contract.ts'
import { type LoadedFilter, latest } from './signed-filter.ts'

/** A list whose signature was checked, ready to be searched. */
export interface LoadedList extends Omit<AllowList, 'entries'> {
  readonly entries: ReadonlyMap<bigint, Allowed>
}

/** How far the card went along. */
export interface Encounter {
  /** The card took the terminal's certificate and its signature. */
  readonly terminalAccepted: boolean
  readonly transcript?: PinlessTranscript
  readonly answer?: PinlessAnswer
  /** Why there is no answer; safe to show. */
  readonly trouble?: string
}

export type TicketUse = 'first' | 'again' | 'unknown'

export interface Tap {
  readonly now: Date
  readonly encounter: Encounter
  readonly list: LoadedList | undefined
  readonly entry: Allowed | undefined
  readonly filter: LoadedFilter | undefined
}

/** The terminal's clock may be wrong by this much when it looks at the beginning of a list. */
export const CLOCK_SKEW_MS = 5 * 60_000

const passedIf = (right: boolean, yes: string, otherwise: string): Finding =>
  right ? ['passed', yes] : ['failed', otherwise]

/** All of them can be made without network. */
export const TAP_CHECKS: readonly Check<Tap>[] = [
  {
    name: 'card accepts the terminal',
    cite: 'ours: docs/profile.md#pinless',
    test: ({ encounter }) =>
      passedIf(
        encounter.terminalAccepted,
        'certificate and signature of the terminal were accepted',
        encounter.trouble ?? 'the card did not accept the terminal',
      ),
  },
  { name: 'allow-list is in its validity', cite: 'ours: docs/profile.md#allow-list', test: listIsValid },
  { name: 'certificate is on the allow-list', cite: 'ours: docs/profile.md#allow-list', test: isListed },
  { name: 'certificate has not ended', cite: 'RFC 5280 §4.1.2.5', test: hasNotEnded },
  { name: 'challenge was signed by the listed key', cite: 'RFC 8017 §8.1.2', test: signedByListedKey },
]

function listIsValid({ list, now }: Tap): Finding {
  if (!list) return ['failed', 'no list is loaded']
  if (list.issuedAt.getTime() - CLOCK_SKEW_MS > now.getTime()) return ['failed', 'the list is of a time to come']
  return passedIf(now <= list.validUntil, 'between its issue and its end', 'the list has ended')
}

function isListed({ encounter, entry }: Tap): Finding {
  if (!encounter.answer) return ['indeterminate', encounter.trouble ?? 'the card gave no answer']
  return passedIf(entry !== undefined, 'there is a ticket for it', 'there is no ticket for it')
}

function hasNotEnded({ entry, now }: Tap): Finding {
  if (!entry) return ['indeterminate', 'its end is not known']
  return passedIf(now <= entry.notAfter, 'its end is to come', 'its end has passed')
}

/** A copy of serial number and certificate does not help here: it lacks the private key. */
function signedByListedKey({ encounter: { answer, transcript }, entry }: Tap): Finding {
  if (!answer || !transcript || !entry) return ['indeterminate', 'there is no signature or no key for it']
  const right = verifyPinless(listedKey(entry), transcript, answer.signature)
  return passedIf(
    right,
    'over both challenges and this terminal',
    'the signature is of another key or another encounter',
  )
}

const listedKey = (entry: Allowed): PublicKey => publicKey(entry.publicKey)

/** Where a filter is loaded. What it does not cover is unknown, and an old one says nothing. */
export const FILTER_CHECK: Check<Tap> = {
  name: 'certificate is not revoked by the filter',
  cite: 'ours: docs/profile.md#revocation-filter',
  test: ({ filter, list, entry, now }) => {
    if (!filter) return ['indeterminate', 'no filter of the authority is loaded']
    const { thisUpdate, nextUpdate } = latest(filter)
    const isPresent = nextUpdate >= now && thisUpdate.getTime() - CLOCK_SKEW_MS <= now.getTime()
    if (!isPresent) return ['indeterminate', 'the filter is not of this time']
    if (!entry || !list) return ['indeterminate', 'without an entry there is nothing to ask']
    // What the list knows was issued before the list.
    const asked = { serialNumber: entry.serial, notBefore: entry.notBefore ?? list.issuedAt }
    const answer = askFilter(filter.filter, filter.delta, asked)
    if (answer === 'notCovered') return ['indeterminate', 'the certificate is newer than the filter']
    return passedIf(answer === 'good', 'not among those revoked', 'revoked')
  },
}

/** After the others: it uses the ticket up. */
export const TICKET_CHECK: Check<TicketUse> = {
  name: 'ticket has not been used',
  cite: 'ours: docs/profile.md#allow-list',
  test: (use) => {
    if (use === 'unknown') return ['indeterminate', 'no ticket was found']
    return passedIf(use === 'first', 'this is its first use', 'it was admitted before')
  },
}
