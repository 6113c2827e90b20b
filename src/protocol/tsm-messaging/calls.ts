// Function calls of other TSMs: each is carried out once, whoever doubles it, and answered alike afterwards.
// GPC-M (BasicRequest, BasicResponse). What could not be decided yet is not answered but thrown: ask again.

import { type Bytes, equal, fromUtf8, utf8 } from '../../base/bytes.ts'
import type { Operation } from '../../base/contract.ts'
import { seal, sha256, unseal } from '../../base/crypto.ts'
import type { Clock, Entropy, KeyStore } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { asText, type BasicRequest, type BasicResponse, fromText, type StatusCode } from './contract.ts'
import type { CallRow, FunctionCallStore } from './store.ts'

export interface CallDeps {
  /** Of whom the answers are, for the key that seals them: some hold keys. */
  readonly answeredBy: string
  readonly calls: FunctionCallStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly keys: KeyStore
  /** The two refusals that belong to calls as such. */
  readonly no: { callReused(): Refusal; callExpired(): Refusal }
}

/** A result with something to know about it. */
export class Warned<R> {
  readonly result: R
  readonly warning: Refusal

  constructor(result: R, warning: Refusal) {
    this.result = result
    this.warning = warning
  }
}

type Work<I, R> = (input: I) => Promise<R | Warned<R>>
type Function_<I, R> = (input: I) => Promise<BasicResponse<R>>

/**
 * Makes a function of the contract from what it does. A refusal below 500 is its end: FAILED, and the same identifier
 * will never be carried out again. Anything else is thrown, and the same identifier tries again.
 */
export function functionCalls(deps: CallDeps) {
  const running = new Map<string, Promise<unknown>>()
  return <I extends BasicRequest, R>(name: string, shape: Operation, work: Work<I, R>): Function_<I, R> =>
    async (input) => {
      const row = await begin(deps, name, shape, input)
      if (row.response) return answerOf(deps, shape, row) as Promise<BasicResponse<R>>
      const key = `${row.requesting_entity} ${row.call_id}`
      const before = running.get(key) as Promise<BasicResponse<R>> | undefined
      if (before) return before
      const now = finish(deps, shape, row, () => work(input)).finally(() => running.delete(key))
      running.set(key, now)
      return now as Promise<BasicResponse<R>>
    }
}

async function begin({ calls, clock, no }: CallDeps, name: string, shape: Operation, input: BasicRequest) {
  const { functionCallIdentifier, requestingEntity, validityPeriod } = input
  const digest = sha256(utf8(`${name} ${asText(shape.input, input)}`))
  const now = clock()
  const row = await calls.begin({
    requesting_entity: requestingEntity,
    call_id: functionCallIdentifier,
    digest,
    started_at: now,
    expires_at: validityPeriod === undefined ? null : new Date(now.getTime() + validityPeriod * 1000),
    response: null,
  })
  if (!equal(row.digest, digest)) throw no.callReused()
  return row
}

async function finish<R>(deps: CallDeps, shape: Operation, row: CallRow, work: () => Promise<R | Warned<R>>) {
  const ended = await endOf(deps, row, work)
  const response = { processingStart: row.started_at, processingEnd: deps.clock(), ...ended }
  const text = utf8(asText(shape.output, response))
  const sealed = seal(await sealing(deps), text, labelOf(row), deps.entropy)
  // Another process may have answered it meanwhile: then that is the answer.
  return answerOf(deps, shape, await deps.calls.end(row, sealed))
}

type End<R> = Pick<BasicResponse<R>, 'functionExecutionStatus' | 'result'>

async function endOf<R>({ clock, no }: CallDeps, row: CallRow, work: () => Promise<R | Warned<R>>): Promise<End<R>> {
  const ended = (
    status: End<R>['functionExecutionStatus']['status'],
    statusCode: StatusCode | null,
    result: R | null,
  ) => ({
    functionExecutionStatus: { status, statusCode },
    result,
  })
  if (row.expires_at && row.expires_at <= clock()) return ended('EXPIRED', statusCodeOf(no.callExpired()), null)
  try {
    const result = await work()
    if (!(result instanceof Warned)) return ended('EXECUTED_SUCCESS', null, result)
    return ended('EXECUTED_WITHWARNING', statusCodeOf(result.warning), result.result)
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) return ended('FAILED', statusCodeOf(error), null)
    throw error
  }
}

const statusCodeOf = ({ code, status, message, detail }: Refusal): StatusCode => ({
  code,
  status,
  text: message,
  detail,
})

const sealing = ({ keys, answeredBy }: CallDeps): Promise<Bytes> => keys.secret(`function-calls-${answeredBy}`, 32)
const labelOf = (row: CallRow): Bytes => utf8(`function call ${row.requesting_entity} ${row.call_id}`)

async function answerOf(deps: CallDeps, shape: Operation, row: CallRow) {
  if (!row.response) throw new Error('this call has no answer yet')
  return fromText(
    shape.output,
    fromUtf8(unseal(await sealing(deps), row.response, labelOf(row))),
  ) as BasicResponse<never>
}
