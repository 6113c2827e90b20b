// What roles say to their logs in a test file, and what of it nobody may ever read in a log: facts of the people of the seeded
// world and of tests, PINs and passwords that were typed, private keys.

import { FOUR_INFO } from '../../../roles/verifier/testing/authority.ts'
import { CITIZENS } from '../../people.ts'

type Log = (event: string, fields?: object) => unknown

interface Said {
  readonly event: string
  readonly values: readonly string[]
}

/** One for a worker. */
const watched = globalThis as {
  kazasuSaying?: (log: Log) => Log
  kazasuSaid?: (event: string, fields?: object) => void
  kazasuTyped?: (secret: string) => void
}

const said: Said[] = []
const typed = new Set<string>()

export function watch(): void {
  watched.kazasuSaid = (event, fields = {}) => {
    const values = Object.values(fields).flatMap(textIn)
    said.push({ event, values: [event, ...values] })
  }
  watched.kazasuSaying = (log) => (event, fields) => {
    watched.kazasuSaid?.(event, fields)
    return log(event, fields)
  }
  watched.kazasuTyped = (secret) => void typed.add(secret)
}

/** Numbers and yes or no say nothing of a person; anything else has no business in a log and is read as JSON. */
function textIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return [JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner))]
}

const KEYS = /PRIVATE KEY|"d":\s*"|MII[EJ][\w+/]{60}|MIGHAgEA|308204[bc]|30818702/i

const facts = [...Object.values(CITIZENS).map(({ fourInfo }) => fourInfo), FOUR_INFO].flatMap(
  ({ name, address, birthDate }) => [name, name.replace('　', ' '), name.replace('　', ''), address, birthDate],
)
const SECRETS = Object.values(CITIZENS).flatMap(({ pin, facePin, phonePin, password }) => [
  pin,
  facePin,
  phonePin,
  password ?? pin,
])

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
const anyOf = (words: Iterable<string>) => [...new Set(words)].map(escaped).join('|')

/** What was said since it was asked last and must not be: each event with what kind of thing it names. */
export function leaks(): string[] {
  // A PIN stands by itself: four digits of a serial number are none.
  const secret = new RegExp(`(?<![\\w.:-])(?:${anyOf([...SECRETS, ...typed])})(?![\\w.:-])`)
  const forbidden = {
    'a fact of a person': new RegExp(anyOf(facts)),
    'a PIN or password': secret,
    'a private key': KEYS,
  }
  const found = new Set<string>()
  for (const { event, values } of said.splice(0))
    for (const [what, pattern] of Object.entries(forbidden))
      if (values.some((value) => pattern.test(value))) found.add(`${event}: ${what}`)
  return [...found]
}
