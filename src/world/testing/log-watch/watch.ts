// What roles say to their logs in a test file, and what of it nobody may ever read in a log: facts of the people of the seeded
// world and of tests, PINs and passwords that were typed, private keys.

import { FOUR_INFO } from '../../../roles/verifier/testing/authority.ts'
import { CITIZENS } from '../../people.ts'
import { hearProcesses } from './processes.ts'

type Log = (event: string, fields?: object) => unknown

interface Said {
  readonly event: string
  readonly values: readonly string[]
  /** What may not be in it. */
  readonly never: readonly Forbidden[]
}

type Forbidden = keyof ReturnType<typeof forbidden>
const EVERYTHING: readonly Forbidden[] = ['a fact of a person', 'a PIN or password', 'a private key']

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
    said.push({ event, values: [event, ...values], never: EVERYTHING })
  }
  watched.kazasuSaying = (log) => (event, fields) => {
    watched.kazasuSaid?.(event, fields)
    return log(event, fields)
  }
  watched.kazasuTyped = (secret) => void typed.add(secret)
  hearProcesses((line, stream) => {
    const logged = lineOfLog(line)
    if (logged) watched.kazasuSaid?.(logged.msg, logged)
    // A command tells its user what the user asked for; what it complains of names nobody. Numbers there are ports and times.
    else if (stream === 'stderr') said.push({ event: stream, values: [line], never: NOT_PINS })
  })
}

const NOT_PINS = EVERYTHING.filter((one) => one !== 'a PIN or password')

/** As pino writes it. */
function lineOfLog(line: string): { readonly msg: string } | undefined {
  if (!line.startsWith('{"level":')) return undefined
  try {
    const { level: _, time: __, ...said } = JSON.parse(line)
    return said
  } catch {
    return undefined
  }
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

function forbidden() {
  // A PIN stands by itself: four digits of a serial number are none.
  const secret = new RegExp(`(?<![\\w.:-])(?:${anyOf([...SECRETS, ...typed])})(?![\\w.:-])`)
  return { 'a fact of a person': new RegExp(anyOf(facts)), 'a PIN or password': secret, 'a private key': KEYS }
}

/** What was said since it was asked last and must not be: each event with what kind of thing it names. */
export function leaks(): string[] {
  const patterns = forbidden()
  const found = new Set<string>()
  for (const { event, values, never } of said.splice(0))
    for (const what of never) if (values.some((value) => patterns[what].test(value))) found.add(`${event}: ${what}`)
  return [...found]
}
