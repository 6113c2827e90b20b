// The temporary stop (一時利用停止) and its end. The authority first: from then on nobody accepts the certificate, wherever
// the phone is. Then the applet in the SIM, as soon as it can be reached. Back the other way round, so that what is
// valid can be used, and what cannot be used is not valid.

import { Refusal } from '../../../base/refusal.ts'
import { setLife } from '../../../protocol/personalisation/index.ts'
import { inOwnChannel } from '../conversation.ts'
import type { OrderPatch, OrderRow } from '../store.ts'
import { forgetNext, nextOf, noNext } from './next.ts'
import { change, issuedSerial } from './revoke.ts'
import type { Step } from './step.ts'

/**
 * holding → held. A renewal that is under way: the SIM may use the next key once it is certified, so both are held and it
 * goes on later; before that the next certificate is nobody's and goes.
 */
export const hold: Step = async (deps, order) => {
  await change(deps, 'hold', order.serial, 'certificateHold')
  if (order.old_serial !== null) await change(deps, 'revokeOld', order.old_serial, 'superseded')
  if (order.next_certificate) await change(deps, 'holdNext', order.next_serial, 'certificateHold')
  else if (order.next_public_key) {
    const next = await issuedSerial(deps, nextOf(order))
    if (next !== null) await change(deps, 'revokeNext', next.toString(), 'cessationOfOperation')
    return { ...noNext(order), old_serial: null }
  }
  return { old_serial: null }
}

/** held → suspended. Tried until the SIM is there. A key pair that nobody has certified does not stay in it. */
export const suspend: Step = async (deps, order) => {
  const drops = order.next_key_number !== null && order.next_certificate === null
  await inOwnChannel(deps, order, function* (content) {
    if (drops) yield* forgetNext(content, order)
    yield* setLife(content, 'suspended')
  })
  return drops ? { next_key_number: null } : {}
}

/** resuming → awake. */
export const wake: Step = async (deps, order) => {
  await inOwnChannel(deps, order, (content) => setLife(content, 'active'))
  return {}
}

/**
 * awake → active, or on the way that the stop interrupted. Tried until there is an answer, because it may have been done. What is
 * refused is held once more; then only the holder lets it go on, whoever had stopped it and lifted that.
 */
export const release: Step = async ({ authority, effect }, order) => {
  const serial = BigInt((order.next_certificate ? order.next_serial : order.serial)!)
  try {
    await effect('resume', () => authority.resume({ kind: 'auth', serial, requestedBy: 'sp-tsm' }))
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500 || !error.code.startsWith('authority/')) throw error
    if (error.code !== 'authority/notOnHold' || (await authority.status({ kind: 'auth', serial })).status !== 'valid')
      return { state: 'holding', stopped_by: 'holder', refusal: error.code }
  }
  return { stopped_by: '', ...goesOn(order) }
}

function goesOn(order: OrderRow): OrderPatch {
  if (order.transport_pin) return { state: 'resetting' }
  if (order.next_certificate) return { state: 'nextIssued' }
  return order.next_key_number === null ? {} : { state: 'nextRevoked' }
}
