// Where a peer judges a class of chains otherwise than we do, and why: in every one we refuse and the peer accepts, or
// does not look. docs/divergences.md tells the same to people.

const NO_IDENTIFIER = 'RFC 5280 §4.2.1.1, §4.2.1.2 demand key identifiers; without -x509_strict nobody asks for them'
const SERIAL = 'RFC 5280 §4.1.2.2 demands a positive serial number; it is read and not judged'
const CONSTRAINTS = 'RFC 5280 §4.2.1.10 demands criticality, and CAs only; the constraints are applied all the same'
const CERT_SIGN = 'RFC 5280 §4.2.1.9 forbids keyCertSign without cA; as a leaf it can sign nothing that anybody accepts'
const SMALL = 'NIST SP 800-57: RSA from 2,048 bits; the peer has no lower limit, or 1,024'
const NO_LISTS = 'certtool --verify is given no lists: it is asked about the path alone'

export const DISAGREEMENTS = {
  openssl: {
    'CA without subjectKeyIdentifier': NO_IDENTIFIER,
    'leaf without authorityKeyIdentifier': NO_IDENTIFIER,
    'RSA of 1024 bits in the leaf': SMALL,
    'signed with SHA-1': 'the security level of openssl verify is set by -auth_level, and 0 unless asked',
    'leaf with keyCertSign': CERT_SIGN,
    'name constraints in the leaf': CONSTRAINTS,
    'name constraints that are not critical': CONSTRAINTS,
    'negative serial number': SERIAL,
    'serial number 0': SERIAL,
  },
  go: {
    'CA without subjectKeyIdentifier': NO_IDENTIFIER,
    'leaf without authorityKeyIdentifier': NO_IDENTIFIER,
    'key identifier of another key': 'Go takes key identifiers as a hint; RFC 5280 §4.2.1.1 means one key by them',
    'RSA of 1024 bits in the leaf': SMALL,
    'leaf with keyCertSign': CERT_SIGN,
    'name constraints in the leaf': CONSTRAINTS,
    'name constraints that are not critical': CONSTRAINTS,
    'serial number 0': SERIAL,
    'another policy': 'crypto/x509 asks for no policy unless it is told to, and before Go 1.24 it cannot be told',
    'policy missing in a CA': 'as above',
  },
  gnutls: {
    'CA without subjectKeyIdentifier': NO_IDENTIFIER,
    'leaf without authorityKeyIdentifier': NO_IDENTIFIER,
    'RSA of 1024 bits in the leaf': SMALL,
    'leaf with keyCertSign': CERT_SIGN,
    'name constraints in the leaf': CONSTRAINTS,
    'name constraints that are not critical': CONSTRAINTS,
    'negative serial number': SERIAL,
    'serial number 0': SERIAL,
    'list by another key': NO_LISTS,
    'list missing': NO_LISTS,
    'list out of date': NO_LISTS,
    'list with an unknown critical extension': NO_LISTS,
    'revoked CA': NO_LISTS,
    'revoked leaf': NO_LISTS,
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>

/** Newer versions of Go refuse what older ones accept, and the other way round: of these either will do. */
export const BY_VERSION: Readonly<Record<keyof typeof DISAGREEMENTS, readonly string[]>> = {
  openssl: [],
  go: ['negative serial number', 'signed with SHA-1', 'serial number 0'],
  gnutls: [],
}
