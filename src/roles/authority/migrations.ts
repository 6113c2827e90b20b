// The tables of the certification authorities, in the order in which they came to be.

import { retile } from './log/store.ts'

export const authorityMigrations = {
  '001-certificates': `
    create table certificate (
      kind text not null,
      serial numeric(49) not null,
      medium text not null,
      request_key text unique,
      resident_id text,
      municipality_code text,
      public_key_hash bytea not null,
      card_auth_serial numeric(49),
      facts_sequence integer,
      not_before timestamptz not null,
      not_after timestamptz not null,
      tbs bytea not null,
      certificate bytea,
      status text not null,
      reason text,
      revoked_at timestamptz,
      revoked_by text,
      primary key (kind, serial)
    );
    create unique index certificate_ca on certificate (kind) where medium = 'ca';
    create unique index certificate_key on certificate (public_key_hash) where medium in ('card', 'phone');
    create unique index certificate_card on certificate (kind, resident_id)
      where medium = 'card' and status in ('pending', 'valid');
    create unique index certificate_phone on certificate (card_auth_serial)
      where medium = 'phone' and status in ('pending', 'valid');
    create index certificate_resident on certificate (resident_id);
    create index certificate_link on certificate (card_auth_serial);
    create index certificate_revoked on certificate (kind, municipality_code) where status in ('revoked', 'onHold');
  `,
  '002-crl-partitions': `
    create table crl_partition (
      kind text not null,
      municipality_code text not null,
      prefecture_romaji text not null,
      municipality_romaji text not null,
      revocations integer not null default 0,
      included integer not null default 0,
      number integer not null default 0,
      published integer not null default 0,
      this_update timestamptz,
      crl bytea,
      primary key (kind, municipality_code)
    );
  `,
  '003-register-cursor': `
    create table register_cursor (id integer primary key check (id = 1), sequence integer not null);
    insert into register_cursor values (1, 0);
    create table resident_seen (resident_id text primary key, sequence integer not null);
  `,
  '004-terminals': `
    create table terminal_certificate (
      request_key text primary key,
      number integer not null unique,
      public_key bytea not null
    );
  `,
  '005-generations': `
    alter table certificate add column generation integer not null default 1;
    drop index certificate_ca;
    create unique index certificate_ca on certificate (kind, generation) where medium = 'ca';
    alter table crl_partition add column generation integer not null default 1;
    alter table crl_partition drop constraint crl_partition_pkey;
    alter table crl_partition add primary key (kind, generation, municipality_code);
    drop index certificate_revoked;
    create index certificate_revoked on certificate (kind, generation, municipality_code)
      where status in ('revoked', 'onHold');
  `,
  // Every change of a certificate's status in one dense order: what delta CRLs, answers, filters and notices follow.
  '006-status-changes': `
    create table status_change (
      sequence integer primary key,
      kind text not null,
      serial numeric(49) not null,
      generation integer not null,
      municipality_code text not null,
      status text not null,
      reason text,
      at timestamptz not null,
      by text not null
    );
    create index status_change_partition on status_change (kind, generation, municipality_code, sequence);
    create table last_status_change (id integer primary key check (id = 1), sequence integer not null);
    insert into status_change
      select row_number() over (order by revoked_at, kind, serial),
        kind, serial, generation, municipality_code, status, reason, revoked_at, revoked_by
      from certificate where status in ('revoked', 'onHold') and municipality_code is not null;
    insert into last_status_change select 1, count(*) from status_change;
    alter table crl_partition rename column revocations to last_change;
    alter table crl_partition
      add column put_out integer not null default 0,
      add column base_number integer not null default 0,
      add column base_change integer not null default 0,
      add column next_base_number integer not null default 0,
      add column next_base_change integer not null default 0,
      add column next_base_at timestamptz,
      add column delta bytea;
    update crl_partition set included = -1,
      last_change = coalesce((select max(sequence) from status_change
        where status_change.kind = crl_partition.kind and status_change.generation = crl_partition.generation
          and status_change.municipality_code = crl_partition.municipality_code), 0);
    drop index certificate_revoked;
    create index certificate_revoked on certificate (kind, generation, municipality_code, serial)
      where status in ('revoked', 'onHold');
  `,
  '007-revoked-terminals': `
    alter table terminal_certificate add column revoked_in integer;
  `,
  '008-ocsp-answers': `
    create table ocsp_answer (
      kind text not null,
      serial numeric(49) not null,
      generation integer not null,
      version integer not null,
      due_at timestamptz not null,
      this_update timestamptz,
      next_update timestamptz,
      responder numeric(49),
      tbs bytea,
      signature bytea,
      primary key (kind, serial)
    );
    create index ocsp_answer_due on ocsp_answer (due_at);
    insert into ocsp_answer (kind, serial, generation, version, due_at)
      select kind, serial, generation, 0, to_timestamp(1) from certificate
      where medium in ('card', 'phone') and certificate is not null;
  `,
  '009-revocation-filters': `
    create table revocation_filter (
      kind text primary key,
      number integer not null,
      included integer not null,
      made_at timestamptz not null,
      delta bytea not null,
      base_number integer not null,
      base_change integer not null,
      base_at timestamptz not null,
      base_until timestamptz not null,
      filter bytea not null,
      published integer not null,
      put_out integer not null
    );
  `,
  '010-log-of-signatures': `
    create table log_state (id integer primary key check (id = 1), size bigint not null);
    insert into log_state values (1, 0);
    create table log_entry (position bigint primary key, entry bytea not null, statement bytea not null);
    create index log_entry_statement on log_entry (statement);
    create table log_tile (level integer, number bigint, hashes bytea not null, primary key (level, number));
    create table log_head (size bigint primary key, root bytea not null, at timestamptz not null, signature bytea not null);
  `,
  '011-key-pool': `
    create table key_pool (public_key bytea primary key, algorithm text not null, sealed bytea not null);
    create table key_delivery (
      request_key text primary key,
      receiver bytea not null,
      public_key bytea not null,
      envelope bytea
    );
  `,
  '012-parties': `
    create table party (
      name text primary key,
      display_name text not null,
      services text not null,
      age_limits text not null,
      accredited_at timestamptz not null,
      accredited_until timestamptz not null
    );
    create table party_answer (at timestamptz not null, party text not null, service text not null, detail text not null);
    create index party_answer_at on party_answer (at);
    create table used_statement (digest bytea primary key, at timestamptz not null);
    create index used_statement_at on used_statement (at);
    create table consent (
      consent_id text primary key,
      party text not null,
      resident_id text not null,
      items text not null,
      begins_at timestamptz not null,
      ends_at timestamptz not null,
      evidence bytea not null,
      withdrawn_at timestamptz,
      withdrawal bytea
    );
    create index consent_resident on consent (resident_id);
  `,
  // While a phone's certificate is renewed or moved, the old one is valid until the new one is in its SIM.
  '013-successors': `
    alter table certificate add column giving_way boolean not null default false;
    drop index certificate_phone;
    create unique index certificate_phone on certificate (card_auth_serial)
      where medium = 'phone' and status in ('pending', 'valid') and not giving_way;
  `,
  // Octets that are hashes and keys do not shrink. An index that begins with what all rows share is read from end to end
  // where statistics are old or missing.
  '014-issuing': `
    alter table certificate alter column tbs set storage external, alter column certificate set storage external;
    alter table certificate drop constraint certificate_pkey;
    alter table certificate add primary key (serial, kind);
    drop index certificate_card;
    create unique index certificate_card on certificate (resident_id, kind)
      where medium = 'card' and status in ('pending', 'valid');
    drop index certificate_link;
    create index certificate_link on certificate (card_auth_serial) where card_auth_serial is not null;
  `,
  // Shorter ones: the last of a level is written anew at each append.
  '015-tiles-of-sixteen': retile,
  '016-consents-on-behalf': `alter table consent add column on_behalf_of text`,
  '017-custody': `
    create table custody_attestation (
      attestation_id text primary key, party text not null, parent_id text not null, child_id text not null,
      at timestamptz not null);
  `,
}
