// A Java Card CAP file as it comes from a converter: a ZIP archive of components (`.cap`), or the components one after
// the other (`.ijc`). PKWARE APPNOTE 6.3.3: stored and deflated entries; neither ZIP64 nor encryption.

import { inflateRawSync } from 'node:zlib'
import type { Bytes } from '../base/bytes.ts'
import { assembleLoadFile } from '../codec/cap.ts'
import { CodecError } from '../codec/codec-error.ts'

const SIGNATURE = { entry: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const
const END_LENGTH = 22
/** No component is longer: its length has two bytes (extended CAP files have more and are not understood). */
const COMPONENT_MAX = 0x10003

/** The load file data block, from either form. Throws `CodecError` when it is neither. */
export function loadFileOf(file: Bytes): Bytes {
  if (file[0] !== 0x50 || file[1] !== 0x4b) return file
  return assembleLoadFile(new Map(entries(file).flatMap(({ name, content }) => component(name, content))))
}

const component = (path: string, content: () => Bytes): [string, Bytes][] => {
  const name = /(?:^|\/)javacard\/(\w+)\.cap$/i.exec(path)?.[1]
  return name ? [[name, content()]] : []
}

interface Entry {
  readonly name: string
  readonly content: () => Bytes
}

function entries(file: Bytes): Entry[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  try {
    const end = endOf(view)
    let at = view.getUint32(end + 16, true)
    return Array.from({ length: view.getUint16(end + 10, true) }, () => {
      const { entry, next } = directoryEntry(file, view, at)
      at = next
      return entry
    })
  } catch (error) {
    if (error instanceof RangeError) throw new CodecError('zip/short', 'the archive is cut')
    throw error
  }
}

function endOf(view: DataView): number {
  for (let at = view.byteLength - END_LENGTH; at >= 0; at--) if (view.getUint32(at, true) === SIGNATURE.end) return at
  throw new CodecError('zip/end', 'the archive has no directory')
}

function directoryEntry(file: Bytes, view: DataView, at: number): { entry: Entry; next: number } {
  if (view.getUint32(at, true) !== SIGNATURE.directory)
    throw new CodecError('zip/directory', 'directory is damaged', at)
  const u16 = (offset: number) => view.getUint16(at + offset, true)
  const [method, packed, nameLength] = [u16(10), view.getUint32(at + 20, true), u16(28)]
  const local = view.getUint32(at + 42, true)
  const name = String.fromCharCode(...file.subarray(at + 46, at + 46 + nameLength))
  const content = () => {
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
    return unpacked(method, file.subarray(start, start + packed))
  }
  return { entry: { name, content }, next: at + 46 + nameLength + u16(30) + u16(32) }
}

function unpacked(method: number, packed: Bytes): Bytes {
  if (method === 0) return packed.slice()
  if (method !== 8) throw new CodecError('zip/method', 'neither stored nor deflated')
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: COMPONENT_MAX }))
  } catch (cause) {
    throw new CodecError('zip/deflate', 'a component is damaged or too long', undefined, cause)
  }
}
