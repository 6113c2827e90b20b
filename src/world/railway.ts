// A railway whose membership card is an application of its own in the SIM, and its app on the phones of its members: that asks
// the owner and reads the next one-time password. It has the connector and nothing else. Seed 0 蔦田.

import type { Bytes } from '../base/bytes.ts'
import { run } from '../protocol/iso7816/index.ts'
import { nextPassword, partnerAids } from '../protocol/oath/index.ts'
import type { Phone } from '../roles/phone/contract.ts'
import { memberMigrations, memberStore, type PartnerService, partnerService } from '../roles/service/index.ts'
import type { SpTsm } from '../roles/sp-tsm/contract.ts'
import { MEMBER_APP } from './apps.ts'
import { type CitizenName, RAILWAY } from './people.ts'
import type { Platform } from './platform.ts'

export async function buildRailway(platform: Platform, spTsm: SpTsm): Promise<PartnerService> {
  const store = memberStore(await platform.database.schema('service-railway', memberMigrations))
  return partnerService({ ...platform, ...RAILWAY, app: MEMBER_APP.id, spTsm, store })
}

/** Waiting: the owner has not answered; null: the app asks for nothing. */
export type MemberAppState = 'waiting' | 'open' | null

export interface MemberApp {
  /** Asks the owner, who answers on the screen of the phone. */
  ask(name: CitizenName): Promise<void>
  state(name: CitizenName): Promise<MemberAppState>
  /** The next password, once for each time that the owner allowed it; null when it is not allowed. */
  password(name: CitizenName): Promise<string | null>
}

const { aid } = partnerAids(RAILWAY.partner)

export function memberApp(phones: ReadonlyMap<CitizenName, Phone>): MemberApp {
  const asked = new Map<CitizenName, { readonly caller: { readonly app: string }; readonly requestId: string }>()
  const access = async (name: CitizenName) => {
    const mine = asked.get(name)
    if (!mine) return null
    const phone = phones.get(name)!
    const { state, channel } = await phone.accessState(mine)
    return { phone, caller: mine.caller, state, channel }
  }
  return {
    ask: async (name) => {
      const phone = phones.get(name)!
      const { handle } = await phone.installApp({
        package: MEMBER_APP.app.name,
        certificates: [MEMBER_APP.certificate],
      })
      const caller = { app: handle }
      const { requestId } = await phone.askAccess({ caller, aid, purpose: '会員コード', withPin: false })
      asked.set(name, { caller, requestId })
    },
    state: async (name) => {
      const found = await access(name)
      return found?.state === 'waiting' || found?.state === 'open' ? found.state : null
    },
    password: async (name) => {
      const found = await access(name)
      asked.delete(name)
      if (!found?.channel || found.state !== 'open') return null
      const { phone, caller, channel } = found
      const transmit = async (command: Bytes) => (await phone.transmit({ caller, channel, command })).response
      try {
        return await run({ transmit }, nextPassword())
      } finally {
        await phone.closeAccess({ caller, channel })
      }
    },
  }
}
