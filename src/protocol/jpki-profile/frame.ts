// The frame of a certificate: what it shares with those that the same authority gives others in the same municipality.
// Rules that are given nothing else say of equal frames the same, so each frame needs to be judged but once.

import { equal, NO_BYTES } from '../../base/bytes.ts'
import type { Check } from '../../base/verdict.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, type Extension, encodeIssuer } from '../../codec/x509.ts'
import { algorithmEqual } from '../../codec/x509-algorithm.ts'

export type Frame = Pick<Certificate, 'version' | 'signatureAlgorithm' | 'issuer' | 'extensions'>

/** The values of these are each holder's own. */
export const OWN_EXTENSIONS = ['subjectAltName', 'subjectKeyIdentifier'] as const
const OWN: readonly string[] = OWN_EXTENSIONS.map((name) => OID[name])

const withoutOwn = (extension: Extension): Extension =>
  OWN.includes(extension.oid) ? { oid: extension.oid, critical: extension.critical, value: NO_BYTES } : extension

/** What is the holder's own is not in it, so that a rule over the frame cannot see it. */
export const frameOf = ({ version, signatureAlgorithm, issuer, extensions }: Certificate): Frame => ({
  version,
  signatureAlgorithm,
  issuer,
  extensions: extensions.map(withoutOwn),
})

const isSame = (a: Frame, b: Frame): boolean =>
  a.version === b.version &&
  algorithmEqual(a.signatureAlgorithm, b.signatureAlgorithm) &&
  (a.issuer === b.issuer || equal(encodeIssuer(a.issuer), encodeIssuer(b.issuer))) &&
  a.extensions.length === b.extensions.length &&
  a.extensions.every((one, i) => {
    const other = b.extensions[i]!
    return one.oid === other.oid && one.critical === other.critical && equal(one.value, other.value)
  })

/** To find a frame by; `isSame` has the last word. */
function sumOf({ extensions }: Frame): number {
  let sum = extensions.length
  for (const { value } of extensions) for (let i = 0; i < value.length; i++) sum = Math.imul(sum, 31) + value[i]!
  return sum | 0
}

/** Frames that are equal octet by octet; of the last `most`. */
export function frames(most: number): { has(frame: Frame): boolean; add(frame: Frame): void } {
  const known = new Map<number, Frame>()
  return {
    has: (frame) => {
      const found = known.get(sumOf(frame))
      return found !== undefined && isSame(found, frame)
    },
    add: (frame) => {
      if (known.size >= most) known.delete(known.keys().next().value!)
      known.set(sumOf(frame), frame)
    },
  }
}

/** A rule over whole certificates `E`; with `frame`, it looks at the frame alone. */
export type Rule<E, F> = Check<E> & { readonly frame?: Check<F> }

/** In a list of rules: one that is given frames. */
export const overFrames = <E extends F, F>(check: Check<F>): Rule<E, F> => ({ ...check, frame: check })
export const framesOnly = <E, F>(rules: readonly Rule<E, F>[]): readonly Check<F>[] =>
  rules.flatMap(({ frame = [] }) => frame)
export const allButFrames = <E, F>(rules: readonly Rule<E, F>[]): readonly Check<E>[] =>
  rules.filter(({ frame }) => !frame)
