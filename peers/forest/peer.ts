// A peer program at work: a folder of its own, files in PEM and DER, what it said, and the classes where it differs.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import type { Bytes } from '../../src/base/bytes.ts'
import { BY_VERSION, DISAGREEMENTS, type Peer } from './disagreements.ts'

export const base64 = (der: Bytes): string => Buffer.from(der).toString('base64')

const lines = (der: Bytes): string => (base64(der).match(/.{1,64}/g) ?? []).join('\n')

export const pem = (label: string, ders: readonly Bytes[]): string =>
  ders.map((der) => `-----BEGIN ${label}-----\n${lines(der)}\n-----END ${label}-----\n`).join('')

export const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0

/** Gone when the tests of the file have run. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-forest-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const put = (file: string, content: string | Bytes): string => {
    writeFileSync(join(folder, file), content)
    return file
  }
  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
    return { status, stdout, said: `${stdout}${stderr}` }
  }
  return { put, run }
}

/** Every class in `found` has its reason, and every reason a class. */
export function expectExplained(peer: Peer, found: readonly string[]): void {
  const settled = (classes: readonly string[]) =>
    [...new Set(classes)].filter((one) => !BY_VERSION[peer]?.includes(one)).toSorted()
  expect(settled(found)).toEqual(settled(Object.keys(DISAGREEMENTS[peer])))
}
