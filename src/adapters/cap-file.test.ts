import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Bytes, bytes, concat, fromHex, hex, utf8 } from '../base/bytes.ts'
import { decodeCap } from '../codec/cap.ts'
import { CodecError } from '../codec/codec-error.ts'
import { jpkiLoadFile } from '../protocol/jpki-ap/index.ts'
import { loadFileOf } from './cap-file.ts'

const le = (value: number, width: number) =>
  bytes(...Array.from({ length: width }, (_, i) => (value >> (8 * i)) & 0xff))

/** A ZIP archive, as a converter would write it. */
function archive(files: readonly [name: string, content: Bytes, deflated: boolean][]): Bytes {
  const parts: Bytes[] = []
  const directory: Bytes[] = []
  let at = 0
  for (const [name, content, deflated] of files) {
    const packed = deflated ? new Uint8Array(deflateRawSync(content)) : content
    const common = concat(
      le(20, 2),
      le(0, 2),
      le(deflated ? 8 : 0, 2),
      le(0, 8),
      le(packed.length, 4),
      le(content.length, 4),
    )
    const local = concat(fromHex('504b0304'), common, le(name.length, 2), le(0, 2), utf8(name), packed)
    directory.push(
      concat(fromHex('504b0102'), le(20, 2), common, le(name.length, 2), le(0, 4), le(0, 8), le(at, 4), utf8(name)),
    )
    parts.push(local)
    at += local.length
  }
  const all = concat(...directory)
  const end = concat(
    fromHex('504b0506'),
    le(0, 4),
    le(files.length, 2),
    le(files.length, 2),
    le(all.length, 4),
    le(at, 4),
    le(0, 2),
  )
  return concat(...parts, all, end)
}

const whole = jpkiLoadFile()
const NAMES: Readonly<Record<number, string>> = { 1: 'Header', 2: 'Directory', 3: 'Applet', 7: 'Method' }
const components = decodeCap(whole).components.map(({ tag, content }): [string, Bytes, boolean] => [
  `jp/example/javacard/${NAMES[tag]}.cap`,
  concat(bytes(tag, content.length >> 8, content.length & 0xff), content),
  tag % 2 === 0,
])

test('the components of an archive in any order are put in the order of a load file; Debug is left out', () => {
  const debug: [string, Bytes, boolean] = ['jp/example/javacard/Debug.cap', fromHex('0c0001ff'), false]
  const manifest: [string, Bytes, boolean] = ['META-INF/MANIFEST.MF', utf8('Manifest-Version: 1.0'), true]
  expect(hex(loadFileOf(archive([manifest, debug, ...components.toReversed()])))).toBe(hex(whole))
})

test('components one after the other stay as they are', () => expect(loadFileOf(whole)).toBe(whole))

test.each([
  ['no Header', archive(components.slice(1))],
  ['a cut archive', archive(components).slice(0, -30)],
  ['a component that unpacks to too much', archive([['javacard/Header.cap', new Uint8Array(70_000), true]])],
  [
    'a damaged component',
    concat(archive(components.map(([n, c]) => [n, c, true] as const)).map((b, i) => (i === 60 ? b ^ 0xff : b))),
  ],
])('%s is refused', (_, file) => expect(() => loadFileOf(file)).toThrow(CodecError))
