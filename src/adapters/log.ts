// Structured log lines for operators, on pino. Takes primitive values only and cuts long ones: a value that should
// never have come here (an object with facts of a person, a key) does not get out.

import pino from 'pino'
import type { Log } from '../base/ports.ts'

export interface LogOptions {
  /** A pino level; what failed is `warn`, everything else `info`. */
  readonly level?: string
  /** Where lines go; default standard error, so that standard output stays the command's own. */
  readonly to?: { write(line: string): void }
}

const SECRET = /pin|password|secret|private|key|token|name|address|birth|gender/i
const FAILURE = /(failed|error|refused)$/
const LONGEST = 200

/** One JSON line per event. Throws `Error` on an unknown level. */
export function pinoLog({ level = 'info', to = pino.destination({ dest: 2, sync: true }) }: LogOptions = {}): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, to)
  return (event, fields = {}) => {
    const safe = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(name, value)]))
    logger[FAILURE.test(event) ? 'warn' : 'info'](safe, event)
  }
}

function shown(name: string, value: unknown): string | number | boolean {
  if (SECRET.test(name)) return '[withheld]'
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string') return '[not a primitive]'
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value
}
