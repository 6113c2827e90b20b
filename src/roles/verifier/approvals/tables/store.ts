// Tables of decoupled approvals, and their rows as records.

import type { ColumnType, Selectable } from 'kysely'
import type { Bytes } from '../../../../base/bytes.ts'
import type { ConsentTables } from '../../consents/store.ts'
import type { Approval } from '../contract.ts'
import type { ApprovalRecord, ApprovalState, PaceRecord } from '../model.ts'

type Json<T> = ColumnType<T, string, string>

interface ApprovalTable {
  request_id: string
  /** SHA-256. */
  auth_req_id: string
  client_id: string
  client_name: string
  person_id: string
  /** Sealed, as what follows. */
  procedure: Bytes
  channel: Approval['channel']
  caller: Approval['caller']
  code: string
  choices: Json<string[]>
  nonce: Bytes
  asked_at: Date
  expires_at: Date
  /** One too many for the person: never shown. */
  shown: boolean
  state: ApprovalState
  acr_values: Json<readonly string[]>
  acr: string | null
  answered_at: Date | null
  status_at: Date | null
  outcome: NonNullable<Approval['result']>['outcome'] | null
  outcome_text: Bytes | null
  /** What the service is told when there is an answer; null for nothing. */
  ping: Bytes | null
  /** When the service must be told; null for never, or not any more. */
  ping_at: Date | null
  pings: number
}

export interface ApprovalTables extends ConsentTables {
  approval: ApprovalTable
  approval_inbox: { person_id: string; token: Bytes; salt: Bytes | null; user_code: Bytes | null; since: Date }
  approval_pace: {
    client_id: string
    person_id: string
    since: Date
    asked: number
    unanswered: number
    open_until: Date | null
    paused_until: Date | null
    wrong_codes: number
    codes_from: Date | null
  }
}

export const approvalMigrations = {
  '011-approvals': `
    create table approval (
      request_id text primary key, auth_req_id text not null unique, client_id text not null, client_name text not null,
      person_id text not null, procedure text not null, channel text not null, caller text not null, code text not null,
      choices jsonb not null, nonce bytea not null, asked_at timestamptz not null, expires_at timestamptz not null,
      shown boolean not null, state text not null, acr text, answered_at timestamptz, outcome text,
      outcome_text text not null, notification_token text, ping_at timestamptz, pings integer not null);
    create index approval_person on approval (person_id, asked_at);
    create index approval_age on approval (asked_at);
    create index approval_ping on approval (ping_at) where ping_at is not null;
    create table approval_inbox (
      person_id text primary key, token bytea not null unique, salt bytea, user_code bytea, since timestamptz not null);
    create table approval_pace (
      client_id text not null, person_id text not null, since timestamptz not null, asked integer not null,
      unanswered integer not null, open_until timestamptz, paused_until timestamptz, wrong_codes integer not null,
      codes_from timestamptz, primary key (client_id, person_id));
    create index pairwise_subject_subject on pairwise_subject (subject);`,
  '043-means-of-approvals': `alter table approval add column acr_values jsonb not null default '[]'`,
} as const

export const approvalOf = (row: Selectable<ApprovalTable>): ApprovalRecord => ({
  requestId: row.request_id,
  clientId: row.client_id,
  clientName: row.client_name,
  personId: row.person_id,
  procedure: row.procedure,
  channel: row.channel,
  caller: row.caller,
  code: row.code,
  choices: row.choices,
  nonce: row.nonce,
  askedAt: row.asked_at,
  expiresAt: row.expires_at,
  recorded: row.state,
  acrValues: row.acr_values,
  acr: row.acr,
  answeredAt: row.answered_at,
  statusAt: row.status_at,
  result: row.outcome && { outcome: row.outcome, text: row.outcome_text },
  ping: row.ping,
})

/** The pace of all services together is kept under this name, which no client can have. */
export const ALL = ''

export const paceOf = (row: Selectable<ApprovalTables['approval_pace']>): PaceRecord => ({
  from: row.since,
  asked: row.asked,
  unanswered: row.unanswered,
  openUntil: row.open_until,
  pausedUntil: row.paused_until,
})

export const columnsOf = ({ from, asked, unanswered, openUntil, pausedUntil }: PaceRecord) => ({
  since: from,
  asked,
  unanswered,
  open_until: openUntil,
  paused_until: pausedUntil,
})
