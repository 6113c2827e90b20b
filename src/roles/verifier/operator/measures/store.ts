// What the operator has put on a service or on a whole tenant: suspended, or held for a court or an auditor. A row while it lasts.

import { type ExpressionBuilder, sql } from 'kysely'

export type MeasureKind = 'suspended' | 'held'

export interface MeasureTables {
  measure: { owner: string; kind: MeasureKind; reason: string; clerk: string; since: Date }
  tenant_service: { client_id: string; tenant_id: string }
}

/** `of`: the column of the outer query that names a service or a tenant. */
export function under(kind: MeasureKind, of: string) {
  return (eb: ExpressionBuilder<never, never>) => {
    const { exists, selectFrom } = eb as unknown as ExpressionBuilder<MeasureTables, never>
    const own = selectFrom('measure as m').select('m.owner').where('m.kind', '=', kind)
    return exists(
      own.where((inner) =>
        inner.or([
          sql<boolean>`m.owner = ${sql.ref(of)}`,
          inner(
            'm.owner',
            'in',
            inner
              .selectFrom('tenant_service as ts')
              .select('ts.tenant_id')
              .where(sql<boolean>`ts.client_id = ${sql.ref(of)}`),
          ),
        ]),
      ),
    )
  }
}
