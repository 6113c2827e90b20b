// Load File Data Block: the components of a Java Card CAP file, one after the other, tag (1) size (2) content.
// Java Card VM 3.0.4 §6; GPC v2.3.1 §11.6.2.3. Header, Applet and Import are understood, the rest is carried.

import { type Bytes, bytes, concat, equal, fromHex, fromUint, u16 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export interface CapComponent {
  readonly tag: number
  readonly content: Bytes
}

export interface CapApplet {
  readonly aid: Bytes
  readonly installMethodOffset: number
}

export interface Cap {
  readonly aid: Bytes
  readonly major: number
  readonly minor: number
  readonly applets: readonly CapApplet[]
  /** AIDs of the packages in the Import component. */
  readonly imports: readonly Bytes[]
  readonly components: readonly CapComponent[]
}

/** Tags by the order in which a load file carries them: Header, Directory, Import, Applet, Class, Method, ... */
export const CAP_COMPONENT = {
  header: 1,
  directory: 2,
  applet: 3,
  import: 4,
  constantPool: 5,
  class: 6,
  method: 7,
  staticField: 8,
  referenceLocation: 9,
  export: 10,
  descriptor: 11,
} as const

/** The order in which a card is given the components; Debug is for tools. Java Card VM 3.0.4 §4.1, GPC v2.3.1 §11.6. */
const LOAD_ORDER = [
  'Header',
  'Directory',
  'Import',
  'Applet',
  'Class',
  'Method',
  'StaticField',
  'Export',
  'ConstantPool',
  'RefLocation',
  'Descriptor',
] as const

/** The load file data block from the components of a `.cap` archive, by the name of the file without `.cap`. */
export function assembleLoadFile(components: ReadonlyMap<string, Bytes>): Bytes {
  const found = LOAD_ORDER.flatMap((name) => components.get(name) ?? [])
  if (!components.has('Header')) throw new CodecError('cap/header', 'there is no Header component')
  return concat(...found)
}

const MAGIC = fromHex('decaffed')
const CAP_FORMAT = bytes(1, 2) // minor, major: format 2.1
const FLAG_APPLET = 0x04

const component = (tag: number, content: Bytes): Bytes => concat(bytes(tag), u16(content.length), content)
const withLength = (value: Bytes): Bytes => concat(bytes(value.length), value)

export interface CapSource {
  readonly aid: Bytes
  readonly major: number
  readonly minor: number
  readonly applets: readonly CapApplet[]
  /** Content of the Method component. */
  readonly method: Bytes
}

/** A load file with Header, Directory, Applet and Method. */
export function encodeCap({ aid, major, minor, applets, method }: CapSource): Bytes {
  const header = concat(MAGIC, CAP_FORMAT, bytes(FLAG_APPLET, minor, major), withLength(aid))
  const applet = concat(
    bytes(applets.length),
    ...applets.map((a) => concat(withLength(a.aid), u16(a.installMethodOffset))),
  )
  const sizes = Array.from({ length: 11 }, () => 0)
  sizes[CAP_COMPONENT.header - 1] = header.length
  sizes[CAP_COMPONENT.directory - 1] = DIRECTORY_LENGTH
  sizes[CAP_COMPONENT.applet - 1] = applet.length
  sizes[CAP_COMPONENT.method - 1] = method.length
  const directory = concat(...sizes.map(u16), new Uint8Array(6), bytes(0, applets.length, 0))
  return concat(
    component(CAP_COMPONENT.header, header),
    component(CAP_COMPONENT.directory, directory),
    component(CAP_COMPONENT.applet, applet),
    component(CAP_COMPONENT.method, method),
  )
}

/** Eleven sizes, static field sizes (6), counts of imports, applets and custom components. */
const DIRECTORY_LENGTH = 11 * 2 + 6 + 3

/** Any bytes to a load file, or a `CodecError`. */
export function decodeCap(from: Bytes): Cap {
  const components = decodeComponents(from)
  const header = components[0]
  if (header?.tag !== CAP_COMPONENT.header) throw new CodecError('cap/header', 'the first component is not Header', 0)
  const content = header.content
  if (!equal(content.subarray(0, 4), MAGIC)) throw new CodecError('cap/magic', 'not a CAP file', 3)
  const length = content[9]
  if (length === undefined || content.length < 10 + length) throw new CodecError('cap/short', 'Header is cut', 3)
  const applet = components.find(({ tag }) => tag === CAP_COMPONENT.applet)
  return {
    aid: checkedAid(content.slice(10, 10 + length)),
    major: content[8]!,
    minor: content[7]!,
    applets: applet ? decodeApplets(applet.content) : [],
    imports: decodeImports(components.find(({ tag }) => tag === CAP_COMPONENT.import)?.content ?? bytes(0)),
    components,
  }
}

function decodeComponents(from: Bytes): CapComponent[] {
  const found: CapComponent[] = []
  for (let at = 0; at < from.length; ) {
    const size = fromUint(from.subarray(at + 1, at + 3))
    const end = at + 3 + size
    if (at + 3 > from.length || end > from.length) throw new CodecError('cap/short', 'component is cut', at)
    const tag = from[at]!
    if (found.some((earlier) => earlier.tag === tag)) throw new CodecError('cap/twice', 'component appears twice', at)
    found.push({ tag, content: from.slice(at + 3, end) })
    at = end
  }
  return found
}

/** Count, then minor, major and AID of each. Java Card VM 3.0.4 §6.7. */
function decodeImports(content: Bytes): Bytes[] {
  const names: Bytes[] = []
  let at = 1
  for (let i = 0; i < (content[0] ?? 0); i++) {
    const length = content[at + 2]
    if (length === undefined || at + 3 + length > content.length) throw new CodecError('cap/short', 'Import is cut', at)
    names.push(checkedAid(content.slice(at + 3, at + 3 + length)))
    at += 3 + length
  }
  if (at !== content.length) throw new CodecError('cap/long', 'Import has bytes left', at)
  return names
}

function decodeApplets(content: Bytes): CapApplet[] {
  const count = content[0] ?? 0
  const applets: CapApplet[] = []
  let at = 1
  for (let i = 0; i < count; i++) {
    const length = content[at]
    if (length === undefined || at + 3 + length > content.length) throw new CodecError('cap/short', 'Applet is cut', at)
    const end = at + 1 + length
    applets.push({
      aid: checkedAid(content.slice(at + 1, end)),
      installMethodOffset: fromUint(content.subarray(end, end + 2)),
    })
    at = end + 2
  }
  if (at !== content.length) throw new CodecError('cap/long', 'Applet has bytes left', at)
  return applets
}

/** ISO 7816-4:2020 §12.2.3: an AID has 5 to 16 bytes. */
function checkedAid(aid: Bytes): Bytes {
  if (aid.length < 5 || aid.length > 16) throw new CodecError('cap/aid', 'an AID has 5 to 16 bytes')
  return aid
}
