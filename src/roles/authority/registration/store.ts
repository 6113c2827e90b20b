// New certificates enter the register, many in one transaction: it holds residents and cards, so that no event of the
// resident register and no revocation can pass between the checks and the rows, and logs what will be signed.

import { sql } from 'kysely'
import { given } from '../../../adapters/database/given.ts'
import { renewableFrom } from '../../../protocol/jpki-profile/index.ts'
import { appendEntries } from '../log/store.ts'
import { PLACES } from '../model.ts'
import type { CertificateRow, Draft, MakeTbs, Prepared, Tbs, Tx } from '../store.ts'

export interface Wanted {
  readonly draft: Draft
  readonly makeTbs: MakeTbs
}

interface Candidate extends Wanted {
  /** The valid 利用者証明用 certificate of the card: that of the draft, else the resident's. */
  readonly card: CertificateRow | undefined
  /** The one before it in its place is in its last three months. */
  readonly renewal: boolean
  made?: Tbs
  prepared?: Prepared | undefined
}

/** What became of each, in order. */
export async function prepareAll(tx: Tx, wanted: readonly Wanted[]): Promise<Prepared[]> {
  const residents = [...new Set(wanted.map(({ draft }) => draft.residentId))].toSorted()
  const sequences = await seenAll(tx, residents)
  const known = await withCertificates(tx, residents)
  const cards = known.length === 0 ? [] : await cardAuths(tx, known)
  if (known.length > 0) await expire(tx, wanted)
  const previous = known.length === 0 ? [] : await previousOnes(tx, known)
  const candidates = wanted.map((one) => candidate(one, sequences, cards, previous))
  for (;;) {
    const open = candidates.filter(({ prepared }) => !prepared)
    if (open.length === 0) return candidates.map(({ prepared }) => prepared!)
    await insertPending(tx, open, new Set(known))
    for (const one of open) one.prepared ??= await obstacleTo(tx, one.draft)
    // Nothing but the serial number was taken: there is another.
  }
}

function candidate(
  { draft, makeTbs }: Wanted,
  sequences: ReadonlyMap<string, number>,
  cards: readonly CertificateRow[],
  previous: readonly Previous[],
): Candidate {
  const { residentId, cardAuthSerial, now } = draft
  const card = cards.find(
    (row) =>
      row.resident_id === residentId &&
      row.not_after >= now &&
      (cardAuthSerial === undefined || row.serial === cardAuthSerial),
  )
  const { kind, medium } = PLACES[draft.place]
  const before = previous.find(
    (row) => row.resident_id === residentId && row.kind === kind && row.medium === medium && row.not_after >= now,
  )
  const renewal = before !== undefined && renewableFrom(before.not_after) <= now
  const one: Candidate = { draft, makeTbs, card, renewal }
  if (sequences.get(residentId)! > draft.factsSequence) one.prepared = 'factsAreOld'
  else if (cardAuthSerial !== undefined && !card) one.prepared = 'cardNotValid'
  return one
}

/** Locks the residents against `follow` until the commit, in their order; the last event of each that was taken over. */
export async function seenAll(tx: Tx, residents: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx
    .insertInto('resident_seen')
    .columns(['resident_id', 'sequence'])
    .expression((from) => from.selectFrom(given(SEEN, residents.map(unseen))).select(['resident_id', 'sequence']))
    .onConflict((conflict) =>
      conflict.column('resident_id').doUpdateSet({ sequence: sql<number>`resident_seen.sequence` }),
    )
    .returning(['resident_id', 'sequence'])
    .execute()
  return new Map(rows.map((row) => [row.resident_id, row.sequence]))
}

const SEEN = { resident_id: 'text', sequence: 'integer' } as const
const unseen = (resident_id: string) => ({ resident_id, sequence: 0 })

/** For most it is the first: then there is nothing to lock, to end or to link. */
async function withCertificates(tx: Tx, residents: readonly string[]): Promise<string[]> {
  const rows = tx.selectFrom('certificate').select('resident_id').distinct()
  const found = await rows.where(sql<boolean>`resident_id = any(${residents})`).execute()
  return found.map(({ resident_id }) => resident_id!)
}

