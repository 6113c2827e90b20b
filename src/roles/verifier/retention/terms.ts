// How long each kind of record is kept, and why: one table, from which the one job deletes (forget.ts). Every ground that names no
// law is our own: docs/profile.md#retention.

import { APPROVAL_KEPT_MS } from '../approvals/model.ts'
import { REQUEST_KEPT_MS, STATEMENT_LIFE_MS } from '../consents/model.ts'
import { DEAD_KEPT_MS, DELIVERED_KEPT_MS } from '../events/model.ts'
import { KEPT_MS as STATUS_KEPT_MS } from '../kept-status/model.ts'
import { LOGIN_KEPT_MS } from '../model.ts'
import { NOTES_KEPT_MS } from '../own/model.ts'
import { DOCUMENT_KEPT_MS } from '../requests/model.ts'

const DAY_MS = 24 * 3_600_000
const YEAR_MS = 366 * DAY_MS

export interface Term {
  readonly table: string
  /** Its primary key. */
  readonly key: readonly string[]
  /** The column from which the term counts. */
  readonly from: string
  readonly keptMs: number
  /** The column that names the service, or the tenant: a hold on it stops the deletion. */
  readonly of?: 'client_id' | 'tenant_id'
  /** Only rows of which this holds. */
  readonly only?: readonly [column: string, is: '=' | '!=' | 'is' | 'is not', value: string | boolean | null]
  readonly ground: string
}

/** A year and a month: figures of one year can be set beside those of the year before. */
const FIGURES_KEPT_MS = YEAR_MS + 31 * DAY_MS
const ACTIVITY_KEPT_MS = 90 * DAY_MS
const PACE_KEPT_MS = 31 * DAY_MS
const PROPOSAL_KEPT_MS = 7 * DAY_MS
/** Services keep records of verification for seven years (犯罪収益移転防止法, articles 6 and 7); consents last ten. */
const EVIDENCE_KEPT_MS = 10 * YEAR_MS

