// Canonical XML of a document or of one element with all that is below: inclusive 1.0 and 1.1, exclusive 1.0.
// C14N §§2, 3; Exclusive C14N §3. Elements below may be left out, as the enveloped signature is.

import { type Bytes, utf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import { XML_NAMESPACE, type XmlAttribute, type XmlDocument, type XmlElement, type XmlNode } from './xml.ts'

export interface Canonicalization {
  readonly kind: 'inclusive' | 'inclusive-1.1' | 'exclusive'
  readonly comments?: boolean
  /** Exclusive only: prefixes that are treated as by the inclusive kind; '' for the default. */
  readonly inclusivePrefixes?: readonly string[]
}

const ALGORITHMS: Readonly<Record<string, Canonicalization>> = {
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315': { kind: 'inclusive' },
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments': { kind: 'inclusive', comments: true },
  'http://www.w3.org/2006/12/xml-c14n11': { kind: 'inclusive-1.1' },
  'http://www.w3.org/2006/12/xml-c14n11#WithComments': { kind: 'inclusive-1.1', comments: true },
  'http://www.w3.org/2001/10/xml-exc-c14n#': { kind: 'exclusive' },
  'http://www.w3.org/2001/10/xml-exc-c14n#WithComments': { kind: 'exclusive', comments: true },
}

/** Undefined when it is none that is known. */
export const canonicalizationOf = (uri: string): Canonicalization | undefined =>
  Object.hasOwn(ALGORITHMS, uri) ? ALGORITHMS[uri] : undefined

/** Whether an element below is left out, with all that it has. */
export type Without = (element: XmlElement) => boolean

const nothing: Without = () => false

export function canonicalize(of: XmlDocument | XmlElement, how: Canonicalization, without: Without = nothing): Bytes {
  const parts: string[] = []
  const writer: Writer = { how, without, parts, isApex: true }
  if (!('root' in of)) writeElement(of, new Map(), writer)
  else {
    const outside = (nodes: readonly XmlNode[]) =>
      nodes.filter((node) => node.kind !== 'comment' || how.comments).map((node) => markup(node))
    for (const text of outside(of.before)) parts.push(text, '\n')
    writeElement(of.root, new Map(), writer)
    for (const text of outside(of.after)) parts.push('\n', text)
  }
  return utf8(parts.join(''))
}

interface Writer {
  readonly how: Canonicalization
  readonly without: Without
  readonly parts: string[]
  readonly isApex: boolean
}

type Namespaces = ReadonlyMap<string, string>

function writeElement(element: XmlElement, rendered: Namespaces, writer: Writer): void {
  const { parts, how, isApex } = writer
  const namespaces = namespacesOf(element, rendered, writer)
  const attributes = isApex && how.kind !== 'exclusive' ? withInherited(element, how) : element.attributes
  const name = nameOf(element)
  parts.push('<', name)
  for (const [prefix, uri] of [...namespaces].toSorted(([a], [b]) => compare(a, b)))
    parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, attributeText(uri), '"')
  for (const one of attributes.toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.local, b.local)))
    parts.push(' ', nameOf(one), '="', attributeText(one.value), '"')
  parts.push('>')
  const below = namespaces.size > 0 ? new Map([...rendered, ...namespaces]) : rendered
  const inside = isApex ? { ...writer, isApex: false } : writer
  for (const child of element.children) {
    if (child.kind === 'element') {
      if (!writer.without(child)) writeElement(child, below, inside)
    } else if (child.kind !== 'comment' || how.comments) parts.push(markup(child))
  }
  parts.push('</', name, '>')
}

/** What must be declared here, because what is above in the output does not. */
function namespacesOf(element: XmlElement, rendered: Namespaces, { how, isApex }: Writer): Namespaces {
  const prefixes =
    how.kind === 'exclusive'
      ? [
          ...used(element),
          ...(how.inclusivePrefixes ?? []).filter((prefix) => prefix === '' || inScope(element, prefix)),
        ]
      : isApex
        ? allInScope(element)
        : [...element.declarations.keys()]
  const found = new Map<string, string>()
  for (const prefix of prefixes) {
    const uri = inScope(element, prefix) ?? ''
    if (prefix !== 'xml' && (rendered.get(prefix) ?? '') !== uri) found.set(prefix, uri)
  }
  return found
}

const used = ({ prefix, attributes }: XmlElement): string[] => [
  prefix,
  ...attributes.map((one) => one.prefix).filter((one) => one !== ''),
]

/** What a prefix stands for there. */
export function inScope(element: XmlElement, prefix: string): string | undefined {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const uri = at.declarations.get(prefix)
    if (uri !== undefined) return uri
  }
  return undefined
}

function allInScope(element: XmlElement): string[] {
  const found = new Set<string>()
  for (let at: XmlElement | undefined = element; at; at = at.parent)
    for (const prefix of at.declarations.keys()) found.add(prefix)
  return [...found]
}

/** C14N §2.4: attributes of XML's own namespace come down from what is left out above; in 1.1 not all of them. */
function withInherited(element: XmlElement, { kind }: Canonicalization): readonly XmlAttribute[] {
  const found = [...element.attributes]
  for (let at = element.parent; at; at = at.parent)
    for (const one of at.attributes) {
      if (one.namespace !== XML_NAMESPACE || found.some((known) => isSame(known, one))) continue
      if (kind === 'inclusive-1.1' && one.local === 'id') continue
      if (kind === 'inclusive-1.1' && one.local === 'base')
        throw new CodecError('xml-base', 'xml:base above what is signed')
      found.push(one)
    }
  return found
}

const isSame = (a: XmlAttribute, b: XmlAttribute): boolean => a.namespace === b.namespace && a.local === b.local

const nameOf = ({ prefix, local }: { readonly prefix: string; readonly local: string }): string =>
  prefix === '' ? local : `${prefix}:${local}`

function markup(node: XmlNode): string {
  if (node.kind === 'text') return node.value.replace(/[&<>\r]/g, (one) => TEXT[one]!)
  if (node.kind === 'comment') return `<!--${node.value}-->`
  if (node.kind === 'instruction') return `<?${node.target}${node.value === '' ? '' : ` ${node.value}`}?>`
  return ''
}

const TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const ATTRIBUTE: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

export const attributeText = (value: string): string => value.replace(/[&<"\t\n\r]/g, (one) => ATTRIBUTE[one]!)

/** By code points; UTF-16 has another order above U+FFFF. */
function compare(a: string, b: string): number {
  if (a === b) return 0
  const [one, other] = [[...a], [...b]]
  const at = one.findIndex((character, i) => character !== other[i])
  return at < 0 ? -1 : (one[at]!.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? -1)
}
