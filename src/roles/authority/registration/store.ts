// A new certificate enters the register: one transaction that holds the resident and the card, so that no event of the
// resident register and no revocation can pass between the checks and the row.

import { PLACES } from '../model.ts'
import type { CertificateRow, Draft, MakeTbs, Prepared, Tbs, Tx } from '../store.ts'

export async function prepare(tx: Tx, draft: Draft, makeTbs: MakeTbs): Promise<Prepared> {
  if ((await seen(tx, draft.residentId)) > draft.factsSequence) return 'factsAreOld'
  const card = await cardAuth(tx, draft)
  if (draft.cardAuthSerial !== undefined && !card) return 'cardNotValid'
  await expire(tx, draft)
  const link = draft.place === 'card-auth' ? undefined : card
  for (;;) {
    const row = await insertPending(tx, draft, makeTbs(link?.not_after), link?.serial ?? null)
    if (row) return draft.place === 'card-auth' ? adopt(tx, row) : row
    const obstacle = await obstacleTo(tx, draft)
    // Nothing but the serial number was taken: there is another.
    if (obstacle) return obstacle
  }
}

/** Locks the resident against `follow` until the commit; the last event that was taken over. */
export async function seen(tx: Tx, residentId: string): Promise<number> {
  await tx
    .insertInto('resident_seen')
    .values({ resident_id: residentId, sequence: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = tx.selectFrom('resident_seen').select('sequence').where('resident_id', '=', residentId).forUpdate()
  return (await row.executeTakeFirstOrThrow()).sequence
}

/** The valid 利用者証明用 certificate of the card: that of the draft, else the resident's. */
async function cardAuth(tx: Tx, { cardAuthSerial, residentId, now }: Draft): Promise<CertificateRow | undefined> {
  return tx
    .selectFrom('certificate')
    .selectAll()
    .where((where) => where.and({ ...PLACES['card-auth'], resident_id: residentId, status: 'valid' as const }))
    .where('not_after', '>=', now)
    .$if(cardAuthSerial !== undefined, (query) => query.where('serial', '=', cardAuthSerial!))
    .forUpdate()
    .executeTakeFirst()
}

/** Frees the place of a certificate that has ended by itself. */
async function expire(tx: Tx, { place, residentId, now }: Draft): Promise<void> {
  await tx
    .updateTable('certificate')
    .set({ status: 'expired' })
    .where((where) => where.and({ ...PLACES[place], resident_id: residentId }))
    .where('status', 'in', ['pending', 'valid'])
    .where('not_after', '<', now)
    .execute()
}

async function insertPending(tx: Tx, draft: Draft, made: Tbs, cardAuthSerial: bigint | null) {
  const { municipality, ...rest } = draft
  await tx
    .insertInto('crl_partition')
    .values({
      kind: PLACES[draft.place].kind,
      generation: made.generation,
      municipality_code: municipality.code,
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
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return tx
    .insertInto('certificate')
    .values({
      ...PLACES[draft.place],
      serial: made.serial,
      generation: made.generation,
      request_key: rest.requestKey,
      resident_id: rest.residentId,
      municipality_code: municipality.code,
      public_key_hash: rest.publicKeyHash,
      card_auth_serial: cardAuthSerial,
      facts_sequence: rest.factsSequence,
      not_before: made.notBefore,
      not_after: made.notAfter,
      tbs: made.tbs,
      status: 'pending',
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
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
    .where(
      draft.cardAuthSerial === undefined ? 'resident_id' : 'card_auth_serial',
      '=',
      draft.cardAuthSerial ?? draft.residentId,
    )
  return (await place.executeTakeFirst()) && 'certificateExists'
}

/** A 署名用 certificate that was issued before its partner of the same card. */
async function adopt(tx: Tx, auth: CertificateRow): Promise<CertificateRow> {
  await tx
    .updateTable('certificate')
    .set({ card_auth_serial: auth.serial })
    .where((where) => where.and({ ...PLACES['card-sign'], resident_id: auth.resident_id }))
    .where('card_auth_serial', 'is', null)
    .where('status', 'in', ['pending', 'valid'])
    .execute()
  return auth
}
