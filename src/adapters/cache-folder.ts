// Where is kept what this machine need not make twice, and can make again.

import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the XDG Base Directory Specification has it. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kazasu')
