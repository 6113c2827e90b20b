// A document for whoever is to sign it: XML as its fields, text as it stands, a PDF to be opened.

import type { VNode } from 'preact'
import { type Bytes, fromUtf8 } from '../../../base/bytes.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeXml, type XmlElement } from '../../../codec/xml.ts'
import { elementsOf } from '../../../codec/xml-elements.ts'
import { buttonLink, notice, type Row, rows } from '../components.ts'
import { div, h2, p, pre, section } from '../tags.ts'
import type { Viewer } from '../viewer.ts'

interface Shown {
  readonly title: string
  readonly format: 'CAdES' | 'XAdES' | 'PAdES'
  readonly document: Bytes
}

/** What the document says, and all that it says; `href` leads to the document itself. */
export function readable({ t, format }: Viewer, shown: Shown, href: string): VNode {
  const { title, document } = shown
  const text = shown.format === 'PAdES' ? null : textOf(document)
  const link = buttonLink(href, shown.format === 'PAdES' ? t.signing.openPdf : t.signing.openText, 'secondary')
  return section(
    { class: 'panel', id: 'document' },
    h2({}, title),
    text === null ? null : div({ lang: 'ja' }, content(shown, text)),
    text === null && shown.format !== 'PAdES' ? notice('warning', t.signing.noText, p({}, t.signing.noTextHint)) : null,
    link,
    p({ class: 'hint' }, t.signing.octets(format.count(document.length))),
  )
}

function content({ format, document }: Shown, text: string): VNode {
  const fields = format === 'XAdES' ? fieldsOf(document) : null
  return fields ? rows(...fields) : pre({ class: 'plain' }, visible(text))
}

/** Null for what is no text. */
function textOf(document: Bytes): string | null {
  try {
    return fromUtf8(document)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Controls, and what lets text be read in another order than it stands (`Bidi_Control`). */
const HIDDEN = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu

const visible = (text: string): string =>
  text.replace(HIDDEN, (one) => `[U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)

/** Every element that has text and no elements, and every attribute, by where it stands. Null where that would not be all: it is shown as it stands. */
function fieldsOf(document: Bytes): Row[] | null {
  try {
    const { root, before, after } = decodeXml(document)
    if ([...before, ...after].some(({ kind }) => kind !== 'text')) return null
    return fieldsIn(root, [])
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

function fieldsIn(element: XmlElement, above: readonly string[]): Row[] | null {
  const own = element.attributes.map(({ local, value }): Row => [[...above, local].join(' / '), visible(value)])
  const below = elementsOf(element)
  const texts = element.children.flatMap((node) => (node.kind === 'element' ? [] : [node]))
  if (texts.some(({ kind }) => kind !== 'text')) return null
  const text = texts
    .map(({ value }) => value)
    .join('')
    .trim()
  if (below.length === 0) return [...own, [above.join(' / ') || element.local, visible(text)]]
  if (text !== '') return null
  const inside = below.map((one) => fieldsIn(one, [...above, one.local]))
  return inside.some((one) => one === null) ? null : [...own, ...inside.flatMap((one) => one ?? [])]
}

/** Never as a page: XML is shown as text, and what is no text is kept as a file. */
export const asFile = ({ format, document }: Shown): Response => {
  const text = format !== 'PAdES' && textOf(document) !== null
  const type = text ? 'text/plain; charset=utf-8' : format === 'PAdES' ? 'application/pdf' : 'application/octet-stream'
  return new Response(document.slice(), {
    headers: {
      'content-type': type,
      'content-disposition': type === 'application/octet-stream' ? 'attachment; filename="document"' : 'inline',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}
