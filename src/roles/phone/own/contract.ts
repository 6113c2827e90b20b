// The person's own page at the verification platform, and ties between services, on the phone. Part of the phone's contract.

import { z } from 'zod'
import { operation, zNothing } from '../../../base/contract.ts'
import { zLinkRequest, zOwnPage, zOwnUses, zOwnUsesAsked } from '../../verifier/contract.ts'

const zPin = z.string().regex(/^[0-9]{4}$/)
const zOne = z.object({ requestId: z.string() })

export const ownOperations = {
  ownPage: operation(
    'what the platform keeps of its owner, asked with the PIN: who watches, which services are tied, where it was used',
    z.object({ pin: zPin }),
    zOwnPage,
  ),
  ownUses: operation('older uses, while the page is open', zOwnUsesAsked, zOwnUses),
  withdrawOwn: operation(
    'take a consent back at the platform, with the PIN alone: it counts at once',
    z.object({ consentId: z.string(), pin: zPin }),
    zNothing,
  ),
  endMandate: operation(
    'end a mandate, given or held, with the PIN',
    z.object({ mandateId: z.string(), pin: zPin }),
    zNothing,
  ),
  showLink: operation('which service wants to be tied to which, and what for', zOne, zLinkRequest),
  agreeToLink: operation('agree, with the PIN, to what was shown', zOne.extend({ pin: zPin }), zLinkRequest),
  declineLink: operation('say no', zOne, zNothing),
  unlink: operation(
    'take a tie back, with the PIN: its id means nobody from then on',
    z.object({ serviceId: z.string(), pin: zPin }),
    zNothing,
  ),
} as const
