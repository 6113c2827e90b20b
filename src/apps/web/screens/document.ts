// A document for whoever is to sign it: XML as its fields, text as it stands, a PDF to be opened.

import type { VNode } from 'preact'
import { type Bytes, fromUtf8 } from '../../../base/bytes.ts'
import { CodecError } from '../../../codec/codec-error.ts'
import { decodeXml, type XmlElement } from '../../../codec/xml.ts'
import { descendants, elementsOf } from '../../../codec/xml-elements.ts'
import { buttonLink, type Row, rows } from '../components.ts'
import { div, h2, p, pre, section } from '../tags.ts'
import type { Viewer } from '../viewer.ts'

interface Shown {
  readonly title: string
  readonly format: 'CAdES' | 'XAdES' | 'PAdES'
  readonly document: Bytes
}

/** What the document says; `href` leads to the document itself. */
export function readable({ t, format }: Viewer, shown: Shown, href: string): VNode {
  const { title, document } = shown
  const link = buttonLink(href, shown.format === 'PAdES' ? t.signing.openPdf : t.signing.openText, 'secondary')
  return section(
    { class: 'panel', id: 'document' },
    h2({}, title),
    div({ lang: 'ja' }, content(shown)),
    link,
    p({ class: 'hint' }, t.signing.octets(format.count(document.length))),
  )
}

function content({ format, document }: Shown): VNode | null {
  if (format === 'PAdES') return null
  const fields = format === 'XAdES' ? fieldsOf(document) : null
  return fields ? rows(...fields) : pre({ class: 'plain' }, fromUtf8(document))
}

/** Every element that has text and no elements. Null for what cannot be read: it is shown as it stands. */
function fieldsOf(document: Bytes): Row[] | null {
  try {
    return [...descendants(decodeXml(document).root)]
      .filter((element) => elementsOf(element).length === 0)
      .map((element) => [element.local, plain(element)])
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

const plain = ({ children }: XmlElement): string =>
  children
    .map((node) => (node.kind === 'text' ? node.value : ''))
    .join('')
    .trim()

const TYPES = {
  CAdES: 'text/plain; charset=utf-8',
  XAdES: 'text/plain; charset=utf-8',
  PAdES: 'application/pdf',
} as const

/** Never as a page: XML is shown as text. */
export const asFile = ({ format, document }: Shown): Response =>
  new Response(document.slice(), {
    headers: {
      'content-type': TYPES[format],
      'content-disposition': 'inline',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
