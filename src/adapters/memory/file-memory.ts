// The memory of one card as a journal on disk: survives kill -9 and power loss, and has one holder at a time.
// Not encrypted: as with a plastic card's chip, whoever has the file has the card (mode 0600).

import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Bytes } from '../../base/bytes.ts'
import type { Memory } from '../../base/ports.ts'
import { createFile, replaceFile, writeFlushed } from '../atomic-file.ts'
import { type FileLock, LockHeld, lockFile } from '../file-lock.ts'
import { apply, type Changes, encodeFrame, HEADER, replay } from './journal.ts'
import { no } from './refusals.ts'

export interface CardMemory extends Memory {
  /** Gives the card free for another holder. */
  close(): void
}

export interface FileMemoryOptions {
  /** Called around each write to the disk; a crash test ends the process in it. */
  readonly onCommit?: (when: 'before' | 'after') => void
  /** The journal is rewritten when it is longer than this and four times what it holds. */
  readonly compactAbove?: number
}

/** Opens or creates the card at `path`; refuses with `card/in-use` while another holder has it. */
export function fileMemory(path: string, options: FileMemoryOptions = {}): CardMemory {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const lock = lockCard(path)
  try {
    return opened(path, lock, options)
  } catch (error) {
    lock.release()
    throw error
  }
}

function lockCard(path: string): FileLock {
  try {
    return lockFile(`${path}.lock`)
  } catch (error) {
    if (error instanceof LockHeld) throw no['in-use']({ process: error.pid }, error)
    throw error
  }
}

function opened(path: string, lock: FileLock, options: FileMemoryOptions): CardMemory {
  if (!existsSync(path)) createFile(path, HEADER, 0o600)
  const { records, end, damaged } = replay(Uint8Array.from(readFileSync(path)))
  if (damaged) throw no.damaged()
  if (end === 0) replaceFile(path, HEADER, 0o600)
  const journal = appendable(path, Math.max(end, HEADER.length))
  const compactAbove = options.compactAbove ?? 256 * 1024
  return {
    load: () => new Map([...records].map(([name, value]) => [name, value.slice()])),
    commit: (changes) => {
      if (changes.size === 0) return
      options.onCommit?.('before')
      journal.append(encodeFrame(changes))
      apply(records, changes)
      if (journal.size() > Math.max(compactAbove, 4 * sizeOf(records))) journal.compact(records)
      options.onCommit?.('after')
    },
    close: () => {
      journal.close()
      lock.release()
    },
  }
}

/** The open journal. `end` is where the last whole frame ends; anything after it is cut off before the next write. */
function appendable(path: string, start: number) {
  let file = openSync(path, 'r+')
  let end = start
  let closed = false
  ftruncateSync(file, end)
  return {
    size: () => end,
    append: (frame: Bytes) => {
      if (closed) throw new Error('this card memory is closed')
      ftruncateSync(file, end)
      try {
        writeFlushed(file, frame, end)
      } catch (error) {
        ftruncateSync(file, end)
        throw error
      }
      end += frame.length
    },
    compact: (records: Changes) => {
      const frame = encodeFrame(records)
      // The commit is safe in the old journal already, so a full disk here is no reason to fail it.
      if (!rewritten(path, frame)) return
      closeSync(file)
      file = openSync(path, 'r+')
      end = HEADER.length + frame.length
    },
    close: () => {
      if (!closed) closeSync(file)
      closed = true
    },
  }
}

function rewritten(path: string, frame: Bytes): boolean {
  try {
    const whole = new Uint8Array(HEADER.length + frame.length)
    whole.set(HEADER)
    whole.set(frame, HEADER.length)
    replaceFile(path, whole, 0o600)
    return true
  } catch {
    return false
  }
}

const sizeOf = (records: ReadonlyMap<string, Bytes>): number =>
  [...records].reduce((sum, [name, value]) => sum + name.length + value.length + 7, 0)
