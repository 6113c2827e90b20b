// What the audit asks: the orders as they are, and what is in a SIM.

import { equal } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import { LOCKED } from '../../../protocol/globalplatform/index.ts'
import { JPKI } from '../../../protocol/jpki-ap/index.ts'
import { queryState } from '../../../protocol/personalisation/index.ts'
import type { OrderState, SpTsm } from '../contract.ts'
import { inOwnChannel } from '../conversation.ts'
import type { Running } from '../deps.ts'
import { keyPairRequest, serviceInstance } from '../model.ts'
import { no } from '../refusals.ts'
import { stepDeps, withLease } from '../saga.ts'
import type { OrderRow } from '../store.ts'
import type { Inspection } from './contract.ts'
import { partiesOf } from './model.ts'

export const records =
  ({ store }: Running): SpTsm['records'] =>
  async ({ after, limit }) => ({ orders: (await store.page(after, limit)).map(recordOf) })

const serialOf = (text: string | null): bigint | null => (text === null ? null : BigInt(text))

const recordOf = (row: OrderRow) => ({
  number: row.number,
  reference: serviceInstance(row.order_id),
  carrier: row.carrier,
  iccid: row.iccid,
  state: row.state,
  cardAuthSerial: BigInt(row.card_auth_serial),
  serial: serialOf(row.serial),
  nextSerial: serialOf(row.next_serial),
  oldSerial: serialOf(row.old_serial),
  notAfter: row.not_after,
  stoppedBy: partiesOf(row.stopped_by),
  attempts: row.attempts,
})

export const inspect =
  (deps: Running): SpTsm['inspect'] =>
  async ({ carrier, iccid }) => {
    const order = await deps.store.orderOfSim(carrier, iccid)
    if (!order) return { ...(await registryOf(deps, carrier, iccid)), state: null }
    return withLease(deps, order.order_id, async (owner) => {
      const registry = await registryOf(deps, carrier, iccid)
      const row = (await deps.store.order(order.order_id))!
      if (!HAS_OWN_KEYS.includes(row.state) || registry.applet !== 'selectable') return { ...registry, state: null }
      const found = await inOwnChannel(stepDeps(deps, row, owner), row, () => queryState())
      return { ...registry, state: stateOf(row, found) }
    })
  }

/** Where the keys of the domain are J-LIS's own for certain. */
const HAS_OWN_KEYS: readonly OrderState[] = ['written', 'active', 'suspended']

async function registryOf({ carriers }: Running, carrier: string, iccid: string) {
  const asked = carriers[carrier]
  if (!asked) throw no.unknownCarrier({ carrier })
  const { entries } = await asked.getApplicationOrELFStatus({ requestingEntity: 'sp-tsm', iccid })
  const entry = (wanted: Uint8Array) => entries.find(({ aid }) => equal(aid, wanted))
  const applet = entry(JPKI.aid)
  const shown = applet && (applet.lifeCycle & LOCKED) !== 0 ? 'locked' : 'selectable'
  return { domain: entry(JPKI.securityDomain) !== undefined, applet: applet ? shown : 'absent' } as const
}

type Found = ReturnType<typeof queryState> extends Generator<unknown, infer R> ? R : never

function stateOf(row: OrderRow, { requestId, certificateHash, pin, life }: Found): Inspection['state'] {
  const request = (number: number | null) => (number === null ? undefined : keyPairRequest(row.order_id, number))
  const hash = (certificate: Uint8Array | null) => certificate && sha256(certificate)
  return {
    key: whose(requestId, request(row.key_number), request(row.next_key_number)),
    certificate: whose(certificateHash, hash(row.certificate), hash(row.next_certificate)),
    pin,
    life,
  }
}

function whose(found: Uint8Array | undefined, inUse?: Uint8Array | null, next?: Uint8Array | null) {
  if (!found) return 'none'
  if (inUse && equal(found, inUse)) return 'inUse'
  return next && equal(found, next) ? 'next' : 'other'
}
