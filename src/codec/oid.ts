// Every object identifier of this system, once. Names are those of the modules that define them.

/** The J-LIS arc: 1.2.392.200149.8.5. `observed: jsrsasign JPKI addon`, certificates of J-LIS. */
const JPKI_PKI = '1.2.392.200149.8.5'

export const OID = {
  // RFC 5280 Appendix A.1
  commonName: '2.5.4.3',
  surname: '2.5.4.4',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  localityName: '2.5.4.7',
  stateOrProvinceName: '2.5.4.8',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  organizationIdentifier: '2.5.4.97',
  domainComponent: '0.9.2342.19200300.100.1.25',
  emailAddress: '1.2.840.113549.1.9.1',
  // RFC 5280 §4.2
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  cRLDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  anyPolicy: '2.5.29.32.0',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  anyExtendedKeyUsage: '2.5.29.37.0',
  freshestCRL: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  cps: '1.3.6.1.5.5.7.2.1',
  userNotice: '1.3.6.1.5.5.7.2.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  // RFC 9598 §3
  smtpUtf8Mailbox: '1.3.6.1.5.5.7.8.9',

  // RFC 6960 §4
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  // RFC 8017 Appendix C, RFC 5480, RFC 5758
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha1WithRSAEncryption: '1.2.840.113549.1.1.5',
  mgf1: '1.2.840.113549.1.1.8',
  rsassaPss: '1.2.840.113549.1.1.10',
  sha256WithRSAEncryption: '1.2.840.113549.1.1.11',
  sha384WithRSAEncryption: '1.2.840.113549.1.1.12',
  sha512WithRSAEncryption: '1.2.840.113549.1.1.13',
  ecPublicKey: '1.2.840.10045.2.1',
  prime256v1: '1.2.840.10045.3.1.7',
  secp384r1: '1.3.132.0.34',
  secp521r1: '1.3.132.0.35',
  ecdsaWithSHA1: '1.2.840.10045.4.1',
  ecdsaWithSHA256: '1.2.840.10045.4.3.2',
  ecdsaWithSHA384: '1.2.840.10045.4.3.3',
  ecdsaWithSHA512: '1.2.840.10045.4.3.4',
  // RFC 3279 §2.2.2, RFC 5758 §3.1, RFC 8410 §3
  dsa: '1.2.840.10040.4.1',
  dsaWithSHA1: '1.2.840.10040.4.3',
  dsaWithSHA256: '2.16.840.1.101.3.4.3.2',
  ed25519: '1.3.101.112',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  // RFC 9688 §§2, 3
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
  ecdsaWithSHA3256: '2.16.840.1.101.3.4.3.10',
  ecdsaWithSHA3384: '2.16.840.1.101.3.4.3.11',
  ecdsaWithSHA3512: '2.16.840.1.101.3.4.3.12',
  sha3256WithRSAEncryption: '2.16.840.1.101.3.4.3.14',
  sha3384WithRSAEncryption: '2.16.840.1.101.3.4.3.15',
  sha3512WithRSAEncryption: '2.16.840.1.101.3.4.3.16',
  // RFC 5652 §§4, 5, 11; RFC 5035
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',

  // RFC 3161 §2.4.2, Appendix A
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  timeStampToken: '1.2.840.113549.1.9.16.2.14',
  // RFC 6211 §2, RFC 5940 §2
  cmsAlgorithmProtection: '1.2.840.113549.1.9.52',
  ocspResponseInfo: '1.3.6.1.5.5.7.16.2',
  // ETSI EN 319 122-1 §5.5, Annex A.1
  archiveTimeStampV3: '0.4.0.1733.2.4',
  atsHashIndexV3: '0.4.0.19122.1.5',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
  // observed: certificates of J-LIS; names after the jsrsasign JPKI addon
  jpkiCommonName: `${JPKI_PKI}.5.1`,
  jpkiSubstituteCharacterOfCommonName: `${JPKI_PKI}.5.2`,
  jpkiGender: `${JPKI_PKI}.5.3`,
  jpkiDateOfBirth: `${JPKI_PKI}.5.4`,
  jpkiAddress: `${JPKI_PKI}.5.5`,
  jpkiSubstituteCharacterOfAddress: `${JPKI_PKI}.5.6`,
  jpkiPolicySign: `${JPKI_PKI}.1.1.20`,
  jpkiPolicyAuth: `${JPKI_PKI}.1.3.30`,
  // ours: docs/profile.md#certificates
  jpkiPolicyPhoneAuth: `${JPKI_PKI}.1.3.40`,
  jpkiPolicySignTest: `${JPKI_PKI}.1.0.20`,
  jpkiPolicyAuthTest: `${JPKI_PKI}.1.0.30`,
  jpkiPolicyPhoneAuthTest: `${JPKI_PKI}.1.0.40`,
} as const satisfies Record<string, string>

export type OidName = keyof typeof OID

const NAME_OF = new Map<string, OidName>(Object.entries(OID).map(([name, dotted]) => [dotted, name as OidName]))

/** The name of an OID, or the dotted form itself when it is not ours. */
export const oidName = (dotted: string): string => NAME_OF.get(dotted) ?? dotted
