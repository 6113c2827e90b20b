// An HSM in software for tests: SoftHSM2 with a token of its own in a temporary folder. A peer: skipped by name without it.

import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HsmSettings, hsmSettings } from '../hsm/index.ts'

export interface SoftHsm {
  readonly settings: HsmSettings
  /** Where the token lives. */
  readonly tokens: string
  readonly pinFile: string
  end(): void
}

const library = (): string | undefined =>
  globSync([
    '/usr/lib/softhsm/libsofthsm2.so',
    '/usr/lib/*/softhsm/libsofthsm2.so',
    '/opt/homebrew/lib/softhsm/*.so',
  ])[0]

/** Why there is none here, or undefined. */
export function softHsmMissing(): string | undefined {
  if (!library()) return 'needs softhsm2'
  try {
    createRequire(import.meta.url)('pkcs11js')
    return undefined
  } catch {
    return 'needs the optional package pkcs11js, which is built with a C++ compiler'
  }
}

/** A new token "kazasu test"; its PIN is in a file, as in operation. */
export function softHsm(): SoftHsm {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-softhsm-'))
  const tokens = join(folder, 'tokens')
  const pinFile = join(folder, 'pin')
  const configuration = join(folder, 'softhsm2.conf')
  mkdirSync(tokens)
  writeFileSync(configuration, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`)
  writeFileSync(pinFile, '271828\n', { mode: 0o600 })
  const environment = { SOFTHSM2_CONF: configuration }
  const token = 'kazasu test'
  const args = ['--init-token', '--free', '--label', token, '--pin', '271828', '--so-pin', '314159']
  execFileSync('softhsm2-util', args, { env: { ...process.env, ...environment }, stdio: 'pipe' })
  return {
    tokens,
    pinFile,
    settings: { ...settingsOf(pinFile), token, environment },
    end: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const settingsOf = (pinFile: string): HsmSettings =>
  hsmSettings({ KAZASU_PKCS11_MODULE: library(), KAZASU_PKCS11_PIN_FILE: pinFile })!
