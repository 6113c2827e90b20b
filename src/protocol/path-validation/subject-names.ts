// Whether a certificate is of a name that a caller asks for: host, mailbox or address in subjectAltName. RFC 9525 §6.
// The common name is never looked at: RFC 9525 §2.

import { equal } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import { nameEqual } from '../../codec/name.ts'
import type { GeneralName } from '../../codec/name-general.ts'
import { OID } from '../../codec/oid.ts'
import { type Certificate, extensionValue } from '../../codec/x509.ts'
import { decodeAltName } from '../../codec/x509-extensions.ts'
import { host, mailbox } from './name-forms.ts'

/** Throws `CodecError` when a name cannot be compared. */
export function hasName(certificate: Certificate, wanted: GeneralName): boolean {
  const names = extensionValue(certificate, OID.subjectAltName, decodeAltName) ?? []
  return names.some((name) => isSame(name, wanted))
}

function isSame(name: GeneralName, wanted: GeneralName): boolean {
  if (name.kind === 'dns' && wanted.kind === 'dns') return isHost(name.text, host(wanted.text))
  if (name.kind === 'email' && wanted.kind === 'email')
    return mailbox(name.text).join('@') === mailbox(wanted.text).join('@')
  if (name.kind === 'uri' && wanted.kind === 'uri') return name.text === wanted.text
  if (name.kind === 'ip' && wanted.kind === 'ip') return equal(name.octets, wanted.octets)
  if (name.kind === 'directoryName' && wanted.kind === 'directoryName') return nameEqual(name.name, wanted.name)
  if (wanted.kind === 'otherName' || wanted.kind === 'other')
    throw new CodecError('name-form', 'a form of name that is not compared')
  return false
}

/** A wildcard is the whole first label and stands for exactly one, above at least two. RFC 9525 §6.3. */
function isHost(presented: string, wanted: string): boolean {
  if (!presented.startsWith('*.')) return presented.toLowerCase() === wanted
  const below = presented.slice(2).toLowerCase()
  return below.includes('.') && wanted.slice(wanted.indexOf('.') + 1) === below
}
