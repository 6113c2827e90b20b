// A signed allow-list: ECDSA P-256 with SHA-256 over the bytes of the list, which are JSON in UTF-8. Nothing of the
// bytes is looked at before the signature is right.

import type { Bytes } from '../../base/bytes.ts'
import { publicKey, verify } from '../../base/crypto.ts'
import { jsonIn } from '../../base/json.ts'
import { type AllowList, zAllowList } from '../verifier/contract.ts'
import type { LoadedList } from './model.ts'
import { no } from './refusals.ts'

export interface SignedList {
  readonly list: Bytes
  readonly signature: Bytes
}

/** The list, or a refusal `listForeign` or `listMalformed`. */
export function openList({ list, signature }: SignedList, listKey: Bytes): LoadedList {
  if (!verify('ECDSA-P256-SHA256', publicKey(listKey), list, signature)) throw no.listForeign()
  const { entries, ...head } = parsed(list)
  const bySerial = new Map(entries.map((entry) => [entry.serial, entry]))
  const tickets = new Set(entries.map(({ ticket }) => ticket))
  if (bySerial.size !== entries.length || tickets.size !== entries.length) throw no.listMalformed()
  return { ...head, entries: bySerial }
}

function parsed(list: Bytes): AllowList {
  const result = zAllowList.safeDecode(jsonIn(list) as never)
  if (!result.success || result.data.validUntil <= result.data.issuedAt) throw no.listMalformed()
  return result.data
}
