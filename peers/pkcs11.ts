// Where Debian has OpenSC's PKCS#11 module and what uses it, and how the authentication key is named to them. RFC 7512.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** By machine. */
const inDebian = (name: string) =>
  ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/${name}`).find(existsSync)
export const MODULE = inDebian('opensc-pkcs11.so')
export const SPY = inDebian('pkcs11-spy.so')
const ENGINE = inDebian('engines-3/pkcs11.so')
/** Debian's Python, for its binding of the curl that uses GnuTLS. */
export const PYTHON = '/usr/bin/python3'
export const GNUTLS_CURL = new URL('gnutls_curl.py', import.meta.url).pathname

/** Why they cannot be had here; undefined when they can. */
export function noModules(): string | undefined {
  if (!MODULE || !SPY) return 'not installed: opensc-pkcs11.so, pkcs11-spy.so'
  if (!ENGINE) return 'not installed: libengine-pkcs11-openssl'
  return spawnSync(PYTHON, ['-c', 'import pycurl']).status === 0 ? undefined : 'not installed: python3-pycurl'
}

export const PRIVATE_KEY = 'pkcs11:token=JPKI%20%28User%20Authentication%20PIN%29;id=%01;type=private'
export const keyWith = (pin: string): string => `${PRIVATE_KEY};pin-value=${pin}`
