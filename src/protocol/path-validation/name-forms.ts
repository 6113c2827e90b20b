// Whether a name lies within a subtree of names, for each form of name. RFC 5280 §4.2.1.10.
// A name or a subtree that is not well-formed throws `CodecError`: it can be judged neither way.

import type { Bytes } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { comparisonKey, isReadable, type Name } from '../../codec/name.ts'
import type { GeneralName } from '../../codec/name-general.ts'

/** The forms that are compared; a constraint on another form allows no name of that form. */
export type Comparable = Extract<GeneralName, { kind: 'directoryName' | 'uri' | 'dns' | 'email' | 'ip' }>

export const isComparable = (name: GeneralName): name is Comparable =>
  name.kind !== 'otherName' && name.kind !== 'other'

/** `cautious`: a wildcard that could stand for a name inside counts as inside. */
export function isWithin(name: Comparable, base: Comparable, cautious: boolean): boolean {
  if (name.kind === 'directoryName') return base.kind === 'directoryName' && directoryWithin(name.name, base.name)
  if (name.kind === 'ip') return base.kind === 'ip' && ipWithin(name.octets, base.octets)
  if (name.kind !== base.kind || !('text' in base)) return false
  if (name.kind === 'dns') return dnsWithin(name.text, base.text, cautious)
  return name.kind === 'email' ? emailWithin(name.text, base.text) : hostWithin(hostOfUri(name.text), base.text)
}

function directoryWithin(name: Name, base: Name): boolean {
  if (!isReadable(name) || !isReadable(base)) throw new CodecError('name', 'a string with what its type lacks')
  return beginsWith(comparisonKey(name), comparisonKey(base))
}

/** A comma stands between the keys of two RDNs and nowhere else. */
const beginsWith = (key: string, base: string): boolean => base === '' || key === base || key.startsWith(`${base},`)

const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?'
const HOST = new RegExp(`^${LABEL}(\\.${LABEL})*$`)

/** In lower case. Throws when it is no name of a host. */
export function host(text: string): string {
  const lower = text.toLowerCase()
  if (text.length > 253 || !HOST.test(lower) || /(^|\.)[0-9]+$/.test(lower))
    throw new CodecError('host-name', 'a name that is no name of a host')
  return lower
}

/** Any labels may stand before the base; an empty base is every name. */
function dnsWithin(name: string, base: string, cautious: boolean): boolean {
  const wildcard = name.startsWith('*.')
  const below = host(wildcard ? name.slice(2) : name)
  if (base === '') return true
  const subtree = host(base)
  if (below === subtree || below.endsWith(`.${subtree}`)) return true
  return wildcard && cautious && subtree.endsWith(`.${below}`)
}

/** A host, or with a leading period everything below it, but not itself. */
function hostWithin(name: string, base: string): boolean {
  return base.startsWith('.') ? name.endsWith(`.${host(base.slice(1))}`) : name === host(base)
}

/** A mailbox, a host, or a domain with a leading period. The local part keeps its case: RFC 5321 §2.4. */
function emailWithin(name: string, base: string): boolean {
  const [local, at] = mailbox(name)
  if (!base.includes('@')) return hostWithin(at, base)
  const [baseLocal, baseAt] = mailbox(base)
  return local === baseLocal && at === baseAt
}

export function mailbox(text: string): readonly [local: string, host: string] {
  const at = text.lastIndexOf('@')
  if (at < 1 || /[\s\0"\\@]/.test(text.slice(0, at))) throw new CodecError('mailbox', 'an address that is not one')
  return [text.slice(0, at), host(text.slice(at + 1))]
}

/** RFC 3986 §3.2. A URI without the name of a host cannot be judged: RFC 5280 §4.2.1.10. */
function hostOfUri(text: string): string {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text)?.[1]
  if (authority === undefined) throw new CodecError('uri', 'a URI without an authority')
  const name = authority.slice(authority.lastIndexOf('@') + 1).replace(/:[0-9]*$/, '')
  return host(name)
}

/** Address and mask, which must be a prefix. */
function ipWithin(address: Bytes, base: Bytes): boolean {
  const size = base.length / 2
  if (![4, 16].includes(size) || ![4, 16].includes(address.length) || !isPrefix(base.subarray(size)))
    throw new CodecError('ip', 'an IP address or a mask that is not one')
  if (address.length !== size) return false
  return address.every((octet, i) => (octet & base[size + i]!) === (base[i]! & base[size + i]!))
}

/** Ones, then zeros: RFC 4632 §3.1. */
function isPrefix(mask: Bytes): boolean {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, '0')).join('')
  return !bits.includes('01')
}
