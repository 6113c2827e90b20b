// The odd certificates and lists of Debian's python3-cryptography-vectors before us. Each certificate's fields are signed
// anew by a CA of ours, so that only what is odd in them can be the reason: what must not pass does not, nothing throws.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../src/base/bytes.ts'
import { generateKeyPair, privateKey, sha1, sign } from '../src/base/crypto.ts'
import { CodecError } from '../src/codec/codec-error.ts'
import { decodeCrl } from '../src/codec/crl.ts'
import { name } from '../src/codec/name.ts'
import { decodeOcspRequest, decodeOcspResponse } from '../src/codec/ocsp.ts'
import { OID } from '../src/codec/oid.ts'
import { pemBlocks } from '../src/codec/pem.ts'
import {
  assembleCertificate,
  type Certificate,
  decodeCertificate,
  encodeTbsCertificate,
  publicKeyBits,
} from '../src/codec/x509.ts'
import * as ext from '../src/codec/x509-extensions.ts'
import { type PathVerdict, validatePath } from '../src/protocol/path-validation/index.ts'
import { secondsSince } from '../src/protocol/path-validation/testing/budget.ts'

const FOLDER = '/usr/lib/python3/dist-packages/cryptography_vectors/x509'
const present = existsSync(FOLDER)
const files = present
  ? ['.', 'custom', 'custom/ca', 'ed25519', 'ed448', 'ocsp'].flatMap((folder) =>
      readdirSync(`${FOLDER}/${folder}`)
        .filter((file) => /\.(pem|der)$/.test(file))
        .map((file) => (folder === '.' ? file : `${folder}/${file}`)),
    )
  : []
const read = (file: string): Bytes => pemBlocks(new Uint8Array(readFileSync(`${FOLDER}/${file}`)))[0]!

const key = generateKeyPair('P-256')
const signatureAlgorithm = 'ECDSA-P256-SHA256'
const keyIdentifier = sha1(publicKeyBits(key.publicKey))
const root = made({
  serialNumber: 1n,
  subject: name(['CN', 'root']),
  validity: { notBefore: new Date('1980-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T00:00:00Z') },
  subjectPublicKeyInfo: key.publicKey,
  extensions: [
    ext.extension(OID.keyUsage, true, ext.encodeKeyUsage('keyCertSign', 'cRLSign')),
    ext.extension(OID.basicConstraints, true, ext.encodeBasicConstraints({ ca: true })),
    ext.extension(OID.subjectKeyIdentifier, false, ext.encodeSubjectKeyIdentifier(keyIdentifier)),
  ],
})

type Fields = Pick<Certificate, 'serialNumber' | 'subject' | 'validity' | 'subjectPublicKeyInfo' | 'extensions'>

function made(fields: Fields): Certificate {
  const tbs = encodeTbsCertificate({ ...fields, signatureAlgorithm, issuer: name(['CN', 'root']) })
  return decodeCertificate(
    assembleCertificate(tbs, signatureAlgorithm, sign(signatureAlgorithm, privateKey(key.privateKey), tbs)),
  )
}

/** What the file says, under our CA, at the beginning of its time. */
function judged(file: string): PathVerdict {
  const found = decodeCertificate(read(file))
  const authority = ext.extension(
    OID.authorityKeyIdentifier,
    false,
    ext.encodeAuthorityKeyIdentifier({ keyIdentifier }),
  )
  const own = found.extensions.filter(({ oid }) => oid !== OID.authorityKeyIdentifier)
  return validatePath({
    certificate: made({ ...found, extensions: [authority, ...own] }),
    trustAnchors: [root],
    time: new Date(Math.max(found.validity.notBefore.getTime(), root.validity.notBefore.getTime()) + 1000),
    purpose: {},
    revocation: { required: false },
  })
}

/** Unreadable, or judged and why not passed. */
function said(file: string): string {
  try {
    const { outcome, checks } = judged(file)
    return outcome === 'passed'
      ? 'passed'
      : checks
          .filter((check) => check.outcome !== 'passed')
          .map(({ name: check, outcome: is }) => `${check} ${is}`)
          .join('; ')
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return 'unreadable'
  }
}

const STRENGTH = 'every algorithm and key is strong enough'
const FORM = 'certificate is well-formed'
const CRITICAL = 'every critical extension is understood'

