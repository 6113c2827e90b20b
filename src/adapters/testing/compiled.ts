// Where Node keeps what it has compiled, for the processes that tests start: each file is compiled once, not once in each process.

import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Outlives the run; what is there counts only for the same source. */
export const COMPILED = join(tmpdir(), 'kazasu-compiled')
