// Campaigns of applet versions, and how far the orders are with them.

import { type Generated, type Kysely, sql } from 'kysely'
import type { Bytes } from '../../../base/bytes.ts'
import type { CampaignState } from '../life/contract.ts'
import type { SpTsmTables } from '../store.ts'

export const CAMPAIGN_MIGRATION = `
  alter table order_ add column applet_version integer not null default 1, add column upgrade_to integer;
  create table campaign (
    version integer primary key, percent integer not null, most_errors integer not null, state text not null,
    load_file bytea not null, started_at timestamptz not null)`

export interface CampaignRow {
  version: number
  percent: number
  /** Of a hundred that ended: more failures stop it. */
  most_errors: number
  /** So many must have ended before the errors are counted. */
  enough: number
  state: CampaignState
  load_file: Bytes
  started_at: Date
  /** The clerk who did; null for an administrator. */
  proposed_by: string | null
}

export interface CampaignColumns {
  applet_version: Generated<number>
  /** The version that was tried last. */
  upgrade_to: number | null
}

export interface CampaignCounts {
  readonly waiting: number
  readonly underWay: number
  readonly done: number
  readonly failed: number
}

export interface CampaignStore {
  /** Enters it, or changes share and limit of the one that is there; a stopped one runs again. */
  putCampaign(row: CampaignRow): Promise<void>
  /** Who failed before is tried again. */
  forgetUpgradeFailures(version: number): Promise<void>
  setCampaignState(version: number, state: CampaignState): Promise<boolean>
  /** The newest version first. */
  campaigns(): Promise<CampaignRow[]>
  campaignCounts(version: number): Promise<CampaignCounts>
  /** Active orders with an earlier version, on which this one has not failed. */
  upgradable(version: number, after: number, limit: number): Promise<{ order_id: string; number: number }[]>
}

const failed = (version: number) =>
  sql<boolean>`upgrade_to = ${version} and applet_version < ${version} and refusal is not null`

export const campaignStore = (db: Kysely<SpTsmTables>): CampaignStore => ({
  putCampaign: async (row) => {
    const { percent, most_errors, enough, state, load_file, proposed_by } = row
    const entered = db.insertInto('campaign').values(row)
    await entered
      .onConflict((c) =>
        c.column('version').doUpdateSet({ percent, most_errors, enough, state, load_file, proposed_by }),
      )
      .execute()
  },
  forgetUpgradeFailures: async (version) => {
    const again = db.updateTable('order_').set({ upgrade_to: null }).where('upgrade_to', '=', version)
    await again.where('applet_version', '<', version).where('state', '=', 'active').execute()
  },
  setCampaignState: async (version, state) => {
    const changed = db.updateTable('campaign').set({ state }).where('version', '=', version)
    return (await changed.returning('version').execute()).length === 1
  },
  campaigns: () => db.selectFrom('campaign').selectAll().orderBy('version', 'desc').execute(),
  campaignCounts: async (version) => {
    const count = (what: ReturnType<typeof sql<boolean>>) => sql<number>`(count(*) filter (where ${what}))::integer`
    const counts = db
      .selectFrom('order_')
      .select([
        count(
          sql<boolean>`state = 'active' and applet_version < ${version} and not coalesce((${failed(version)}), false)`,
        ).as('waiting'),
        count(sql<boolean>`state = 'upgrading'`).as('underWay'),
        count(sql<boolean>`state <> 'undone' and applet_version >= ${version}`).as('done'),
        count(sql<boolean>`state = 'active' and ${failed(version)}`).as('failed'),
      ])
    return counts.executeTakeFirstOrThrow()
  },
  upgradable: (version, after, limit) =>
    db
      .selectFrom('order_')
      .select(['order_id', 'number'])
      .where('state', '=', 'active')
      .where('applet_version', '<', version)
      .where(sql<boolean>`not coalesce((${failed(version)}), false)`)
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute(),
})
