// GeneralName: the choice of names that extensions use, both ways. RFC 5280 §4.2.1.6.
// The forms that no profile of ours writes are kept as the element they are.

import type { Bytes } from '../base/bytes.ts'
import { CodecError } from './codec-error.ts'
import * as der from './der.ts'
import { encodeName, type Name, readName } from './name.ts'

export type GeneralName =
  | { readonly kind: 'directoryName'; readonly name: Name }
  | { readonly kind: 'uri' | 'dns' | 'email'; readonly text: string }
  | { readonly kind: 'otherName'; readonly type: string; readonly value: Bytes }
  /** RFC 5280 §4.2.1.6: 4 or 16 octets; with a mask behind them in name constraints (§4.2.1.10). */
  | { readonly kind: 'ip'; readonly octets: Bytes }
  | { readonly kind: 'other'; readonly element: Bytes }

export const directoryName = (name: Name): GeneralName => ({ kind: 'directoryName', name })
export const uri = (text: string): GeneralName => ({ kind: 'uri', text })

/** `value` is the whole element inside the `[0] EXPLICIT`. */
export const otherName = (type: string, value: Bytes): GeneralName => ({ kind: 'otherName', type, value })

/** Context tag numbers of the IA5String forms. */
const IA5_FORM = { email: 1, dns: 2, uri: 6 } as const

export function generalName(value: GeneralName): Bytes {
  switch (value.kind) {
    case 'directoryName':
      // A CHOICE cannot be tagged implicitly. X.680 §31.2.7.
      return der.explicit(4, encodeName(value.name))
    case 'otherName':
      return der.implicit(0, der.sequence(der.oid(value.type), der.explicit(0, value.value)))
    case 'ip':
      return der.implicit(7, der.octetString(value.octets))
    case 'other':
      return value.element
    default:
      return der.implicit(IA5_FORM[value.kind], der.ia5String(value.text))
  }
}

export function readGeneralName(reader: der.DerReader): GeneralName {
  if (reader.has(der.contextConstructed(4))) return directoryName(reader.explicit(4, readName))
  if (reader.has(der.contextConstructed(0))) {
    return reader.sequence(
      (inside) =>
        otherName(
          inside.oid(),
          inside.explicit(0, (value) => value.raw()),
        ),
      der.contextConstructed(0),
    )
  }
  for (const kind of ['email', 'dns', 'uri'] as const) {
    const tag = der.contextPrimitive(IA5_FORM[kind])
    if (reader.has(tag)) return { kind, text: reader.ia5String(tag) }
  }
  if (reader.has(der.contextPrimitive(7))) return { kind: 'ip', octets: reader.octetString(der.contextPrimitive(7)) }
  return { kind: 'other', element: otherForm(reader) }
}

/** x400Address, ediPartyName, registeredID: kept as they are; anything else is no GeneralName. */
function otherForm(reader: der.DerReader): Bytes {
  const tags = [der.contextConstructed(3), der.contextConstructed(5), der.contextPrimitive(8)]
  const tag = tags.find((one) => reader.has(one))
  if (tag === undefined) throw new CodecError('general-name', 'a form of name that does not exist')
  return reader.raw(tag)
}
