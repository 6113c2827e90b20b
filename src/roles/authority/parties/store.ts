// Records of what J-LIS does for parties: who is accredited, answers given, proofs that were used, consents.

import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Fact, PartyService } from './model.ts'

interface PartyColumns {
  name: string
  display_name: string
  /** JSON lists: they are read whole. */
  services: string
  age_limits: string
  accredited_at: Date
  accredited_until: Date
}

/** What was answered to whom; of an age nothing but that it was asked. */
interface AnswerColumns {
  at: Date
  party: string
  service: PartyService
  detail: string
}

interface ConsentColumns {
  consent_id: string
  party: string
  /** The service for which a platform asks. */
  on_behalf_of: string | null
  resident_id: string
  items: string
  begins_at: Date
  ends_at: Date
  /** The CMS that the holder signed. */
  evidence: Uint8Array
  withdrawn_at: Date | null
  withdrawal: Uint8Array | null
}

interface AttestationColumns {
  attestation_id: string
  party: string
  parent_id: string
  child_id: string
  at: Date
}

export interface PartyTables {
  custody_attestation: AttestationColumns
  party: PartyColumns
  party_answer: AnswerColumns
  used_statement: { digest: Uint8Array; at: Date }
  consent: ConsentColumns
}

export interface Party {
  readonly name: string
  readonly displayName: string
  readonly services: readonly PartyService[]
  readonly ageLimits: readonly number[]
  readonly accreditedAt: Date
  readonly accreditedUntil: Date
}

export type ConsentRow = Selectable<ConsentColumns>
export const itemsOf = ({ items }: Pick<ConsentRow, 'items'>): Fact[] => JSON.parse(items)

export interface PartyStore {
  party(name: string): Promise<Party | undefined>
  parties(): Promise<Party[]>
  saveParty(party: Party): Promise<void>
  note(answer: Insertable<AnswerColumns>): Promise<void>
  /** How many answers each party got of each service since then. */
  counts(since: Date): Promise<{ party: string; service: PartyService; count: number }[]>
  /** False when it was used before; what is older than `forget` is forgotten. */
  useOnce(digest: Uint8Array, at: Date, forget: Date): Promise<boolean>
  addConsent(row: Insertable<ConsentColumns>): Promise<void>
  consent(consentId: string): Promise<ConsentRow | undefined>
  /** Those of this party that are neither withdrawn nor over, also before their first day. */
  standing(party: string, consentIds: readonly string[], now: Date): Promise<string[]>
  /** In term and not withdrawn, the newest first. */
  consentsOf(residentId: string, now: Date): Promise<ConsentRow[]>
  /** Without a statement of the holder where the party gave it up. False when it was withdrawn already. */
  withdraw(consentId: string, at: Date, withdrawal: Uint8Array | null): Promise<boolean>
  attest(
    attestation: Pair & { readonly attestationId: string; readonly party: string; readonly at: Date },
  ): Promise<void>
  attested(party: string, attestationId: string): Promise<Pair | undefined>
}

/** Resident ids. */
interface Pair {
  readonly parentId: string
  readonly childId: string
}

const partyOf = (row: Selectable<PartyColumns>): Party => ({
  name: row.name,
  displayName: row.display_name,
  services: JSON.parse(row.services),
  ageLimits: JSON.parse(row.age_limits),
  accreditedAt: row.accredited_at,
  accreditedUntil: row.accredited_until,
})

export const partyStore = (db: Kysely<PartyTables>): PartyStore => ({
  party: async (name) => {
    const row = await db.selectFrom('party').selectAll().where('name', '=', name).executeTakeFirst()
    return row && partyOf(row)
  },
  parties: async () => (await db.selectFrom('party').selectAll().orderBy('name').execute()).map(partyOf),
  saveParty: async ({ name, displayName, services, ageLimits, accreditedAt, accreditedUntil }) => {
    const granted = {
      display_name: displayName,
      services: JSON.stringify(services),
      age_limits: JSON.stringify(ageLimits),
      accredited_until: accreditedUntil,
    }
    await db
      .insertInto('party')
      .values({ name, accredited_at: accreditedAt, ...granted })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(granted))
      .execute()
  },
  note: async (answer) => {
    await db.insertInto('party_answer').values(answer).execute()
  },
  counts: async (since) => {
    const rows = await db
      .selectFrom('party_answer')
      .select(({ fn }) => ['party', 'service', fn.countAll<string>().as('count')])
      .where('at', '>=', since)
      .groupBy(['party', 'service'])
      .orderBy('party')
      .execute()
    return rows.map((row) => ({ ...row, count: Number(row.count) }))
  },
  useOnce: async (digest, at, forget) => {
    await db.deleteFrom('used_statement').where('at', '<', forget).execute()
    const added = db
      .insertInto('used_statement')
      .values({ digest, at })
      .onConflict((conflict) => conflict.doNothing())
    return (await added.returning('at').executeTakeFirst()) !== undefined
  },
  ...consents(db),
  ...attestations(db),
})

const attestations = (db: Kysely<PartyTables>): Pick<PartyStore, 'attest' | 'attested'> => ({
  attest: async ({ attestationId, party, parentId, childId, at }) => {
    const row = { attestation_id: attestationId, party, parent_id: parentId, child_id: childId, at }
    await db.insertInto('custody_attestation').values(row).execute()
  },
  attested: async (party, attestationId) => {
    const found = db.selectFrom('custody_attestation').select(['parent_id', 'child_id'])
    const row = await found.where('attestation_id', '=', attestationId).where('party', '=', party).executeTakeFirst()
    return row && { parentId: row.parent_id, childId: row.child_id }
  },
})

const consents = (db: Kysely<PartyTables>) => ({
  addConsent: async (row: Insertable<ConsentColumns>) => {
    await db.insertInto('consent').values(row).execute()
  },
  consent: (consentId: string) =>
    db.selectFrom('consent').selectAll().where('consent_id', '=', consentId).executeTakeFirst(),
  standing: async (party: string, consentIds: readonly string[], now: Date) => {
    if (consentIds.length === 0) return []
    const found = db
      .selectFrom('consent')
      .select('consent_id')
      .where('consent_id', 'in', consentIds)
      .where('party', '=', party)
      .where('withdrawn_at', 'is', null)
      .where('ends_at', '>=', now)
    return (await found.execute()).map((row) => row.consent_id)
  },
  consentsOf: (residentId: string, now: Date) =>
    db
      .selectFrom('consent')
      .selectAll()
      .where('resident_id', '=', residentId)
      .where('withdrawn_at', 'is', null)
      .where('ends_at', '>=', now)
      .orderBy('begins_at', 'desc')
      .execute(),
  withdraw: async (consentId: string, at: Date, withdrawal: Uint8Array | null) => {
    const withdrawn = db
      .updateTable('consent')
      .set({ withdrawn_at: at, withdrawal })
      .where('consent_id', '=', consentId)
      .where('withdrawn_at', 'is', null)
    return (await withdrawn.returning('consent_id').executeTakeFirst()) !== undefined
  },
})
