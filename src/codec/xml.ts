// XML, read strictly: UTF-8, no document type, no entities but the five that XML has, namespaces resolved.
// XML §2, §3.3.3, §4.4; XML Namespaces §§3 to 6. Offsets into the text let a signature be put in without touching the rest.

import { type Bytes, fromUtf8 } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'

export interface XmlAttribute {
  readonly prefix: string
  readonly local: string
  /** '' when it has no prefix. */
  readonly namespace: string
  readonly value: string
}

export interface XmlElement {
  readonly kind: 'element'
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  /** Namespace declarations that stand here, by prefix; '' is the default. */
  readonly declarations: ReadonlyMap<string, string>
  readonly children: readonly XmlNode[]
  readonly parent?: XmlElement
  /** Of `<`; where its contents end; behind its `>`. In characters of the text. */
  readonly start: number
  contentEnd: number
  end: number
}

export type XmlNode =
  | XmlElement
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'comment'; readonly value: string }
  | { readonly kind: 'instruction'; readonly target: string; readonly value: string }

export interface XmlDocument {
  readonly root: XmlElement
  readonly text: string
  readonly before: readonly XmlNode[]
  readonly after: readonly XmlNode[]
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'

const MAX_SIZE = 1 << 26
const MAX_DEPTH = 128
const MAX_ATTRIBUTES = 256
/** In one place: each element that declares one has all of them. */
const MAX_NAMESPACES = 128

const START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}'
const NAME = `[${START}][${START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]*`
const Q_NAME = new RegExp(`(?:(${NAME}):)?(${NAME})`, 'uy')
const SPACE = /[ \t\r\n]+/y
const IS = /[ \t\r\n]*=[ \t\r\n]*/y
const DECLARATION =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/y
/** XML §2.2; lone surrogates cannot come out of UTF-8. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** Throws `CodecError`. */
export function decodeXml(bytes: Bytes): XmlDocument {
  if (bytes.length > MAX_SIZE) throw new CodecError('too-large', 'XML of more than 64 MiB')
  let text: string
  try {
    text = fromUtf8(bytes)
  } catch (cause) {
    throw new CodecError('utf8', 'XML that is not UTF-8', undefined, cause)
  }
  if (FORBIDDEN.test(text)) throw new CodecError('character', 'a character that XML does not have')
  return new Parser(text).document()
}

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): XmlDocument {
    this.#match(DECLARATION)
    const before = this.#miscellaneous()
    const root = this.#element(undefined, new Map([['xml', XML_NAMESPACE]]), 0)
    const after = this.#miscellaneous()
    if (this.#at < this.#text.length) throw this.#error('trailing', 'something stands behind the root')
    return { root, text: this.#text, before, after }
  }

  #error(code: string, message: string): CodecError {
    return new CodecError(code, message, this.#at)
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at += found[0].length
    return found
  }

  #has(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  #take(text: string): boolean {
    const found = this.#has(text)
    if (found) this.#at += text.length
    return found
  }

  #until(text: string): string {
    const end = this.#text.indexOf(text, this.#at)
    if (end < 0) throw this.#error('truncated', `${text} is missing`)
    const found = this.#text.slice(this.#at, end)
    this.#at = end + text.length
    return found
  }

  #miscellaneous(): XmlNode[] {
    const nodes: XmlNode[] = []
    for (;;) {
      this.#match(SPACE)
      const node = this.#commentOrInstruction()
      if (!node) return nodes
      nodes.push(node)
    }
  }

  #commentOrInstruction(): XmlNode | undefined {
    if (this.#take('<!--')) {
      const value = this.#until('--')
      if (!this.#take('>')) throw this.#error('comment', 'two hyphens inside of a comment')
      return { kind: 'comment', value: lines(value) }
    }
    if (!this.#take('<?')) return undefined
    const [, prefix, target] = this.#match(Q_NAME) ?? []
    if (!target || prefix || /^xml$/i.test(target)) throw this.#error('instruction', 'a bad processing instruction')
    const hasSpace = this.#match(SPACE)
    const value = this.#until('?>')
    if (value !== '' && !hasSpace) throw this.#error('instruction', 'a bad processing instruction')
    return { kind: 'instruction', target, value: lines(value) }
  }

  #element(parent: XmlElement | undefined, scope: ReadonlyMap<string, string>, depth: number): XmlElement {
    const start = this.#at
    if (depth > MAX_DEPTH) throw this.#error('too-deep', 'elements are nested too deeply')
    if (this.#has('<!')) throw this.#error('doctype', 'a document type is not read')
    if (!this.#take('<')) throw this.#error('element', 'an element is missing')
    const [name, prefix = '', local] = this.#match(Q_NAME) ?? []
    if (!name || !local) throw this.#error('name', 'a name is missing')
    const { declarations, attributes: raw, isEmpty } = this.#startTag()
    const inside = declarations.size > 0 ? new Map([...scope, ...declarations]) : scope
    if (inside.size > MAX_NAMESPACES) throw this.#error('namespace', 'too many namespaces')
    const children: XmlNode[] = []
    const element: XmlElement = {
      kind: 'element',
      prefix,
      local,
      namespace: this.#namespace(prefix, inside, true),
      attributes: this.#resolved(raw, inside),
      declarations,
      children,
      ...(parent && { parent }),
      start,
      contentEnd: this.#at,
      end: this.#at,
    }
    if (isEmpty) return element
    this.#contents(element, children, inside, depth)
    element.contentEnd = this.#at
    if (!this.#take(`</${name}`)) throw this.#error('end-tag', 'an end tag of another element')
    this.#match(SPACE)
    if (!this.#take('>')) throw this.#error('end-tag', 'an end tag that does not end')
    element.end = this.#at
    return element
  }

  #startTag() {
    const declarations = new Map<string, string>()
    const attributes: Omit<XmlAttribute, 'namespace'>[] = []
    for (;;) {
      const hasSpace = this.#match(SPACE)
      const isEmpty = this.#take('/>')
      if (isEmpty || this.#take('>')) return { declarations, attributes, isEmpty }
      const [name, prefix = '', local] = (hasSpace && this.#match(Q_NAME)) ?? []
      if (!name || !local || !this.#match(IS)) throw this.#error('attribute', 'a bad attribute')
      const value = this.#attributeValue()
      const declared = prefix === 'xmlns' ? local : name === 'xmlns' ? '' : undefined
      if (declared === undefined) attributes.push({ prefix, local, value })
      else this.#declare(declarations, declared, value)
      if (attributes.length + declarations.size > MAX_ATTRIBUTES) throw this.#error('attribute', 'too many attributes')
    }
  }

  /** XML Namespaces §3: the two that XML has cannot be given to others, and a prefix cannot be taken back. */
  #declare(declarations: Map<string, string>, prefix: string, uri: string): void {
    const isReserved = (prefix === 'xml') !== (uri === XML_NAMESPACE) || prefix === 'xmlns' || uri === XMLNS_NAMESPACE
    if (isReserved || (prefix !== '' && uri === '')) throw this.#error('namespace', 'a bad declaration of a namespace')
    // C14N §1.3: what a relative one means depends on who reads it.
    if (uri !== '' && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) throw this.#error('namespace', 'a relative namespace')
    if (declarations.has(prefix)) throw this.#error('attribute-twice', 'a namespace is declared twice')
    declarations.set(prefix, uri)
  }

  #attributeValue(): string {
    const quote = this.#take('"') ? '"' : this.#take("'") ? "'" : undefined
    if (!quote) throw this.#error('attribute', 'an attribute without quotes')
    const raw = this.#until(quote)
    if (raw.includes('<')) throw this.#error('attribute', 'a < inside of an attribute')
    // XML §3.3.3: white space that is written as such is a space, that of a reference stays what it is.
    return this.#expanded(raw.replace(/\r\n|[\t\r\n]/g, ' '))
  }

  #namespace(prefix: string, scope: ReadonlyMap<string, string>, isElement: boolean): string {
    if (prefix === '') return isElement ? (scope.get('') ?? '') : ''
    const uri = scope.get(prefix)
    if (uri === undefined) throw this.#error('namespace', 'a prefix that is not declared')
    return uri
  }

  #resolved(raw: readonly Omit<XmlAttribute, 'namespace'>[], scope: ReadonlyMap<string, string>): XmlAttribute[] {
    const all = raw.map((one) => ({ ...one, namespace: this.#namespace(one.prefix, scope, false) }))
    if (new Set(all.map(({ namespace, local }) => `${namespace} ${local}`)).size < all.length)
      throw this.#error('attribute-twice', 'an attribute occurs twice')
    return all
  }

  #contents(parent: XmlElement, children: XmlNode[], scope: ReadonlyMap<string, string>, depth: number): void {
    let text = ''
    const flush = () => {
      if (text !== '') children.push({ kind: 'text', value: text })
      text = ''
    }
    while (!this.#has('</')) {
      if (this.#at >= this.#text.length) throw this.#error('truncated', 'an element does not end')
      if (this.#take('<![CDATA[')) text += lines(this.#until(']]>'))
      else if (this.#has('<')) {
        flush()
        children.push(this.#commentOrInstruction() ?? this.#element(parent, scope, depth + 1))
      } else text += this.#characters()
    }
    flush()
  }

  #characters(): string {
    const next = this.#text.indexOf('<', this.#at)
    const raw = this.#text.slice(this.#at, next < 0 ? this.#text.length : next)
    if (raw.includes(']]>')) throw this.#error('character', ']]> in text')
    this.#at += raw.length
    return this.#expanded(lines(raw))
  }

  /** XML §4.1, §4.6. */
  #expanded(raw: string): string {
    if (!raw.includes('&')) return raw
    return raw.replace(/&([^;&]*;?)/g, (_, name: string) => {
      const entity = ENTITIES[name]
      if (entity) return entity
      const [, digits, number] = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));$/.exec(name) ?? []
      const point = digits ? Number.parseInt(digits, 16) : Number(number ?? Number.NaN)
      const isPoint = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) && point > 0
      const character = isPoint ? String.fromCodePoint(point) : '\0'
      if (FORBIDDEN.test(character)) throw this.#error('entity', 'an entity that is not read')
      return character
    })
  }
}

const ENTITIES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  'amp;': '&',
  'lt;': '<',
  'gt;': '>',
  'quot;': '"',
  'apos;': "'",
})

/** XML §2.11. */
const lines = (raw: string): string => raw.replace(/\r\n?/g, '\n')
