// An order as the phone sees it.

import { fromUtf8 } from '../../base/bytes.ts'
import { renewableFrom } from '../../protocol/jpki-profile/index.ts'
import { type ApplicationRow, dueOf } from './applications/store.ts'
import type { Order } from './contract.ts'
import { partiesOf } from './life/model.ts'
import { progress } from './model.ts'
import { no } from './refusals.ts'
import type { Secrets } from './secrets.ts'
import type { OrderRow, SpTsmStore } from './store.ts'

export interface ViewDeps {
  readonly store: SpTsmStore
  readonly secrets: Secrets
}

export async function orderView({ store, secrets }: ViewDeps, row: OrderRow): Promise<Order> {
  const shown = row.state === 'written' && row.transport_pin !== null
  const pin = shown ? fromUtf8(await secrets.unseal('transport-pin', row.order_id, row.transport_pin!)) : null
  return {
    orderId: row.order_id,
    state: row.state,
    ...progress(row.state),
    refusal: row.refusal,
    serial: row.serial === null ? null : BigInt(row.serial),
    notAfter: row.not_after,
    due: row.state === 'applied' ? dueIn(await store.application(row.order_id)) : null,
    transportPin: pin,
    renewableFrom: row.not_after && renewableFrom(row.not_after),
    stoppedBy: partiesOf(row.stopped_by),
    moves: row.replaces !== null,
    move: row.move_because && row.move_until && { because: row.move_because, until: row.move_until },
    endedBy: row.ended_by,
  }
}

function dueIn(application: ApplicationRow | undefined): Order['due'] {
  const [code] = application ? dueOf(application) : []
  return application && code ? { way: application.way, code, expiresAt: application.code_expires_at } : null
}

export async function existing(store: SpTsmStore, orderId: string): Promise<OrderRow> {
  const row = await store.order(orderId)
  if (!row) throw no.unknownOrder()
  return row
}
