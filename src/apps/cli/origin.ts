// An address by which browsers know a process, as it is given on the command line.

import { isLoopback } from '../../base/loopback.ts'
import { Refusal } from '../../base/refusal.ts'

/** Https and a host; an OpenID provider without TLS is for this machine only. Throws `up/bad-origin`. */
export function checkedOrigin(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  const url = URL.canParse(origin) ? new URL(origin) : null
  const safe = url?.protocol === 'https:' || isLoopback(url?.hostname ?? '')
  if (url?.origin === origin && safe) return origin
  throw new Refusal('up/bad-origin', 400, 'an origin is https and a host, like https://kazasu.example', { origin })
}
