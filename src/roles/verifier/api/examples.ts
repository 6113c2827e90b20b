// One request for each operation of the API, as the document shows it; a test sends each to a running world. `given` is what an
// earlier answer or login brought.

import { base64url, utf8 } from '../../../base/bytes.ts'
import type { ApiName } from './contract.ts'

export interface Given {
  /** The customer, as the ID token of a login names them. */
  readonly subject: string
  /** Of the operation that began it. */
  readonly requestId: string
  /** Of a 署名用 key, DER. */
  readonly certificate: string
  readonly draft: string
  readonly signature: string
  /** A signed one. */
  readonly signed: string
  /** A TimeStampReq, DER. */
  readonly timeStampRequest: string
  /** Another service. */
  readonly other: string
  /** By which the two speak of a customer. */
  readonly serviceId: string
}

const text = base64url(utf8('I order one sack of rice.'))

export const EXAMPLES: { readonly [K in ApiName]: (given: Given) => object } = {
  askAge: () => ({ limit: 20 }),
  ageRequest: ({ requestId }) => ({ requestId }),
  askConsent: ({ subject }) => ({ subject, items: ['address'] }),
  consentRequest: ({ requestId }) => ({ requestId }),
  factsConsent: ({ subject }) => ({ subject }),
  latestFacts: ({ subject }) => ({ subject }),
  askSignature: () => ({ title: 'Order', format: 'CAdES', level: 'B-B', document: text }),
  signedDocument: ({ requestId }) => ({ requestId }),
  prepareSignature: ({ certificate }) => ({ format: 'CAdES', document: text, certificate }),
  finishSignature: ({ draft, signature }) => ({ draft, signature, level: 'B-B' }),
  verifyDocument: ({ signed }) => ({ document: signed }),
  verifyDocuments: ({ signed }) => ({ documents: [{ document: signed }] }),
  timeStamp: ({ timeStampRequest }) => ({ request: timeStampRequest }),
  askLink: ({ subject, other }) => ({ subject, with: other, purpose: 'To show both balances', days: 90 }),
  linkRequest: ({ requestId }) => ({ requestId }),
  serviceId: ({ subject, other }) => ({ subject, with: other }),
  customerOfId: ({ serviceId }) => ({ serviceId }),
}

/** In the document. */
export const SHOWN: Given = {
  subject: 'hqQmNvZ0jq7bM0lV5sWq0bEwQm6nWmC1x3l3N2pT7mE',
  requestId: '0123456789abcdef0123456789abcdef',
  certificate: 'MIIF',
  draft: 'MIIH',
  signature: 'AbCd',
  signed: 'MIIL',
  timeStampRequest: 'MDMC',
  other: 'kohaku-shinkin',
  serviceId: '89abcdef0123456789abcdef01234567',
}