export const TERMS = {
  login: {
    ...{ table: 'login', key: ['login_id'], from: 'expires_at', keptMs: LOGIN_KEPT_MS, of: 'client_id' },
    ground: 'a phone that comes late hears why',
  },
  loginNote: {
    ...{ table: 'login_note', key: ['note_id'], from: 'at', keptMs: NOTES_KEPT_MS, of: 'client_id' },
    ground: 'a person sees a year of own uses',
  },
  question: {
    ...{ table: 'holder_request', key: ['request_id'], from: 'asked_at', keptMs: REQUEST_KEPT_MS, of: 'client_id' },
    ground: 'a phone that comes late hears why',
  },
  document: {
    ...{ table: 'signature_request', key: ['request_id'], from: 'asked_at', keptMs: DOCUMENT_KEPT_MS, of: 'client_id' },
    ground: 'the service fetches what was signed within a day; the document is the service’s, not ours',
  },
  report: {
    ...{ table: 'signature_report', key: ['report_id'], from: 'made_at', keptMs: DOCUMENT_KEPT_MS },
    ground: 'it names the signer: it stays for as long as the document',
  },
  approval: {
    ...{ table: 'approval', key: ['request_id'], from: 'asked_at', keptMs: APPROVAL_KEPT_MS, of: 'client_id' },
    ground: 'the phone shows what became of it for a week',
  },
  statement: {
    ...{ table: 'used_statement', key: ['digest'], from: 'at', keptMs: 2 * STATEMENT_LIFE_MS },
    ground: 'a statement that is older is refused by its own time',
  },
  delivered: {
    ...{ table: 'security_event', key: ['sequence'], from: 'recorded_at', keptMs: DELIVERED_KEPT_MS, of: 'client_id' },
    only: ['state', '=', 'delivered'],
    ground: 'a receiver that asks why it was told is answered for a month',
  },
  deadLetter: {
    ...{ table: 'security_event', key: ['sequence'], from: 'recorded_at', keptMs: DEAD_KEPT_MS, of: 'client_id' },
    only: ['state', '=', 'dead'],
    ground: 'nobody has revived it for three months',
  },
  overEvent: {
    ...{ table: 'security_event', key: ['sequence'], from: 'ends_at', keptMs: 0, of: 'client_id' },
    only: ['state', '!=', 'delivered'],
    ground: 'its consent is over: nobody is told any more',
  },
  withdrawnConsent: {
    ...{ table: 'watched_consent', key: ['consent_id'], from: 'withdrawn_at', keptMs: EVIDENCE_KEPT_MS },
    ...{ of: 'client_id', only: ['given_up', '=', true] },
    ground: 'until its withdrawal it was the ground on which facts were given: as for evidence',
  },
  endedConsent: {
    ...{ table: 'watched_consent', key: ['consent_id'], from: 'ends_at', keptMs: EVIDENCE_KEPT_MS, of: 'client_id' },
    only: ['withdrawn_at', 'is', null],
    ground: 'until its end it was the ground on which facts were given: as for evidence',
  },
  artifact: {
    ...{ table: 'openid_artifact', key: ['model', 'id'], from: 'expires_at', keptMs: 0 },
    ground: 'codes, tokens and sessions are nothing after their end',
  },
  count: {
    ...{ table: 'request_count', key: ['owner', 'minute'], from: 'minute', keptMs: 3_600_000 },
    ground: 'a quota looks at its own minute',
  },
  developerSession: {
    ...{ table: 'developer_session', key: ['digest'], from: 'until', keptMs: 0 },
    ground: 'a session is nothing after its end',
  },
  invitation: {
    ...{ table: 'tenant_invitation', key: ['digest'], from: 'until', keptMs: 0 },
    ground: 'an invitation is nothing after its end',
  },
  activity: {
    ...{ table: 'service_activity', key: ['note_id'], from: 'at', keptMs: ACTIVITY_KEPT_MS, of: 'client_id' },
    only: ['counted', '=', true],
    ground: 'developers look for failures of a quarter of a year',
  },
  figures: {
    ...{ table: 'activity_hour', key: ['figure_id'], from: 'hour', keptMs: FIGURES_KEPT_MS },
    ground: 'a year beside the year before; they name nobody',
  },
  evidence: {
    ...{ table: 'evidence', key: ['evidence_id'], from: 'sealed_at', keptMs: EVIDENCE_KEPT_MS, of: 'tenant_id' },
    ground:
      'services keep records of verification for seven years (犯罪収益移転防止法, articles 6 and 7); consents last ten',
  },
  mandateOffer: {
    ...{ table: 'mandate', key: ['mandate_id'], from: 'invitation_until', keptMs: NOTES_KEPT_MS },
    only: ['state', '=', 'offered'],
    ground: 'nobody accepted it; a person sees a year of what was offered',
  },
  mandate: {
    ...{ table: 'mandate', key: ['mandate_id'], from: 'ends_at', keptMs: EVIDENCE_KEPT_MS },
    ground: 'until its end it was the ground on which somebody acted for another (民法, article 99): as for evidence',
  },
  mandateUse: {
    ...{ table: 'mandate_use', key: ['use_id'], from: 'at', keptMs: NOTES_KEPT_MS, of: 'client_id' },
    ground: 'both persons see a year of uses; evidence keeps them without the persons',
  },
  mandateSession: {
    ...{ table: 'mandate_session', key: ['sid'], from: 'ends_at', keptMs: 0 },
    ground: 'a session is nothing after its end',
  },
  firmClaim: {
    ...{ table: 'representation', key: ['representation_id'], from: 'ends_at', keptMs: NOTES_KEPT_MS },
    only: ['released_at', 'is', null],
    ground: 'nobody released it; a person sees a year of own claims',
  },
  representation: {
    ...{ table: 'representation', key: ['representation_id'], from: 'ends_at', keptMs: EVIDENCE_KEPT_MS },
    ground: 'until its end it was the ground on which a firm was acted for (会社法, article 349): as for evidence',
  },
  keptStatus: {
    ...{ table: 'kept_status', key: ['kind', 'serial'], from: 'asked_at', keptMs: STATUS_KEPT_MS },
    ground: 'no service may rely on a status that is older than half an hour',
  },
  seenRevocation: {
    ...{ table: 'seen_revocation', key: ['kind', 'serial'], from: 'seen_at', keptMs: STATUS_KEPT_MS },
    ground: 'it beats a kept status, and none is as old',
  },
  clerkSession: {
    ...{ table: 'clerk_session', key: ['session'], from: 'until', keptMs: 0 },
    ground: 'a session is nothing after its end',
  },
  operatorAct: {
    ...{ table: 'clerk_act', key: ['number'], from: 'at', keptMs: EVIDENCE_KEPT_MS },
    ground: 'who did what at the desk is asked for as long as there is evidence of it',
  },
  proposal: {
    ...{ table: 'proposal', key: ['act', 'subject'], from: 'at', keptMs: PROPOSAL_KEPT_MS },
    ground: 'what no second clerk has released within a week is proposed anew',
  },
  pace: {
    ...{
      table: 'approval_pace',
      key: ['client_id', 'person_id'],
      from: 'since',
      keptMs: PACE_KEPT_MS,
      of: 'client_id',
    },
    ground: 'limits against being asked too often look at a day; a month shows a pattern',
  },
  tie: {
    ...{ table: 'service_link', key: ['service_id'], from: 'until', keptMs: 0 },
    ground: 'after its end its id means nobody',
  },
  deletion: {
    ...{ table: 'forgotten', key: ['kind', 'day'], from: 'day', keptMs: FIGURES_KEPT_MS },
    ground: 'a year beside the year before; they name nobody',
  },
} as const satisfies Record<string, Term>

export type TermName = keyof typeof TERMS

/** Tables without a term: each says what ends a row. A table that is neither here nor above fails a test (src/docs.test.ts). */
export const UNTIL_ENDED: Readonly<Record<string, string>> = {
  approval_inbox: 'until its person lets the phone be asked no more',
  clerk: 'until an administrator takes the clerk away',
  client: 'a registered service; a closed one stays, so that its id is never another’s',
  event_stream: 'until the service deletes it, or is closed',
  evidence_head: 'the end of a chain, upon which the next line stands',
  measure: 'a row while the operator’s measure lasts',
  pairwise_subject: 'while the platform knows the person: the name by which a service does',
  person: 'while the platform knows the person',
  person_certificate: 'while the platform knows the person',
  removed_subject: 'until the service wants to hear of that customer again',
  service_link_member: 'with its link',
  status_seen: 'one row for each kind of answer, overwritten',
  tenant: 'while it has an administrator or a closed service; it names no person',
  tenant_administrator: 'while the person administers the tenant',
  tenant_key: 'until the tenant is erased',
  tenant_service: 'as its client',
  watch_cursor: 'one row for each feed, overwritten',
}
