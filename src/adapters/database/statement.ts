// A statement whose text is made once: each time it is asked brings its values only. To build and to compile one costs more
// than the driver, and as much as the server needs for it.

import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'

class Later {
  readonly of: (input: never) => unknown
  constructor(of: (input: never) => unknown) {
    this.of = of
  }
}

/** Stands in a statement for a value of what it will be asked with. */
export type Asked<I> = <V>(of: (input: I) => V) => RawBuilder<V>

/** `build` is called once; what it makes must be the same whatever the statement is asked with. */
export function statement<I, R>(
  db: Pick<Kysely<never>, 'executeQuery'>,
  build: (asked: Asked<I>) => Compilable<R>,
): (input: I) => Promise<R[]> {
  let made: CompiledQuery<R> | undefined
  return async (input) => {
    made ??= build((of) => sql`${new Later(of)}`).compile()
    const parameters = made.parameters.map((value) => (value instanceof Later ? value.of(input as never) : value))
    return (await db.executeQuery<R>({ ...made, parameters })).rows
  }
}

/** One of those that the statement is asked with. */
export const anyOf = (name: string, asked: Asked<readonly string[]>): RawBuilder<boolean> =>
  sql`${sql.ref(name)} = any((select ${asked((names) => names)}::text[])::text[])`
