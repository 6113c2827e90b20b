// Files that appear whole or not at all, also after power loss: written aside, flushed, then renamed or linked.

import { randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Bytes } from '../base/bytes.ts'

/** Writes all of `content` to an open file, flushed to the disk. */
export function writeFlushed(file: number, content: Bytes, position: number | null = null): void {
  let written = 0
  while (written < content.length) {
    const at = position === null ? null : position + written
    written += writeSync(file, content, written, content.length - written, at)
  }
  fsyncSync(file)
}

/** Replaces the file. */
export function replaceFile(path: string, content: Bytes, mode: number): void {
  aside(path, content, mode, (draft) => renameSync(draft, path))
}

/** Creates the file; false when it is there already, and then nothing is changed. */
export function createFile(path: string, content: Bytes, mode: number): boolean {
  try {
    aside(path, content, mode, (draft) => linkSync(draft, path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function aside(path: string, content: Bytes, mode: number, publish: (draft: string) => void): void {
  const draft = `${path}.${randomUUID()}.draft`
  mkdirSync(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 })
  try {
    const file = openSync(draft, 'wx', mode)
    try {
      writeFlushed(file, content)
    } finally {
      closeSync(file)
    }
    publish(draft)
    flushFolder(dirname(path))
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A name is safe on the disk only after its folder is flushed; Windows has no such call and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
