// Number portability: the number goes with a reservation (MNP予約番号), SIM and certificate stay behind. Seed 4 (5)⑦.

import type { Clock } from '../../base/ports.ts'
import { type ChangeDeps, changed, closed } from './changes.ts'
import type { Carrier } from './contract.ts'
import { stockSim, subscribe } from './lines.ts'
import { no } from './refusals.ts'

export interface PortingDeps extends ChangeDeps {
  readonly id: string
  readonly clock: Clock
  /** Who gives numbers up; undefined for a stranger. */
  readonly donor: (id: string) => Pick<Carrier, 'portOut'> | undefined
}

/** As in Japan. */
const RESERVATION_MS = 15 * 86_400_000
const DIGITS = 10

export function porting(deps: PortingDeps): Pick<Carrier, 'reservePortOut' | 'portOut' | 'portIn'> {
  const { store, clock, entropy } = deps
  return {
    reservePortOut: async ({ msisdn }) => {
      if (!(await store.line(msisdn))) throw no.unknownLine()
      const reservation = [...entropy(DIGITS)].map((byte) => byte % 10).join('')
      const expiresAt = new Date(clock().getTime() + RESERVATION_MS)
      await store.reserve({ msisdn, reservation, expires_at: expiresAt, used_by: null })
      return { reservation, expiresAt }
    },
    portOut: async ({ msisdn, reservation, requestingEntity }) => {
      const given = await store.reservation(msisdn)
      if (given?.reservation !== reservation || given.expires_at <= clock()) throw no.wrongReservation()
      // Once: the number may have come back since, and another line has it.
      if (given.used_by === requestingEntity) return {}
      if (given.used_by !== null) throw no.wrongReservation()
      if (await store.line(msisdn)) await changed(deps)(msisdn, (line) => closed(deps, line, 'ported-out'))
      await store.useReservation(msisdn, requestingEntity)
      return {}
    },
    portIn: async ({ reservation, from, ...subscription }) => {
      const donor = deps.donor(from)
      if (!donor) throw no.unknownDonor({ from })
      // What can fail here fails before the number has gone there.
      await stockSim(deps)(subscription)
      const taken = await store.lineOfSim(subscription.iccid)
      if (taken && taken.msisdn !== subscription.msisdn) throw no.lineTaken({ msisdn: subscription.msisdn })
      await donor.portOut({ msisdn: subscription.msisdn, reservation, requestingEntity: deps.id })
      return subscribe(deps)(subscription)
    },
  }
}
