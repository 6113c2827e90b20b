// What is noted of a use, for how long, and the pass with which a person turns the pages of the own page.

import { base64url, fromBase64url, utf8 } from '../../../base/bytes.ts'
import { seal, unseal } from '../../../base/crypto.ts'
import { jsonIn } from '../../../base/json.ts'
import type { Deps } from '../model.ts'
import { no } from '../refusals.ts'
import type { OwnUseSeen } from './contract.ts'

/** A person sees a year. */
export const NOTES_KEPT_MS = 366 * 24 * 3_600_000

/** So many at once. */
export const PAGE = 10

export interface Note {
  readonly personId: string
  readonly kind: OwnUseSeen['kind']
  readonly outcome: OwnUseSeen['outcome']
  readonly acr?: string | undefined
  readonly way?: NonNullable<OwnUseSeen['way']>
  /** Of the certificate by which it was done. */
  readonly serial?: bigint
}

/** As it is kept. */
export interface OwnUse extends Omit<OwnUseSeen, 'device'> {
  readonly noteId: string
  readonly serial: bigint | null
  readonly acr: string | null
  readonly items: string[]
}

/** Long enough to read, too short to be worth stealing. It opens nothing but what can be read. */
const PASS_LIFE_MS = 10 * 60_000
const PASS = utf8('own page pass')

export interface Reader {
  readonly personId: string
  /** Of the certificate that opened the page. */
  readonly serial: bigint
}

type PassDeps = Pick<Deps, 'keys' | 'clock' | 'entropy'>

const passKey = ({ keys }: Pick<Deps, 'keys'>) => keys.secret('verifier-own-pass', 32)

/** Sealed, so that no process has to remember it. */
export async function passFor(deps: PassDeps, { personId, serial }: Reader): Promise<string> {
  const until = deps.clock().getTime() + PASS_LIFE_MS
  const content = utf8(JSON.stringify({ personId, serial: String(serial), until }))
  return base64url(seal(await passKey(deps), content, PASS, deps.entropy))
}

export async function readerWith(deps: PassDeps, pass: string): Promise<Reader> {
  const content = await opened(deps, pass)
  if (!content || content.until <= deps.clock().getTime()) throw no.ownPassOver()
  return { personId: content.personId, serial: BigInt(content.serial) }
}

async function opened(deps: PassDeps, pass: string) {
  try {
    const content = jsonIn(unseal(await passKey(deps), fromBase64url(pass), PASS))
    return content as { personId: string; serial: string; until: number }
  } catch {
    return undefined
  }
}
