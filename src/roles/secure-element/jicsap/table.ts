// What an application of the My Number Card has, as data: files, secrets, keys, and who may read what.
// JICSAP v1.1 gives the shape (observed: myna-card); the applications' own tables are beside their code.

import { hex, u16 } from '../../../base/bytes.ts'
import { madeOnce } from '../records.ts'

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

const name = (kind: string) => madeOnce((id: number) => `${kind}/${hex(u16(id))}`)

/** Names of the records in which the contents lie, by EF identifier. */
export const RECORD = { file: name('ef'), secret: name('pin'), key: name('key'), object: name('object') } as const
