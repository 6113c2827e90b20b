// Many rows as a few parameters: one array for each column, and all octets of a column end to end. A parameter for each
// value, or octets as hex in an array, cost both ends more than the rows themselves.

import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely'
import { concat } from '../../base/bytes.ts'
import type { Asked } from './statement.ts'

type ColumnType = 'bytea' | 'integer' | 'jsonb' | 'bigint' | 'numeric' | 'text' | 'timestamptz'

/** As a table `given`, in the order of the rows: these, or those that a `statement` is asked with. */
export function given<T extends object>(
  types: { readonly [K in keyof T]: ColumnType },
  rows: readonly T[] | Asked<readonly T[]>,
): AliasedRawBuilder<T, 'given'> {
  const asked: Asked<readonly T[]> = typeof rows === 'function' ? rows : (of) => sql`${of(rows)}`
  const columns = (Object.entries(types) as [keyof T & string, ColumnType][]).map(([name, type]) => {
    const values: Asked<readonly unknown[]> = (of) => asked((all) => of(all.map((row) => row[name])))
    return type === 'bytea' ? octets(name, values as Asked<readonly Octets[]>) : plain(name, type, values)
  })
  const arrays = columns.flatMap((column) => column.arrays)
  const names = columns.flatMap((column) => column.names)
  return sql<T>`(select ${sql.join(columns.map(({ value }) => value))}
    from unnest(${sql.join(arrays)}) as one (${sql.join(names.map((name) => sql.ref(name)))}))`.as('given')
}

interface Column {
  readonly names: readonly string[]
  readonly arrays: readonly RawBuilder<unknown>[]
  readonly value: RawBuilder<unknown>
}

/** By way of a query: the server would count the rows of a constant, and plan anew for each count. */
const array = (values: RawBuilder<unknown>, type: string): RawBuilder<unknown> =>
  sql`(select ${values}::${sql.raw(type)}[])`

const plain = (name: string, type: ColumnType, asked: Asked<readonly unknown[]>): Column => ({
  names: [name],
  arrays: [
    array(
      asked((values) => values.map(text)),
      type,
    ),
  ],
  value: sql`one.${sql.ref(name)}`,
})

/** The driver writes a Date in the machine's own time zone, and slowly. */
const text = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)

type Octets = Uint8Array | null

function octets(name: string, asked: Asked<readonly Octets[]>): Column {
  const [at, length] = [`${name}_at`, `${name}_length`]
  return {
    names: [at, length],
    arrays: [array(asked(starts), 'integer'), array(asked(lengths), 'integer')],
    value: sql`substring(${asked((values) => concat(...values.filter((value) => value !== null)))}::bytea from one.${sql.ref(at)} for one.${sql.ref(length)}) as ${sql.ref(name)}`,
  }
}

/** What has no length is null. */
const lengths = (values: readonly Octets[]): (number | null)[] => values.map((value) => value?.length ?? null)

/** The first octet is 1. */
function starts(values: readonly Octets[]): number[] {
  let next = 1
  return values.map((value) => {
    const start = next
    next += value?.length ?? 0
    return start
  })
}
