// A mandate of the tests: offered by one holder's key, accepted by another's.

import { hex } from '../../../base/bytes.ts'
import { type PrivateKey, sign } from '../../../base/crypto.ts'
import type { Entropy } from '../../../base/ports.ts'
import { type MandateStatement, mandateStatement } from '../../../protocol/consent/mandate.ts'
import type { Verifier } from '../contract.ts'
import type { Terms } from './contract.ts'

export interface Signer {
  readonly certificate: Uint8Array
  readonly key: PrivateKey
}

interface Place {
  readonly verifier: Verifier
  readonly platform: string
  readonly entropy: Entropy
  readonly clock: () => Date
}

export const mandatesOf = ({ verifier, platform, entropy, clock }: Place) => {
  const signed = (by: Signer, of: Pick<MandateStatement, 'act' | 'terms'>) => {
    const once = { nonce: hex(entropy(16)), at: clock() }
    const statement = mandateStatement({ platform, ...of, ...once })
    return { certificate: by.certificate, signature: sign('RSA-SHA256', by.key, statement), ...once }
  }
  const offer = (by: Signer, terms: Terms) => verifier.offerMandate({ ...signed(by, { act: 'offer', terms }), terms })
  const accept = async (by: Signer, invitation: string, change: Partial<Terms> = {}) => {
    const { mandate, terms } = await verifier.invitedMandate({ invitation })
    const act = `accept ${mandate.mandateId}` as const
    return verifier.acceptMandate({ ...signed(by, { act, terms: { ...terms, ...change } }), invitation })
  }
  /** `child`: the certificate of the child's card; its serial is in what the parent signs. */
  const forChild = (by: Signer, child: Uint8Array, serial: bigint, terms: Terms) =>
    verifier.actForChild({ ...signed(by, { act: `child ${serial}`, terms }), terms, child })
  const forFirm = (by: Signer, representationId: string, terms: Terms) =>
    verifier.actForFirm({ ...signed(by, { act: `firm ${representationId}`, terms }), terms, representationId })
  return {
    signed,
    forChild,
    forFirm,
    offer,
    accept,
    /** Offered and accepted. */
    give: async (from: Signer, to: Signer, terms: Terms) => {
      const { mandateId, invitation } = await offer(from, terms)
      await accept(to, invitation)
      return mandateId
    },
  }
}