/** What must not pass, and where it fails first. */
const ODD: Readonly<Record<string, string>> = {
  'badasn1time.pem': 'unreadable',
  'cryptography-scts-tbs-precert.der': 'unreadable',
  'cryptography.io.with_garbage.pem': 'unreadable',
  'cryptography.io.precert.pem': CRITICAL,
  'e-trust.ru.der': STRENGTH,
  'san_edipartyname.der': 'every certificate is within its validity',
  'san_x400address.der': 'every certificate is within its validity',
  'utf8-dnsname.pem': CRITICAL,
  'v1_cert.pem': 'unreadable',
  'verisign_md2_root.pem': STRENGTH,
  'wosign-bc-invalid.pem': FORM,
  'custom/all_key_usages.pem': FORM,
  'custom/alternate-rsa-sha1-oid.der': STRENGTH,
  'custom/bc_path_length_zero.pem': FORM,
  'custom/cp_invalid2.der': CRITICAL,
  'custom/dsa_selfsigned_ca.pem': STRENGTH,
  'custom/ec_no_named_curve.pem': FORM,
  'custom/ian_uri.pem': FORM,
  'custom/inhibit_any_policy_negative.pem': CRITICAL,
  'custom/invalid_utf8_common_name.pem': FORM,
  'custom/invalid_version.pem': 'unreadable',
  'custom/long-form-name-attribute.pem': 'unreadable',
  'custom/nc_invalid_ip4_netmask.der': FORM,
  'custom/nc_invalid_ip_netmask.pem': FORM,
  'custom/nc_ip_invalid_length.pem': FORM,
  'custom/negative_serial.pem': FORM,
  'custom/san_registered_id.pem': FORM,
  'custom/two_basic_constraints.pem': 'unreadable',
  'custom/unsupported_extension_critical.pem': CRITICAL,
  'custom/unsupported_subject_public_key_info.pem': STRENGTH,
  'custom/ca/ca.pem': FORM,
  'ed25519/ed25519-rfc8410.pem': 'unreadable',
  'ed448/root-ed448.pem': STRENGTH,
}

/** What is honest, as far as a certificate alone tells. */
const HONEST = [
  'accvraiz1.pem',
  'bigoid.pem',
  'department-of-state-root.pem',
  'ecdsa_root.pem',
  'letsencryptx3.pem',
  'scottishpower-bitstring-dn.pem',
  'unique_identifier.pem',
  'wildcard_san.pem',
  'custom/all_supported_names.pem',
  'custom/cp_user_notice_with_notice_reference.pem',
  'custom/rsa_pss_cert.pem',
  'custom/san_idna_names.pem',
  'custom/san_rfc822_idna.pem',
  'custom/valid_signature_cert.pem',
  'ed25519/server-ed25519-cert.pem',
]

describe.skipIf(!present)('files of python3-cryptography-vectors (absent: it is not installed)', () => {
  test.each(Object.entries(ODD))('%s does not pass: %s', (file, why) => expect(said(file)).toContain(why))

  test.each(HONEST)('%s passes', (file) => expect(said(file)).toBe('passed'))

  test('nothing else is thrown than CodecError, and nothing takes a second', () => {
    const slow = files.filter((file) => {
      const before = process.threadCpuUsage()
      said(file)
      for (const decode of [decodeCrl, decodeOcspResponse, decodeOcspRequest])
        try {
          decode(read(file))
        } catch (error) {
          if (!(error instanceof CodecError)) throw error
        }
      return secondsSince(before) > 1
    })
    expect([files.length > 150, slow]).toEqual([true, []])
  })

  const reads = (decode: (bytes: Bytes) => unknown, file: string): boolean => {
    try {
      decode(read(file))
      return true
    } catch {
      return false
    }
  }

  test('lists: the malformed are refused, and so are those whose times RFC 5280 §5.1.2.4 forbids', () => {
    const lists = files.filter((file) => file.startsWith('custom/crl_'))
    expect(lists.filter((file) => !reads(decodeCrl, file)).map((file) => file.slice('custom/crl_'.length))).toEqual([
      'all_reasons.pem',
      'bad_version.pem',
      'dup_entry_ext.pem',
      'inval_cert_issuer_entry_ext.pem',
      'invalid_time.der',
      'md2_unknown_crit_entry_ext.pem',
      'unsupported_reason.pem',
    ])
  })

  test('OCSP: what is refused', () => {
    const of = (what: string) => files.filter((file) => file.startsWith('ocsp/') && file.includes(what))
    expect(of('/resp').filter((file) => !reads(decodeOcspResponse, file))).toEqual([
      'ocsp/resp-response-type-unknown-oid.der',
      'ocsp/resp-successful-no-response-bytes.der',
      'ocsp/resp-unknown-response-status.der',
    ])
    expect(of('/req').filter((file) => !reads(decodeOcspRequest, file))).toEqual(['ocsp/req-duplicate-ext.der'])
  })
})
