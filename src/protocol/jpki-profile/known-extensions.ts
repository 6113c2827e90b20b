// Extensions that say the same in many certificates, decoded once for equal octets. What is one person's own, as the four
// facts are, is never kept here.

import { readKnown } from '../../base/read-known.ts'
import * as ext from '../../codec/x509-extensions.ts'

const FEW = 64
/** There are 1,900 municipalities, and two authorities. */
export const MUNICIPALITIES = 4096

export const keyUsageOf = readKnown(FEW, ext.decodeKeyUsage)
export const purposesOf = readKnown(FEW, ext.decodeExtendedKeyUsage)
export const policiesOf = readKnown(FEW, ext.decodeCertificatePolicies)
export const issuerNamesOf = readKnown(FEW, ext.decodeAltName)
export const statusAddressesOf = readKnown(FEW, ext.decodeAuthorityInfoAccess)
export const authorityKeyOf = readKnown(FEW, ext.decodeAuthorityKeyIdentifier)
export const distributionPointsOf = readKnown(MUNICIPALITIES, ext.decodeDistributionPoints)