const cardAuths = (tx: Tx, residents: readonly string[]): Promise<CertificateRow[]> =>
  tx
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ ...PLACES['card-auth'], status: 'valid' as const }))
    .where('resident_id', 'in', residents)
    .orderBy('serial')
    .forUpdate()
    .execute()

type Previous = Pick<CertificateRow, 'resident_id' | 'kind' | 'medium' | 'not_after'>

/** What serves, or has just made way; the newest first. */
const previousOnes = (tx: Tx, residents: readonly string[]): Promise<Previous[]> =>
  tx
    .selectFrom('certificate')
    .select(['resident_id', 'kind', 'medium', 'not_after'])
    .where('resident_id', 'in', residents)
    .where((where) => where.or([where('status', 'in', ['pending', 'valid']), where('reason', '=', 'superseded')]))
    .orderBy('not_before', 'desc')
    .orderBy('revoked_at', (order) => order.desc().nullsFirst())
    .execute()

/** Frees the places of certificates that have ended by themselves: before the first of these was asked for. */
async function expire(tx: Tx, wanted: readonly Wanted[]): Promise<void> {
  const now = new Date(Math.min(...wanted.map(({ draft }) => draft.now.getTime())))
  const residents = wanted.map(({ draft }) => draft.residentId)
  await tx
    .updateTable('certificate')
    .set({ status: 'expired' })
    .where('resident_id', 'in', residents)
    .where('status', 'in', ['pending', 'valid'])
    .where('not_after', '<', now)
    .execute()
}

/** Gives each that found no obstacle its row. */
async function insertPending(tx: Tx, open: readonly Candidate[], known: ReadonlySet<string>): Promise<void> {
  for (const one of open) one.made = one.makeTbs({ notBeyond: linkOf(one)?.not_after, renewal: one.renewal })
  await addPartitions(tx, open)
  await giveWay(tx, open)
  const rows = new Map(open.map((one) => [`${one.made!.serial} ${one.draft.requestKey}`, one]))
  const stored = await tx
    .insertInto('certificate')
    .columns(PENDING_COLUMNS)
    .expression((from) => from.selectFrom(given(PENDING, open.map(pendingRow))).select(PENDING_COLUMNS))
    .onConflict((conflict) => conflict.doNothing())
    .returning(['serial', 'request_key'])
    .execute()
  const inserted = stored.map(({ serial, request_key }) => rows.get(`${serial} ${request_key}`)!)
  for (const one of inserted) one.prepared = { ...NOT_YET, ...pendingRow(one) }
  await adopt(
    tx,
    inserted.filter(({ draft }) => known.has(draft.residentId)),
  )
  await appendEntries(
    tx,
    inserted.map(({ made }) => made!.logged),
  )
}

/** The place of a phone's certificate is free for the one that takes it; a second one finds it taken. */
async function giveWay(tx: Tx, open: readonly Candidate[]): Promise<void> {
  for (const { draft } of open) {
    if (draft.replaces === undefined) continue
    const old = tx.updateTable('certificate').set({ giving_way: true }).where('serial', '=', draft.replaces)
    await old
      .where((where) => where.and({ ...PLACES['phone-auth'], card_auth_serial: draft.cardAuthSerial! }))
      .execute()
  }
}

const linkOf = ({ draft, card }: Candidate) => (draft.place === 'card-auth' ? undefined : card)

const pendingRow = (one: Candidate) => {
  const { draft, made } = one
  return {
    ...PLACES[draft.place],
    serial: made!.serial,
    generation: made!.generation,
    request_key: draft.requestKey,
    resident_id: draft.residentId,
    municipality_code: draft.municipality.code,
    public_key_hash: draft.publicKeyHash,
    card_auth_serial: linkOf(one)?.serial ?? null,
    facts_sequence: draft.factsSequence,
    not_before: made!.notBefore,
    not_after: made!.notAfter,
    tbs: made!.tbs,
    status: 'pending' as const,
  }
}

