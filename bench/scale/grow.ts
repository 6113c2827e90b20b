// A register of a given size, written in bulk: the documented way past the verbs, for figures only. Rows, indexes, serial
// numbers (one that the verbs have given already stays theirs), revocations and their order are as the verbs make them;
// the certificates' octets are empty and their keys are nobody's, so that a million takes a minute and not ten hours.
// What is measured afterwards is real.

import type pg from 'pg'

export const MUNICIPALITIES = 1700
const CHUNK = 50_000

/** Adds certificates from number `from` up to `to`, one in ten revoked; calls `progress` after each part. */
export async function grow(pool: pg.Pool, schema: string, from: number, to: number, progress: (n: number) => void) {
  await pool.query(PARTITIONS.replaceAll('$schema', schema))
  for (let at = from; at < to; at += CHUNK) {
    const end = Math.min(to, at + CHUNK)
    for (const statement of PART) await pool.query(statement.replaceAll('$schema', schema), [at, end])
    progress(end)
  }
  await pool.query(
    `update ${schema}.last_status_change set sequence = (select max(sequence) from ${schema}.status_change)`,
  )
  await pool.query(LAST_CHANGES.replaceAll('$schema', schema))
  await pool.query('checkpoint')
  await pool.query(
    `vacuum analyze ${schema}.certificate, ${schema}.status_change, ${schema}.ocsp_answer, ${schema}.crl_partition`,
  )
}

const PARTITIONS = `
  insert into $schema.crl_partition (kind, generation, municipality_code, prefecture_romaji, municipality_romaji)
  select kind, 1, (10000 + n)::text, 'Tokyo-to', 'Machi-' || n
  from generate_series(0, ${MUNICIPALITIES - 1}) n, (values ('auth'), ('sign')) k (kind)
  on conflict do nothing`

/** An odd factor permutes the numbers below 2^31: serial numbers that look random and are distinct. */
const SERIAL = '((n::bigint * 1640531527) % 2147483648)'

const PART = [
  `insert into $schema.certificate (kind, serial, generation, medium, request_key, resident_id, municipality_code,
     public_key_hash, facts_sequence, not_before, not_after, tbs, certificate, status, reason, revoked_at, revoked_by)
   select case n % 2 when 0 then 'auth' else 'sign' end, ${SERIAL}, 1, 'card', 'bulk ' || n, 'bulk ' || n / 2,
     (10000 + n / 2 % ${MUNICIPALITIES})::text, sha256(int4send(n)), 0,
     now() - (1 + n % 1800) * interval '1 day', now() + (1 + n % 1800) * interval '1 day', '', '',
     case n / 2 % 10 when 0 then 'revoked' else 'valid' end,
     case n / 2 % 10 when 0 then (array['affiliationChanged', 'superseded', 'cessationOfOperation', 'keyCompromise'])[1 + n % 4] end,
     case n / 2 % 10 when 0 then now() - n % 86400 * interval '1 second' end,
     case n / 2 % 10 when 0 then 'bulk' end
   from generate_series($1::int, $2::int - 1) n where ${SERIAL} >= 16777216
   on conflict do nothing`,
  `insert into $schema.ocsp_answer (kind, serial, generation, version, due_at)
   select kind, serial, generation, 0, now() + interval '1 year'
   from $schema.certificate where request_key in (select 'bulk ' || n from generate_series($1::int, $2::int - 1) n)`,
  `insert into $schema.status_change (sequence, kind, serial, generation, municipality_code, status, reason, at, by)
   select (select coalesce(max(sequence), 0) from $schema.status_change) + row_number() over (order by serial),
     kind, serial, generation, municipality_code, status, reason, revoked_at, revoked_by
   from $schema.certificate
   where status = 'revoked' and request_key in (select 'bulk ' || n from generate_series($1::int, $2::int - 1) n)`,
]

const LAST_CHANGES = `
  update $schema.crl_partition p set last_change = c.last
  from (select kind, generation, municipality_code, max(sequence) as last
        from $schema.status_change group by kind, generation, municipality_code) c
  where (p.kind, p.generation, p.municipality_code) = (c.kind, c.generation, c.municipality_code)`
