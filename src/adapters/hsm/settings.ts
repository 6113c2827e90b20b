// Which HSM, from the environment. The PIN is read from its file whenever the token is opened, so that it can be changed.

import { readFileSync } from 'node:fs'
import { no } from './refusals.ts'

export interface HsmSettings {
  /** The PKCS#11 library of the maker. */
  readonly module: string
  /** Label of the token. */
  readonly token: string
  pin(): string
  /** How many signatures are asked for at once; four unless said. Some HSMs have room for few sessions. */
  readonly sessions?: number
  /** For the library, besides the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Undefined when no HSM is asked for. */
export function hsmSettings(env: Readonly<Record<string, string | undefined>>): HsmSettings | undefined {
  const { KAZASU_PKCS11_MODULE: module, KAZASU_PKCS11_TOKEN: token = 'kazasu' } = env
  if (!module) return undefined
  const { KAZASU_PKCS11_PIN_FILE: file, KAZASU_PKCS11_PIN: given } = env
  const pin = () => {
    const found = file ? readFileSync(file, 'utf8').trim() : given
    if (!found) throw no['no-pin']()
    return found
  }
  return { module, token, pin }
}
