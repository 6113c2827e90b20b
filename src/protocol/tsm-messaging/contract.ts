// What every function between two TSMs has in common: who asks, under which identifier, until when, and how it ended.
// Names of the GlobalPlatform messaging specification (GPC-M); its codes are not public: ours are refusal codes.

import { z } from 'zod'
import { zTime } from '../../base/contract.ts'
import { Refusal } from '../../base/refusal.ts'

/** 128 bits, hex. */
const zFunctionCallIdentifier = z.string().regex(/^[0-9a-f]{32}$/)

/** BasicRequest, and RequestingEntity of the header. */
export const zBasicRequest = z.object({
  /** The same again is the same call: it is carried out once and answered alike. */
  functionCallIdentifier: zFunctionCallIdentifier,
  /** `sp-tsm`, or the id of a carrier; between processes the certificate of the caller must say the same. */
  requestingEntity: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  /** Seconds from when it is first received; what has not begun by then is EXPIRED and does not begin. */
  validityPeriod: z.number().int().positive().max(31_536_000).optional(),
})
export type BasicRequest = z.output<typeof zBasicRequest>

/** StatusCodeData: a refusal, as it travels in an answer. */
const zStatusCode = z.object({
  code: z.string(),
  status: z.number().int(),
  text: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type StatusCode = z.output<typeof zStatusCode>

const zExecutionStatus = z.enum(['EXECUTED_SUCCESS', 'EXECUTED_WITHWARNING', 'FAILED', 'EXPIRED'])

/** BasicResponse with the result of the function; none when it FAILED or EXPIRED. */
export const zBasicResponse = <R extends z.ZodType>(result: R) =>
  z.object({
    processingStart: zTime,
    processingEnd: zTime,
    functionExecutionStatus: z.object({ status: zExecutionStatus, statusCode: zStatusCode.nullable() }),
    result: result.nullable(),
  })
export type BasicResponse<R> = Omit<z.output<ReturnType<typeof zBasicResponse<z.ZodType<R>>>>, 'result'> & {
  readonly result: R | null
}

/** The name of a partner: a party that J-LIS has accredited. */
export const zPartner = z.string().regex(/^[a-z][a-z0-9-]{1,30}$/)

/** Identifiers of the messages: by number and ICCID alone. */
export const zSecureElement = z.object({ iccid: z.string().regex(/^[0-9]{19,20}$/) })
export const zMobileSubscription = z.object({ msisdn: z.string().regex(/^[0-9]{10,15}$/) })

/** What was done; a FAILED or EXPIRED call becomes the refusal that it is. */
export function executed<R>({ functionExecutionStatus, result }: BasicResponse<R>): R {
  const { status, statusCode } = functionExecutionStatus
  const done = status === 'EXECUTED_SUCCESS' || status === 'EXECUTED_WITHWARNING'
  if (done && result !== null) return result
  if (!statusCode) throw new Error(`a call ended ${status} without a code`)
  throw new Refusal(statusCode.code, statusCode.status, statusCode.text, statusCode.detail)
}

/** One message as the bytes that stand for it: members in the order of the schema, nothing that it does not name. */
export const asText = (schema: z.ZodType, value: unknown): string => JSON.stringify(z.encode(schema, value))
export const fromText = <S extends z.ZodType>(schema: S, text: string): z.output<S> =>
  z.decode(schema, JSON.parse(text) as z.input<S>)
