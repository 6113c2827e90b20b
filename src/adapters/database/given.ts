// Many rows as a few parameters: one array for each column, and all octets of a column end to end. A parameter for each
// value, or octets as hex in an array, cost both ends more than the rows themselves.

import { type AliasedRawBuilder, type RawBuilder, sql } from 'kysely'
import { concat } from '../../base/bytes.ts'

type ColumnType = 'bytea' | 'integer' | 'jsonb' | 'bigint' | 'numeric' | 'text' | 'timestamptz'

/** As a table `given`, in the order of the rows. */
export function given<T extends object>(
  types: { readonly [K in keyof T]: ColumnType },
  rows: readonly T[],
): AliasedRawBuilder<T, 'given'> {
  const columns = (Object.entries(types) as [keyof T & string, ColumnType][]).map(([name, type]) =>
    type === 'bytea'
      ? octets(
          name,
          rows.map((row) => row[name] as Uint8Array),
        )
      : plain(
          name,
          type,
          rows.map((row) => row[name]),
        ),
  )
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

const plain = (name: string, type: ColumnType, values: readonly unknown[]): Column => ({
  names: [name],
  arrays: [sql`${values.map(text)}::${sql.raw(type)}[]`],
  value: sql`one.${sql.ref(name)}`,
})

/** The driver writes a Date in the machine's own time zone, and slowly. */
const text = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value)

function octets(name: string, values: readonly Uint8Array[]): Column {
  const [at, length] = [`${name}_at`, `${name}_length`]
  let next = 1
  const starts = values.map((value) => {
    const start = next
    next += value.length
    return start
  })
  return {
    names: [at, length],
    arrays: [sql`${starts}::integer[]`, sql`${values.map((value) => value.length)}::integer[]`],
    value: sql`substring(${concat(...values)}::bytea from one.${sql.ref(at)} for one.${sql.ref(length)}) as ${sql.ref(name)}`,
  }
}
