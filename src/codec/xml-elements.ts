// Going about in XML that was read: children, attributes and text by name, and nothing that could be taken for another.

import { CodecError } from './codec-error.ts'
import type { XmlElement } from './xml.ts'

/** The elements right below. */
export const elementsOf = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((node): node is XmlElement => node.kind === 'element')

/** The one element of this name right below; undefined when there is none. Throws `CodecError` when there are several. */
export function childOf(parent: XmlElement, namespace: string, local: string): XmlElement | undefined {
  const [first, ...others] = elementsOf(parent).filter((one) => one.namespace === namespace && one.local === local)
  if (others.length > 0) throw new CodecError('element-twice', `${local} stands twice`)
  return first
}

/** Of an attribute without namespace. */
export const attributeOf = (element: XmlElement, local: string): string | undefined =>
  element.attributes.find((one) => one.namespace === '' && one.local === local)?.value

/** The text of an element that has nothing else. Throws `CodecError`. */
export const textOf = ({ children, local }: XmlElement): string =>
  children
    .map((node) => {
      if (node.kind === 'element') throw new CodecError('text', `${local} has elements where text must be`)
      return node.kind === 'text' ? node.value : ''
    })
    .join('')

/** It and everything below, in document order. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of elementsOf(element)) yield* descendants(child)
}
