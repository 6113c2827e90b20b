// A claim of the tests to represent a firm: by the 署名用 key of a card that belongs to a 利用者証明用 key.

import { type Bytes, hex, utf8 } from '../../../base/bytes.ts'
import { sha256, sign } from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { assembleSignedData, signedAttributes } from '../../../codec/cms.ts'
import { decodeCertificate } from '../../../codec/x509.ts'
import { firmCheckDigit } from '../../../protocol/consent/firm.ts'
import type { Signer } from '../mandates/specimen.ts'
import type { FirmClaim } from './contract.ts'

/** Under a registry office that there is not. */
export const firmNumbered = (n: number): string => {
  const twelve = `9999${String(n).padStart(8, '0')}`
  return `${firmCheckDigit(twelve)}${twelve}`
}

interface Claims extends Pick<FirmClaim, 'platform' | 'number' | 'name'> {
  readonly at: Date
  readonly entropy: Entropy
}

export function firmClaim({ certificate, key }: Signer, { at, entropy, ...of }: Claims): Bytes {
  const claim: FirmClaim = {
    ...{ purpose: 'claim to represent a firm', ...of, at: at.toISOString(), nonce: hex(entropy(16)) },
  }
  const content = utf8(JSON.stringify(claim))
  const signer = decodeCertificate(certificate)
  const attributes = signedAttributes({
    ...{ messageDigest: sha256(content), signingTime: at, signingCertificate: signer.raw },
  })
  const signature = sign('RSA-SHA256', key, attributes)
  return assembleSignedData({ content, signedAttributes: attributes, algorithm: 'RSA-SHA256', signature, signer })
}