const PENDING = {
  kind: 'text',
  medium: 'text',
  serial: 'numeric',
  generation: 'integer',
  request_key: 'text',
  resident_id: 'text',
  municipality_code: 'text',
  public_key_hash: 'bytea',
  card_auth_serial: 'numeric',
  facts_sequence: 'integer',
  not_before: 'timestamptz',
  not_after: 'timestamptz',
  tbs: 'bytea',
  status: 'text',
} as const
const PENDING_COLUMNS = Object.keys(PENDING) as (keyof typeof PENDING)[]
const NOT_YET = { certificate: null, giving_way: false, reason: null, revoked_at: null, revoked_by: null }

async function addPartitions(tx: Tx, open: readonly Candidate[]): Promise<void> {
  const partitions = new Map(
    open.map(({ draft: { place, municipality }, made }) => {
      const key = { kind: PLACES[place].kind, generation: made!.generation, municipality_code: municipality.code }
      return [Object.values(key).join(' '), { ...key, municipality }] as const
    }),
  )
  await tx
    .insertInto('crl_partition')
    .values(
      [...partitions.values()].map(({ municipality, ...key }) => ({
        ...key,
        prefecture_romaji: municipality.prefectureRomaji,
        municipality_romaji: municipality.municipalityRomaji,
        last_change: 0,
        included: 0,
        number: 0,
        published: 0,
        put_out: 0,
        base_number: 0,
        base_change: 0,
        next_base_number: 0,
        next_base_change: 0,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function obstacleTo(tx: Tx, draft: Draft): Promise<Prepared | undefined> {
  const rows = tx.selectFrom('certificate').selectAll()
  const same = await rows.where('request_key', '=', draft.requestKey).executeTakeFirst()
  if (same) return same
  const key = rows.where('public_key_hash', '=', draft.publicKeyHash).where('medium', 'in', ['card', 'phone'])
  if (await key.executeTakeFirst()) return 'keyCertified'
  const place = rows
    .where((where) => where.and(PLACES[draft.place]))
    .where('status', 'in', ['pending', 'valid'])
    .where('giving_way', '=', false)
    .where(
      draft.cardAuthSerial === undefined ? 'resident_id' : 'card_auth_serial',
      '=',
      draft.cardAuthSerial ?? draft.residentId,
    )
  return (await place.executeTakeFirst()) && 'certificateExists'
}

/** 署名用 certificates that were issued before their partners of the same card; phones' whose card was renewed. */
async function adopt(tx: Tx, inserted: readonly Candidate[]): Promise<void> {
  const cards = inserted.filter(({ draft }) => draft.place === 'card-auth')
  if (cards.length === 0) return
  const residents = cards.map(({ draft }) => draft.residentId)
  const adopting = tx
    .updateTable('certificate')
    .where('resident_id', 'in', residents)
    .set((build) => ({
      card_auth_serial: build
        .selectFrom('certificate as card')
        .select('card.serial')
        .where(
          'card.serial',
          'in',
          cards.map(({ made }) => made!.serial),
        )
        .where('card.kind', '=', 'auth')
        .whereRef('card.resident_id', '=', sql.ref('certificate.resident_id')),
    }))
  await adopting
    .where((where) => where.and(PLACES['card-sign']))
    .where('card_auth_serial', 'is', null)
    .where('status', 'in', ['pending', 'valid'])
    .execute()
  const renewed = tx
    .selectFrom('certificate')
    .select('serial')
    .where((where) => where.and({ ...PLACES['card-auth'], reason: 'superseded' as const }))
    .where('resident_id', 'in', residents)
  await adopting
    .where((where) => where.and(PLACES['phone-auth']))
    .where('card_auth_serial', 'in', renewed)
    .where('status', 'in', ['pending', 'valid', 'onHold'])
    .execute()
}
