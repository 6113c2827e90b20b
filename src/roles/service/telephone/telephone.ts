// The bank's telephone desk, and the machine that answers: nothing of a customer is told or done before the customer has
// approved on the phone, and the approval must be that customer's. Seed 0 高橋②.

import { hex } from '../../../base/bytes.ts'
import { clerksOf } from '../../../protocol/clerks/clerks.ts'
import type { Service } from '../contract.ts'
import { type Deps, OpenIdRefused } from '../model.ts'
import { no } from '../refusals.ts'
import type { Procedure, telephoneOperations } from './contract.ts'
import { type ApprovalPort, CALL_LIFE, type CallRecord, type Channel, OUTCOME_WORDS, wordsOf } from './model.ts'

const { operations: clerks, signedIn } = clerksOf<'telephone'>('service', no)

/** After this a call is nobody's business any more. */
const KEPT_MS = 24 * 3_600_000

export const telephone = (deps: Deps): Pick<Service, keyof typeof telephoneOperations> => ({
  ...clerks(deps),
  askCaller: async ({ session, customerNumber, procedure, caller }) => {
    await signedIn(deps, session, 'telephone')
    const { callId } = await ask(deps, customerNumber, procedure, { channel: 'telephone', caller })
    return { callId }
  },
  call: async ({ session, callId }) => {
    await signedIn(deps, session, 'telephone')
    return shown(deps, await looked(deps, callId, 'telephone'))
  },
  finishCall: async ({ session, callId, act }) => {
    await signedIn(deps, session, 'telephone')
    await finish(deps, await looked(deps, callId, 'telephone'), act)
    return {}
  },
  askByMachine: async ({ customerNumber, userCode }) =>
    ask(deps, customerNumber, { kind: 'balance' }, { channel: 'ivr', caller: 'person', userCode }),
  machineCall: async ({ callId }) => {
    const call = await looked(deps, callId, 'ivr')
    if (call.state !== 'approved') return { state: call.state, balance: null }
    const customer = await deps.store.customer(call.customerNumber)
    await finish(deps, call, 'do')
    return { state: CALL_LIFE.approved.do, balance: customer?.balance ?? null }
  },
})

function portOf({ approvals }: Deps): ApprovalPort {
  if (!approvals) throw no.noTelephone()
  return approvals
}

interface How {
  readonly channel: Channel
  readonly caller: 'person' | 'service'
  readonly userCode?: string
}

async function ask(deps: Deps, customerNumber: string, procedure: Procedure, how: How) {
  const { store, clock, entropy, log } = deps
  const subject = await store.subjectOf(customerNumber)
  // The machine says the same of a wrong user code: whoever dials numbers learns nothing of customers.
  if (!subject) throw how.channel === 'ivr' ? no.notAskedNow() : no.neverLinked()
  const { authReqId, code, expiresIn } = await asked(portOf(deps), { subject, message: wordsOf(procedure), ...how })
  const [callId, askedAt] = [hex(entropy(16)), clock()]
  const expiresAt = new Date(askedAt.getTime() + expiresIn * 1000)
  const { channel } = how
  await store.addCall(
    { callId, customerNumber, procedure, channel, authReqId, code, askedAt, expiresAt, state: 'waiting' },
    new Date(askedAt.getTime() - KEPT_MS),
  )
  log('service.call-asked', { kind: procedure.kind, channel })
  return { callId, code }
}

async function asked(port: ApprovalPort, request: Parameters<ApprovalPort['ask']>[0]) {
  try {
    return await port.ask(request)
  } catch (error) {
    if (error instanceof OpenIdRefused) throw no.notAskedNow({}, error)
    throw error
  }
}

/** With the customer's answer, if there is one by now. */
async function looked(deps: Deps, callId: string, channel: Channel): Promise<CallRecord> {
  const { store, clock, log } = deps
  const call = await store.call(callId)
  if (call?.channel !== channel) throw no.unknownCall()
  if (call.state !== 'waiting') return call
  const answer = await portOf(deps).fetch(call.authReqId)
  if (answer === 'waiting' && clock() < call.expiresAt) return call
  const mine = typeof answer === 'object' && answer.subject === (await store.subjectOf(call.customerNumber))
  const event = mine ? 'approve' : answer === 'expired' || answer === 'waiting' ? 'expire' : 'decline'
  if (await store.endWaiting(callId, CALL_LIFE.waiting[event])) log('service.call-answered', { event, channel })
  return (await store.call(callId)) ?? call
}

async function finish(deps: Deps, call: CallRecord, act: 'do' | 'drop'): Promise<void> {
  if (!(await deps.store.finish(call, act))) throw no.notApproved()
  const text = OUTCOME_WORDS[call.procedure.kind][CALL_LIFE.approved[act]]
  const outcome = act === 'do' ? 'completed' : 'cancelled'
  // It is done; that the phone cannot be told of it now undoes nothing.
  await portOf(deps)
    .report(call.authReqId, outcome, text)
    .catch((error: Error) => deps.log('service.outcome-not-reported', { error: error.name }))
  deps.log('service.call-finished', { act, channel: call.channel })
}

async function shown({ store }: Deps, { callId, customerNumber, procedure, code, expiresAt, state }: CallRecord) {
  const open = state === 'approved' || state === 'done'
  const customer = open ? await store.customer(customerNumber) : undefined
  const limit = open ? await store.transferLimit(customerNumber) : null
  return {
    ...{ callId, procedure, expiresAt, state },
    code: state === 'waiting' ? code : null,
    customer: customer ? { displayName: customer.displayName, balance: customer.balance, limit } : null,
  }
}
