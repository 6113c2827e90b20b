// Time stamps and validation data of a XAdES signature: its unsigned properties. ETSI EN 319 132-1 §§5.3, 5.4, 5.5.

import { type Bytes, concatAll, NO_BYTES } from '../../base/bytes.ts'
import { CodecError } from '../../codec/codec-error.ts'
import type { XmlElement } from '../../codec/xml.ts'
import { type Canonicalization, canonicalize } from '../../codec/xml-c14n.ts'
import { attributeOf, childOf, descendants, elementsOf } from '../../codec/xml-elements.ts'
import { joinData, NO_DATA, type Stamp, type ValidationData } from './model.ts'
import { XADES, XADES_141 } from './xml-names.ts'
import { base64Of, stampCanonicalization, type XmlReference, type XmlSignature } from './xml-signature.ts'

/** In the order in which they were added. */
export function unsignedProperties(qualifying: XmlElement | undefined): XmlElement[] {
  const unsigned = qualifying && childOf(qualifying, XADES, 'UnsignedProperties')
  const properties = unsigned && childOf(unsigned, XADES, 'UnsignedSignatureProperties')
  return properties ? elementsOf(properties) : []
}

export const isProperty = (element: XmlElement, namespace: string, local: string): boolean =>
  element.namespace === namespace && element.local === local

export const signatureStamps = (properties: readonly XmlElement[], { signatureValue }: XmlSignature): Stamp[] =>
  properties
    .filter((one) => isProperty(one, XADES, 'SignatureTimeStamp'))
    .flatMap((stamp) =>
      tokensOf(stamp).map((token) => ({ token, stamped: canonicalize(signatureValue, stampCanonicalization(stamp)) })),
    )

/** ETSI EN 319 132-1 §5.2.8: over all that is signed besides the properties, or over what it names of that. */
export function contentStamps(properties: XmlElement | undefined, { references }: XmlSignature): Stamp[] {
  const own = properties && childOf(properties, XADES, 'SignedDataObjectProperties')
  const data = references.filter(({ target }) => target !== properties)
  return (own ? elementsOf(own) : []).flatMap((stamp) => {
    const isAll = isProperty(stamp, XADES, 'AllDataObjectsTimeStamp')
    if (!isAll && !isProperty(stamp, XADES, 'IndividualDataObjectsTimeStamp')) return []
    const stamped = octetsOf(isAll ? data : included(stamp, data), stampCanonicalization(stamp))
    return tokensOf(stamp, isAll ? [] : ['Include']).map((token) => ({ token, stamped }))
  })
}

function octetsOf(references: readonly (XmlReference | undefined)[], how: Canonicalization): Bytes | string {
  const octets = references.map((one) => one?.octets(how))
  return octets.length === 0 || octets.some((one) => !one)
    ? 'what was signed is not at hand'
    : concatAll(octets as Bytes[])
}

/** In the order in which they are named. */
const included = (stamp: XmlElement, data: readonly XmlReference[]): (XmlReference | undefined)[] =>
  elementsOf(stamp)
    .filter((one) => isProperty(one, XADES, 'Include'))
    .map((one) => data.find(({ id }) => id !== undefined && attributeOf(one, 'URI') === `#${id}`))

const isStamp = (one: XmlElement): boolean =>
  isProperty(one, XADES, 'SignatureTimeStamp') || isProperty(one, XADES_141, 'ArchiveTimeStamp')

export const archiveStamps = (properties: readonly XmlElement[], signature: XmlSignature): Stamp[] =>
  properties.flatMap((stamp, place) => {
    if (!isProperty(stamp, XADES_141, 'ArchiveTimeStamp')) return []
    const before = properties.slice(0, place)
    const stamped = archiveOctets(signature, before, stampCanonicalization(stamp))
    const covers = { ...dataOf(before), tokens: before.flatMap((one) => (isStamp(one) ? tokensOf(one) : [])) }
    return tokensOf(stamp).map((token) => ({ token, stamped, covers }))
  })

/** ETSI EN 319 132-1 §5.5.2.2: what was signed, the signature, what was added before, the other objects. */
export function archiveOctets(
  { references, signedInfo, signatureValue, keyInfo, objects }: XmlSignature,
  before: readonly XmlElement[],
  how: Canonicalization,
): Bytes | string {
  const signed = octetsOf(references, how)
  if (typeof signed === 'string') return signed
  const others = objects.filter((object) => !childOf(object, XADES, 'QualifyingProperties'))
  const elements = [signedInfo, signatureValue, ...(keyInfo ? [keyInfo] : []), ...before, ...others]
  return concatAll([signed, ...elements.map((one) => canonicalize(one, how))])
}

function tokensOf(stamp: XmlElement, allowed: readonly string[] = []): Bytes[] {
  if (elementsOf(stamp).some(({ local }) => FORMS.includes(local) && !allowed.includes(local)))
    throw new CodecError('time-stamp', 'a time stamp of a form that is not read')
  return elementsOf(stamp)
    .filter((one) => isProperty(one, XADES, 'EncapsulatedTimeStamp'))
    .map(encapsulated)
}

const FORMS: readonly string[] = ['Include', 'XMLTimeStamp']

/** ETSI EN 319 132-1 §4.6: DER, unless it says otherwise. Nobody signed it: what cannot be read is no evidence and no stamp. */
function encapsulated(element: XmlElement): Bytes {
  const encoding = attributeOf(element, 'Encoding')
  if (encoding !== undefined && encoding !== 'http://uri.etsi.org/01903/v1.2.2#DER') return NO_BYTES
  try {
    return base64Of(element)
  } catch (error) {
    if (error instanceof CodecError) return NO_BYTES
    throw error
  }
}

const HOLDERS: readonly (readonly [namespace: string, local: string])[] = [
  [XADES, 'CertificateValues'],
  [XADES, 'RevocationValues'],
  [XADES_141, 'TimeStampValidationData'],
]

/** What of these properties is evidence. */
export const dataOf = (properties: readonly XmlElement[]): ValidationData =>
  joinData(
    NO_DATA,
    ...properties
      .filter((one) => HOLDERS.some(([namespace, local]) => isProperty(one, namespace, local)))
      .map((holder) => {
        const all = (local: string) =>
          [...descendants(holder)].filter((one) => isProperty(one, XADES, local)).map(encapsulated)
        return {
          certificates: all('EncapsulatedX509Certificate'),
          crls: all('EncapsulatedCRLValue'),
          ocspResponses: all('EncapsulatedOCSPValue'),
        }
      }),
  )
