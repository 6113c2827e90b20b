// Customers on the telephone: a clerk, or the machine that answers, has the customer approve on the phone what is to be done.
// Part of the service's contract. Seed 0 高橋②.

import { z } from 'zod'
import { operation, zNothing, zTime } from '../../../base/contract.ts'
import { clerkOperations, zSession } from '../../../protocol/clerks/contract.ts'

const clerk = z.object({ session: zSession })
const call = z.object({ callId: z.string().regex(/^[0-9a-f]{32}$/) })
const zCustomerNumber = z.string().regex(/^[0-9]{1,12}$/)

/** What is to be done: tell the balance, or let so much be transferred in a day. */
const zProcedure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('balance') }),
  z.object({ kind: z.literal('limit'), yen: z.number().int().min(0).max(10_000_000) }),
])
export type Procedure = z.output<typeof zProcedure>

/** `waiting` for the phone; `approved`: now it may be done; then `done` or `dropped`, once. */
const zCallState = z.enum(['waiting', 'approved', 'done', 'dropped', 'declined', 'expired'])

const zCall = call.extend({
  procedure: zProcedure,
  /** To be spoken; nothing once it is over. */
  code: z.string().nullable(),
  expiresAt: zTime,
  state: zCallState,
  /** The customer, once they have approved. */
  customer: z
    .object({ displayName: z.string(), balance: z.number().int(), limit: z.number().int().nullable() })
    .nullable(),
})

export const telephoneOperations = {
  ...clerkOperations(z.enum(['telephone'])),
  askCaller: operation(
    'a clerk asks the customer on the line to approve on the phone; the clerk speaks the number',
    clerk.extend({
      customerNumber: zCustomerNumber,
      procedure: zProcedure,
      /** Who called whom; the customer is told. */
      caller: z.enum(['person', 'service']),
    }),
    call,
  ),
  call: operation('for the clerk: what became of it', clerk.extend(call.shape), zCall),
  finishCall: operation(
    'for the clerk: do it, or drop it; once. The customer’s phone shows which',
    clerk.extend(call.shape).extend({ act: z.enum(['do', 'drop']) }),
    zNothing,
  ),
  askByMachine: operation(
    'the machine that answers asks: with the user code that the customer has entered',
    z.object({ customerNumber: zCustomerNumber, userCode: z.string().regex(/^[0-9]{4,8}$/) }),
    call.extend({ code: z.string() }),
  ),
  machineCall: operation(
    'for the machine: the balance, told once after the approval',
    call,
    z.object({ state: zCallState, balance: z.number().int().nullable() }),
  ),
} as const
