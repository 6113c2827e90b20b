// Which services are tied together for whom. What is taken back is gone: no trace of it ties them.

import type { Kysely } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import { endRequest } from '../consents/store.ts'
import type { NoteTables } from '../own/store.ts'

export interface LinkTables {
  service_link: {
    service_id: string
    person_id: string
    purpose: Bytes
    since: Date
    pair: string
    until: Date
    used_at: Date | null
  }
  service_link_member: { service_id: string; client_id: string; subject: string }
  client: { client_id: string; name: string }
  login_note: NoteTables['login_note']
}

export const linkMigrations = {
  '030-service-links': `
    create table service_link (
      service_id text primary key, person_id text not null, purpose text not null, since timestamptz not null,
      pair text not null, unique (person_id, pair));
    create table service_link_member (
      service_id text not null references service_link on delete cascade, client_id text not null, subject text not null,
      primary key (service_id, client_id));
    create index service_link_member_subject on service_link_member (client_id, subject);`,
  '051-terms-of-service-links': `
    alter table service_link add column until timestamptz, add column used_at timestamptz;
    update service_link set until = since + interval '366 days';
    alter table service_link alter column until set not null;
    create index service_link_until on service_link (until);`,
} as const

export interface Member {
  readonly clientId: string
  readonly subject: string
}

export interface Link {
  readonly serviceId: string
  readonly personId: string
  /** Sealed. */
  readonly purpose: Bytes
  readonly since: Date
  readonly until: Date
}

export interface OwnLink extends Omit<Link, 'personId'> {
  readonly services: { clientId: string; name: string }[]
  readonly usedAt: Date | null
}

export const linkStore = (db: Kysely<LinkTables>) => ({
  /** Ends the request and ties, both or neither; false when it was over. In place of an older tie of the same two: that id means nobody any more. */
  async tie(
    requestId: string,
    { serviceId, personId, purpose, since, until }: Link,
    members: readonly [Member, Member],
  ): Promise<boolean> {
    const pair = members
      .map(({ clientId }) => clientId)
      .sort()
      .join(' ')
    return db.transaction().execute(async (tx) => {
      if (!(await endRequest(tx as never, requestId, 'given'))) return false
      await tx.deleteFrom('service_link').where('person_id', '=', personId).where('pair', '=', pair).execute()
      const row = { service_id: serviceId, person_id: personId, purpose, since, pair, until, used_at: null }
      await tx.insertInto('service_link').values(row).execute()
      const rows = members.map(({ clientId, subject }) => ({ service_id: serviceId, client_id: clientId, subject }))
      await tx.insertInto('service_link_member').values(rows).execute()
      return true
    })
  },

  async between({ clientId, subject }: Member, other: string, now: Date) {
    const found = db
      .selectFrom('service_link_member as ours')
      .innerJoin('service_link_member as theirs', 'theirs.service_id', 'ours.service_id')
      .innerJoin('service_link', 'service_link.service_id', 'ours.service_id')
      .select(['ours.service_id as serviceId', 'until'])
      .where('until', '>', now)
      .where('ours.client_id', '=', clientId)
      .where('ours.subject', '=', subject)
      .where('theirs.client_id', '=', other)
      .whereRef('theirs.client_id', '!=', 'ours.client_id')
    return found.executeTakeFirst()
  },

  /** Only to one of the two. */
  async memberOf(serviceId: string, clientId: string, now: Date) {
    const rows = await db
      .selectFrom('service_link_member')
      .innerJoin('service_link', 'service_link.service_id', 'service_link_member.service_id')
      .select(['client_id', 'subject', 'purpose', 'person_id', 'until'])
      .where('service_link.service_id', '=', serviceId)
      .where('until', '>', now)
      .execute()
    const ours = rows.find((row) => row.client_id === clientId)
    const theirs = rows.find((row) => row.client_id !== clientId)
    if (!ours || !theirs) return undefined
    const { subject, purpose, until, person_id: personId } = ours
    return { subject, purpose, until, personId, with: theirs.client_id }
  },

  /** One was told by the other of whom they speak: noted for the own page. */
  async used(serviceId: string, { clientId, personId }: { clientId: string; personId: string }, at: Date) {
    const note = { client_id: clientId, person_id: personId, at, kind: 'tie', outcome: 'done' } as const
    await db
      .with('used', (inner) =>
        inner.updateTable('service_link').set({ used_at: at }).where('service_id', '=', serviceId),
      )
      .insertInto('login_note')
      .values(note)
      .execute()
  },

  /** The newest first. */
  async ofPerson(personId: string, now: Date) {
    const rows = await db
      .selectFrom('service_link')
      .innerJoin('service_link_member as member', 'member.service_id', 'service_link.service_id')
      .innerJoin('client', 'client.client_id', 'member.client_id')
      .select(['service_link.service_id', 'purpose', 'since', 'until', 'used_at', 'member.client_id', 'name'])
      .where('person_id', '=', personId)
      .where('until', '>', now)
      .orderBy('since', 'desc')
      .orderBy('member.client_id')
      .execute()
    const links = new Map<string, OwnLink>()
    for (const { service_id: serviceId, client_id: clientId, name, used_at: usedAt, ...rest } of rows) {
      const link = links.get(serviceId) ?? { ...rest, serviceId, usedAt, services: [] }
      link.services.push({ clientId, name })
      links.set(serviceId, link)
    }
    return [...links.values()]
  },

  /** False when this person has no such tie. */
  async untie(serviceId: string, personId: string): Promise<boolean> {
    const gone = db.deleteFrom('service_link').where('service_id', '=', serviceId).where('person_id', '=', personId)
    return (await gone.executeTakeFirst()).numDeletedRows === 1n
  },
})
