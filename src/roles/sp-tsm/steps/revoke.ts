// undoing → certificateRevoked: no certificate may be valid when its key leaves the SIM. Tried until it succeeds.

import { Refusal } from '../../../base/refusal.ts'
import type { OrderRow } from '../store.ts'
import { certificateRequest, keyForgotten } from './issue.ts'
import type { Step, StepDeps } from './step.ts'

export const revoke: Step = async (deps, order) => {
  const forgotten = await keyForgotten(deps, order)
  const serial = await issuedSerial(deps, order)
  if (serial === null) return forgotten
  const request = { kind: 'auth', serial, reason: 'cessationOfOperation', requestedBy: 'sp-tsm' } as const
  await deps.effect('revoke', () => deps.authority.revoke(request))
  return { ...forgotten, serial: serial.toString() }
}

/**
 * When the answer to a request may have been lost, asks once more: the same request gives the same certificate, and
 * after it is revoked no late request can bring forth another. A refusal of the authority itself says that there is
 * none; one of what lies between (a proxy, a wrong address) says nothing, and is tried again.
 */
async function issuedSerial({ authority, effect }: StepDeps, order: OrderRow): Promise<bigint | null> {
  if (order.serial !== null) return BigInt(order.serial)
  if (order.public_key === null) return null
  try {
    return (await effect('issueForPhone', () => authority.issueForPhone(certificateRequest(order)))).serial
  } catch (error) {
    if (error instanceof Refusal && error.status < 500 && error.code.startsWith('authority/')) return null
    throw error
  }
}
