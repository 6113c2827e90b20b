// The tables of the certification authorities, in the order in which they came to be.

export const authorityMigrations: Record<string, string> = {
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
  '006-revoked-terminals': `
    alter table terminal_certificate add column revoked_in integer;
  `,
}
