// A service's own application in the SIM: shown, approved with one PIN, removed. Seed 0 蔦田.

import { partnerApprovalMessage } from '../../protocol/consent/partner-approval.ts'
import type { SpTsm } from '../sp-tsm/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import type { Phone } from './contract.ts'
import type { Slot } from './slot.ts'
import type { PhoneStore } from './store.ts'
import type { NoteUse } from './uses.ts'

interface Deps {
  readonly inApplet: UiApp
  readonly spTsm: SpTsm
  readonly name: string
  readonly store: PhoneStore
  readonly slot: Slot
  readonly note: NoteUse
}

type Partners = Pick<Phone, 'partners' | 'showPartner' | 'approvePartner' | 'removePartner'>

export const partners = ({ inApplet, spTsm, name: phone, store, slot, note }: Deps): Partners => ({
  partners: async () => {
    const orderId = await store.orderId(phone, (await slot.sim()).iccid)
    return orderId === null ? { partners: [] } : spTsm.partnersOf({ orderId })
  },
  showPartner: async ({ requestId }) => {
    const { partner, name, expiresAt, state } = await spTsm.showPartner({ requestId })
    return { partner, name, expiresAt, state }
  },
  /** Signs what `showPartner` shows, as J-LIS has it at this moment. */
  approvePartner: async ({ requestId, pin }) => {
    const { partner, name, app } = await spTsm.showPartner({ requestId })
    const signed = await inApplet(signAndRead(pin, partnerApprovalMessage({ requestId, partner, app })))
    const { state } = await spTsm.approvePartner({ requestId, ...signed })
    await note('partner', name, 'done')
    return { state }
  },
  removePartner: ({ requestId }) => spTsm.removePartner({ requestId }),
})
