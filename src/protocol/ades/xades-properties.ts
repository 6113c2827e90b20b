// Which properties and objects of a XAdES signature nobody here looks at. ETSI EN 319 132-1 §§5.2, 5.3; XMLDSig §5.

import type { XmlElement } from '../../codec/xml.ts'
import { childOf, descendants, elementsOf } from '../../codec/xml-elements.ts'
import { DS, XADES, XADES_141 } from './xml-names.ts'
import type { XmlSignature } from './xml-signature.ts'

/** How the content is to be shown is no claim about it: DataObjectFormat changes nothing here. */
const READ: readonly string[] = [
  ...['SigningTime', 'SigningCertificate', 'SigningCertificateV2', 'DataObjectFormat'],
  ...['AllDataObjectsTimeStamp', 'IndividualDataObjectsTimeStamp'],
  ...['SignatureTimeStamp', 'CertificateValues', 'RevocationValues'],
].map((local) => `${XADES}${local}`)
const READ_141 = ['ArchiveTimeStamp', 'TimeStampValidationData'].map((local) => `${XADES_141}${local}`)
/** A counter-signature has none that is read. */
const COUNTER = `${XADES}CounterSignature`

/** Local names, each once. */
export function notRead({ objects, manifests }: XmlSignature, qualifying: XmlElement | undefined, isCounter: boolean) {
  const read = [...READ, ...READ_141, ...(isCounter ? [] : [COUNTER])]
  const groups = (qualifying ? elementsOf(qualifying) : []).flatMap((half) => elementsOf(half))
  const properties = groups.flatMap(elementsOf).filter((one) => !read.includes(`${one.namespace}${one.local}`))
  const others = objects
    .filter((object) => !childOf(object, XADES, 'QualifyingProperties'))
    .flatMap((object) => [...descendants(object)])
    .filter((one) => OF_XMLDSIG.includes(`${one.namespace}${one.local}`) && !manifests.includes(one))
  return [...new Set([...properties, ...others].map(({ local }) => local))]
}

const OF_XMLDSIG: readonly string[] = [`${DS}Manifest`, `${DS}SignatureProperties`]
