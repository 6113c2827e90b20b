// What an XML signature is over: whether that is all that was asked for, and what it is in words.
// XMLDSig §8.1. Signature wrapping: an element counts as signed only where it stands.

import { hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { XmlElement } from '../../codec/xml.ts'
import { childOf, elementsOf } from '../../codec/xml-elements.ts'
import { breaks, type Constraint, holds, type Rule, type Scope } from './model.ts'
import { DS, XADES } from './xml-names.ts'
import { isAbove, isInSignature, type SignedDocument, type XmlSignature } from './xml-signature.ts'

const RULE = {
  name: 'the signature is over what is asked for, where it stands',
  cite: 'XMLDSig §8.1.2, §8.1.3',
  otherwise: 'SIG_CONSTRAINTS_FAILURE',
} as const satisfies Rule

const COUNTER = {
  name: 'the counter-signature is over the value of the signature',
  cite: 'ETSI EN 319 132-1 §5.2.7.2',
  otherwise: 'SIG_CONSTRAINTS_FAILURE',
} as const satisfies Rule

interface Asked {
  readonly mustCover?: readonly string[]
  /** The signature that this one is a counter-signature of. */
  readonly counters?: XmlSignature
}

/** Everything but the signature's own keys and unsigned properties, or what the caller asks for. */
export function coverage(signature: XmlSignature, signed: SignedDocument, { mustCover, counters }: Asked): Constraint {
  const unsignedObject = signature.objects.find(
    (object) => !childOf(object, XADES, 'QualifyingProperties') && !isObjectCovered(signature, object),
  )
  if (unsignedObject) return breaks(RULE, 'an object of the signature is not signed')
  if (counters)
    return covers(signature, counters.signatureValue)
      ? holds(COUNTER, 'its reference leads there')
      : breaks(COUNTER, 'it is over something else')
  const { root } = signed.document
  if (mustCover) {
    const uncovered = mustCover.find((path) => !covers(signature, elementAt(root, path)))
    return uncovered ? breaks(RULE, `not signed: ${uncovered}`) : holds(RULE, mustCover.join(', '))
  }
  if (root === signature.element) return holds(RULE, 'all but the signature itself')
  return covers(signature, root) ? holds(RULE, 'the whole document') : breaks(RULE, 'only a part of the document')
}

/** A reference that leaves signatures out signs nothing of them; one that is decoded, nothing but the text. */
const covers = (
  { element: signature, references, manifested }: XmlSignature,
  element: XmlElement | undefined,
): boolean =>
  element !== undefined &&
  [...references, ...manifested].some(({ target, leftOut, isDecoded }) => {
    const isLeftOut = leftOut === 'all' ? isInSignature(element) : leftOut === 'this' && isAbove(signature, element)
    const isTarget = target !== 'outside' && (target === 'document' || isAbove(target, element))
    return isTarget && !isLeftOut && (!isDecoded || (target === element && element.namespace === DS))
  })

const isObjectCovered = (signature: XmlSignature, object: XmlElement): boolean =>
  covers(signature, object) ||
  object.children.every((node) =>
    node.kind === 'element' ? covers(signature, node) : node.kind !== 'text' || node.value.trim() === '',
  )

/** Undefined when none stands there, or several do. */
function elementAt(root: XmlElement, path: string): XmlElement | undefined {
  const [, first, ...steps] = path.split('/')
  let at: XmlElement | undefined = root.local === first ? root : undefined
  for (const step of steps) {
    const found: XmlElement[] = at ? elementsOf(at).filter(({ local }) => local === step) : []
    at = found.length === 1 ? found[0] : undefined
  }
  return at
}

export const scopeOf = (
  { references, manifested }: XmlSignature,
  properties: XmlElement | undefined,
  { document }: SignedDocument,
): Scope[] =>
  [...references, ...manifested]
    .filter(({ target, isRight }) => target !== properties && isRight !== undefined)
    .map(({ uri, target, octets }) => ({
      name: target === 'document' ? 'the document' : target === 'outside' ? uri : pathOf(target),
      sha256: hex(sha256(octets() ?? new Uint8Array(0))),
      whole: target === 'document' || target === document.root,
    }))

function pathOf(element: XmlElement): string {
  const names: string[] = []
  for (let at: XmlElement | undefined = element; at; at = at.parent) names.unshift(at.local)
  return `/${names.join('/')}`
}
