// Where a peer judges a class of chains, lists, responses or documents otherwise than we do, and why. Of chains we refuse
// and the peer accepts, or does not look; never the other way round. docs/divergences.md tells the same to people.

const NO_IDENTIFIER = 'RFC 5280 §4.2.1.1, §4.2.1.2 demand key identifiers; without -x509_strict nobody asks for them'
const SERIAL = 'RFC 5280 §4.1.2.2 demands a positive serial number; it is read and not judged'
const CONSTRAINTS = 'RFC 5280 §4.2.1.10 demands criticality, and CAs only; the constraints are applied all the same'
const CERT_SIGN = 'RFC 5280 §4.2.1.9 forbids keyCertSign without cA; as a leaf it can sign nothing that anybody accepts'
const SMALL = 'NIST SP 800-57: RSA from 2,048 bits; the peer has no lower limit, or 1,024'
const NO_LISTS = 'certtool --verify is given no lists: it is asked about the path alone'
const NO_POLICY = 'crypto/x509 asks for no policy unless it is told to, and before Go 1.24 it cannot be told'
const SIGNATURE_ONLY = 'openssl crl looks at the signature alone'
const ISSUER = 'we judge the list alone, and the path fails for its CA; the peer judges both at once'
const SIGNER_ONLY = 'ocsptool --verify-response asks who signed; of whom and when is printed and left to the reader'
const RESPONDER_STATUS =
  'RFC 6960 §4.2.2.2.1: without id-pkix-ocsp-nocheck it is asked about; the peer takes no lists here'
const RESPONDER_USAGE = 'RFC 5280 §4.2.1.3: a key that may not sign does not; the peer looks at extendedKeyUsage alone'

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
    'another policy': NO_POLICY,
    'policy missing in a CA': NO_POLICY,
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
  'openssl crl': {
    'list out of date': SIGNATURE_ONLY,
    'list with an unknown critical extension': SIGNATURE_ONLY,
  },
  'certtool --verify-crl': {
    'CA of version 1': ISSUER,
    'CA without basicConstraints': ISSUER,
    'CA without cA': ISSUER,
    'list with an unknown critical extension': 'RFC 5280 §5.2: such a list says nothing good; the peer reads past it',
  },
  'openssl ocsp': {
    'by a responder that is revoked': RESPONDER_STATUS,
    'by a responder that may not sign': RESPONDER_USAGE,
    'revoked, out of date': 'a revocation that was signed does not grow stale here; the peer judges the times first',
    'unknown critical extension': 'RFC 6960 §4.4 leaves responseExtensions to RFC 5280; the peer does not look at them',
    'without nextUpdate, of this morning':
      'ours: 15 minutes without nextUpdate; the peer has no limit without -status_age',
  },
  ocsptool: {
    'about another issuer': SIGNER_ONLY,
    'about another serial number': SIGNER_ONLY,
    'of the future': SIGNER_ONLY,
    'out of date': SIGNER_ONLY,
    'without nextUpdate, of this morning': SIGNER_ONLY,
    'unknown critical extension': SIGNER_ONLY,
    'by a responder that is revoked': RESPONDER_STATUS,
    'by a responder that may not sign': RESPONDER_USAGE,
    'responder named by its key': 'the peer finds a responder by its key only among the certificates of the response',
  },
  'openssl cms': {
    'signed as another type of content': 'RFC 5652 §11.1 demands that both agree; the peer does not compare them',
    'without the certificate among what is signed':
      '-cades demands the attribute, RFC 5652 does not; without -cades the peer takes one that names another certificate',
  },
  'certtool --p7-verify': {
    'another certificate named in what is signed': 'RFC 5035 §5.4: the peer does not know signingCertificateV2',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>

export type Peer = keyof typeof DISAGREEMENTS

/** Newer versions of Go refuse what older ones accept, and the other way round: of these either will do. */
export const BY_VERSION: Readonly<Partial<Record<Peer, readonly string[]>>> = {
  go: ['negative serial number', 'signed with SHA-1', 'serial number 0'],
}

const NAMES = { openssl: 'openssl verify', go: 'Go', gnutls: 'certtool --verify' } as const

/** The table of docs/divergences.md: classes, who differs in all of them, and why. */
export function disagreementRows(): string[][] {
  const merged = (rows: readonly (readonly [what: string, who: string, why: string])[], by: 0 | 1) => {
    const groups = Map.groupBy(rows, ([what, who, why]) => [by === 0 ? what : who, why].join('\n'))
    const join = (cells: readonly string[], with_: string) => [...new Set(cells)].join(with_)
    return [...groups.values()].map((group) => {
      const [whats, whos] = [group.map(([what]) => what), group.map(([, who]) => who)]
      return [join(whats, '; '), join(whos, ', '), group[0]![2]] as const
    })
  }
  const all = Object.entries(DISAGREEMENTS).flatMap(([peer, classes]) =>
    Object.entries(classes).map(
      ([what, why]) => [what, (NAMES as Readonly<Record<string, string>>)[peer] ?? peer, why] as const,
    ),
  )
  return merged(merged(all, 0), 1).map((row) => [...row])
}
