// Documents that leaves of the forest sign, as CMS: each row says what is done to one, and whether it is still good.

import { randomBytes, sign } from 'node:crypto'
import { type Bytes, utf8 } from '../../src/base/bytes.ts'
import { sha256 } from '../../src/base/crypto.ts'
import { assembleSignedData, type SignedDataParts, signedAttributes } from '../../src/codec/cms.ts'
import { OID } from '../../src/codec/oid.ts'
import type { Chain } from './build.ts'
import { KEYS } from './issue.ts'

/** The parts before they are put together; `attributes` are signed by `key` after the change. */
interface Draft {
  content: Bytes
  digest: Bytes
  contentType: string
  /** That the signed attributes name. */
  certificate?: Bytes
  key: Chain['issued']['leaf']['key']
  signer: { -readonly [K in keyof SignedDataParts['signer']]: SignedDataParts['signer'][K] }
  others: readonly Bytes[]
  breakSignature?: boolean
}

type Row = readonly [good: boolean, change: (draft: Draft, chain: Chain) => void]

export const DOCUMENTS: Readonly<Record<string, Row>> = {
  signed: [true, () => {}],
  'without the certificate among what is signed': [true, (draft) => void delete draft.certificate],
  'without the CAs between': [false, (draft) => void (draft.others = [])],
  'of a megabyte': [
    true,
    (draft) => {
      draft.content = new Uint8Array(randomBytes(1 << 20))
      draft.digest = sha256(draft.content)
    },
  ],
  'content changed': [false, (draft) => void (draft.content = utf8('別の申請書'))],
  'digest of something else': [false, (draft) => void (draft.digest = sha256(utf8('x')))],
  'signed as another type of content': [false, (draft) => void (draft.contentType = OID.tstInfo)],
  'signature broken': [false, (draft) => void (draft.breakSignature = true)],
  'signed with another key': [false, (draft) => void (draft.key = KEYS.others[1]!)],
  'another certificate named in what is signed': [
    false,
    (draft, chain) => void (draft.certificate = chain.issued.issuer.der),
  ],
  'certificate of the signer missing': [false, (draft, chain) => void (draft.signer.raw = chain.issued.issuer.der)],
  'serial number of another certificate': [false, (draft) => void (draft.signer.serialNumber += 1n)],
}

export interface SignedDocument {
  readonly chain: Chain
  readonly kind: string
  readonly good: boolean
  readonly cms: Bytes
}

/** The `n`th document is of the `n`th kind. */
export function documentBy(chain: Chain, n: number, now: Date): SignedDocument {
  const kinds = Object.keys(DOCUMENTS)
  const kind = kinds[n % kinds.length]!
  const [good, change] = DOCUMENTS[kind]!
  const { leaf, issuer } = chain.issued
  const content = utf8(`申請書 ${chain.id}`)
  const signer = { issuer: issuer.subject, serialNumber: leaf.serial, raw: leaf.der }
  const draft: Draft = {
    content,
    digest: sha256(content),
    contentType: OID.data,
    certificate: leaf.der,
    key: leaf.key,
    signer,
    others: chain.between,
  }
  change(draft, chain)
  const attributes = signedAttributes({
    messageDigest: draft.digest,
    contentType: draft.contentType,
    signingTime: now,
    ...(draft.certificate && { signingCertificate: draft.certificate }),
  })
  const signature = new Uint8Array(sign('sha256', attributes, draft.key.secret))
  if (draft.breakSignature) signature[signature.length - 1]! ^= 1
  const cms = assembleSignedData({
    content: draft.content,
    signedAttributes: attributes,
    algorithm: leaf.key === KEYS.rsa ? 'RSA-SHA256' : 'ECDSA-P256-SHA256',
    signature,
    signer: draft.signer,
    otherCertificates: draft.others,
  })
  return { chain, kind, good, cms }
}
