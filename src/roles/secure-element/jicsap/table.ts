// What an application of the My Number Card has, as data: files, secrets, keys, and who may read what.
// JICSAP v1.1 gives the shape (observed: myna-card); the applications' own tables are beside their code.

import { hex, u16 } from '../../../base/bytes.ts'

/** Free, for nobody, or after one of these secrets. */
export type Access = 'free' | 'never' | readonly number[]

export interface FileRule {
  readonly access: Access
  /** Records of simple TLVs; transparent if absent. */
  readonly structure?: 'records'
}

export interface SecretRule {
  readonly tries: number
  readonly length: readonly [shortest: number, longest: number]
  readonly format: RegExp
  /** The command by which the holder changes it; absent when he cannot. */
  readonly changedBy?: 'CHANGE REFERENCE DATA' | 'CHANGE KEY'
}

export interface ApplicationTable {
  readonly files: Readonly<Record<number, FileRule>>
  readonly secrets: Readonly<Record<number, SecretRule>>
  /** Internal EFs that hold keys. */
  readonly keys: readonly number[]
}

/** Each is made once: names are asked for in every command. */
function name(kind: string): (id: number) => string {
  const known = new Map<number, string>()
  return (id) => {
    const made = known.get(id) ?? `${kind}/${hex(u16(id))}`
    if (known.size < MOST_NAMES) known.set(id, made)
    return made
  }
}

const MOST_NAMES = 256

/** Names of the records in which the contents lie, by EF identifier. */
export const RECORD = { file: name('ef'), secret: name('pin'), key: name('key'), object: name('object') } as const
