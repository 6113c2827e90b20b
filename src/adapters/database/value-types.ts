// How column values appear in code, the same for both kinds of database. What is not listed stays as `pg` has it:
// timestamptz is a Date, json and jsonb are parsed.

import pg from 'pg'

type Parse = (text: string) => unknown

const WHOLE = /^-?[0-9]+$/

const PARSERS: Record<number, Parse> = {
  [pg.types.builtins.BYTEA]: (text) => {
    const value = pg.types.getTypeParser(pg.types.builtins.BYTEA)(text) as Buffer
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  },
  [pg.types.builtins.INT8]: BigInt,
  // A certificate serial number is numeric(49): whole numbers are bigints, fractions stay exact as text.
  [pg.types.builtins.NUMERIC]: (text) => (WHOLE.test(text) ? BigInt(text) : text),
}

/** For the `types` option of `pg`. */
export const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (id, format) =>
    (format !== 'binary' && PARSERS[id]) || pg.types.getTypeParser(id, format as 'text' | undefined),
}
