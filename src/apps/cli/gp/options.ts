// Options that all `kazasu gp` commands share, and how their texts are read.

import { readFileSync } from 'node:fs'
import { type Bytes, fromHex } from '../../../base/bytes.ts'
import { PRIVILEGE } from '../../../protocol/globalplatform/registry.ts'
import { isLevel, type SecurityLevel } from '../../../protocol/globalplatform/secure-session.ts'
import { no } from './refusals.ts'

export interface GpOptions {
  readonly data: string
  readonly card?: string
  readonly cardFile?: string
  readonly new?: boolean
  readonly reader?: string
  readonly replay?: string
  readonly record?: string
  readonly trace?: boolean
  readonly json?: boolean
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly aid?: string
  readonly key?: string
  readonly keyEnc?: string
  readonly keyMac?: string
  readonly keyDek?: string
  readonly carrierKeys?: string
  readonly kdf?: 'kdf3' | 'visa2' | 'emv'
  readonly keyVersion?: string
  readonly scp?: '02' | '03'
  readonly level?: string
  readonly uncountedEmpty?: boolean
}

export function hexBytes(text: string, what: string): Bytes {
  try {
    return fromHex(text)
  } catch (cause) {
    throw no['bad-hex']({ what }, cause)
  }
}

/** An AID: 5 to 16 bytes. ISO 7816-4:2020 §12.2.3. */
export function aidBytes(text: string): Bytes {
  const aid = hexBytes(text, 'AID')
  if (aid.length < 5 || aid.length > 16) throw no['bad-option']({ aid: text, wanted: 'an AID of 5 to 16 bytes' })
  return aid
}

/** A byte as two hex digits, with or without 0x. */
export function byte(text: string, what: string): number {
  if (!/^(0x)?[0-9a-fA-F]{1,2}$/.test(text)) throw no['bad-option']({ [what]: text, wanted: 'one byte in hex' })
  return Number.parseInt(text.replace(/^0x/, ''), 16)
}

export function levelOf(text: string | undefined): SecurityLevel | 'highest' {
  if (text === undefined) return 'highest'
  const level = byte(text, 'level')
  if (!isLevel(level)) throw no['bad-option']({ level: text, wanted: '00, 01, 03, 11, 13 or 33' })
  return level
}

/** Names of privileges, or their bytes in hex. */
export function privilegesOf(words: readonly string[]): number {
  return words.reduce((sum, word) => {
    const named = (PRIVILEGE as Readonly<Record<string, number>>)[word]
    if (named !== undefined && Object.hasOwn(PRIVILEGE, word)) return sum | named
    if (/^[0-9a-fA-F]{6}$/.test(word)) return sum | Number.parseInt(word, 16)
    throw no['bad-option']({ privilege: word, wanted: `six hex digits or ${Object.keys(PRIVILEGE).join(', ')}` })
  }, 0)
}

export function fileBytes(path: string): Bytes {
  try {
    return Uint8Array.from(readFileSync(path))
  } catch (cause) {
    throw no['bad-file']({ file: path, reason: (cause as NodeJS.ErrnoException).code ?? 'unreadable' }, cause)
  }
}

/** Hex, or with `@` before it the contents of a file. */
export const hexOrFile = (text: string, what: string): Bytes =>
  text.startsWith('@') ? fileBytes(text.slice(1)) : hexBytes(text, what)
