// undoing → certificateRevoked: no certificate may be valid when its key leaves the SIM. Tried until it succeeds.

import { Refusal } from '../../../base/refusal.ts'
import type { OrderRow } from '../store.ts'
import { certificateRequest, keyForgotten } from './issue.ts'
import { nextOf } from './next.ts'
import type { Step, StepDeps } from './step.ts'

export const revoke: Step = async (deps, order) => {
  const reason = order.end_reason ?? 'cessationOfOperation'
  const next = order.next_public_key ? nextOf(order) : undefined
  for (const one of next ? [order, next] : [order]) await keyForgotten(deps, one)
  const serial = await issuedSerial(deps, order)
  const nextSerial = next ? await issuedSerial(deps, next) : null
  await change(deps, 'revoke', serial?.toString() ?? null, reason)
  await change(deps, 'revokeNext', nextSerial?.toString() ?? null, reason)
  await change(deps, 'revokeOld', order.old_serial, 'superseded')
  return { receiver_key: null, old_serial: null, serial: serial?.toString() ?? null }
}

/**
 * When the answer to a request may have been lost, asks once more: the same request gives the same certificate, and
 * after it is revoked no late request can bring forth another. A refusal of the authority itself says that there is
 * none; one of what lies between (a proxy, a wrong address) says nothing, and is tried again.
 */
export async function issuedSerial({ authority, effect }: StepDeps, order: OrderRow): Promise<bigint | null> {
  if (order.serial !== null) return BigInt(order.serial)
  if (order.public_key === null) return null
  try {
    return (await effect('issueForPhone', () => authority.issueForPhone(certificateRequest(order)))).serial
  } catch (error) {
    if (error instanceof Refusal && error.status < 500 && error.code.startsWith('authority/')) return null
    throw error
  }
}

/** What the register keeps as it is (revoked before, ended by itself) is stopped enough. */
export async function change(
  { authority, effect }: StepDeps,
  name: string,
  serial: string | null,
  reason: Parameters<StepDeps['authority']['revoke']>[0]['reason'],
): Promise<void> {
  if (serial === null) return
  try {
    await effect(name, () => authority.revoke({ kind: 'auth', serial: BigInt(serial), reason, requestedBy: 'sp-tsm' }))
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'authority/certificateExpired') throw error
  }
}
