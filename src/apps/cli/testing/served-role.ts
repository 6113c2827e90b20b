// One role as `kazasu serve` runs it, by the clock that a test keeps in a file. Started by served-world.ts.

import { readFileSync } from 'node:fs'
import type { Clock } from '../../../base/ports.ts'
import { runCommand } from '../run-command.ts'
import { type ServeOptions, serve } from '../serve.ts'

export interface Started extends ServeOptions {
  readonly role: string
  /** Holds by how many milliseconds the clocks of all roles are ahead. */
  readonly clock: string
}

const ahead =
  (path: string): Clock =>
  () =>
    new Date(Date.now() + Number(readFileSync(path, 'utf8')))

const { role, clock, ...options } = JSON.parse(process.argv[2]!) as Started
await runCommand(() => serve(role, options, (platform) => ({ ...platform, clock: ahead(clock) })))
