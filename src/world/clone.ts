// A thief's copy of a SIM: everything that can be read or guessed, and a private key of its own in place of the real
// one, which does not leave the SIM. For the sabotage of the demo and for attack tests.

import { generateKeyPair } from '../base/crypto.ts'
import { JPKI, KEYS } from '../protocol/jpki-ap/index.ts'
import { RECORD } from '../roles/secure-element/jicsap/table.ts'
import { appletScope } from '../roles/secure-element/native.ts'
import type { Shelf } from './shelf.ts'

/** Puts the copy on the shelf and returns its name. */
export async function cloneWithoutKey(shelf: Shelf, name: string): Promise<string> {
  const original = shelf.memory(name)
  const records = original.load()
  original.close()
  const key = `${appletScope(JPKI.aid)}/${RECORD.key(KEYS.auth.key)}`
  if (!records.has(key)) throw new Error('there is no key in this SIM to do without')
  records.set(key, generateKeyPair('RSA-2048').privateKey)
  const copy = shelf.memory(`clone-of-${name}`)
  copy.commit(records)
  copy.close()
  return `clone-of-${name}`
}
