// What services ask of the platform over HTTP, each in its own name: the verifier's operations without the member that says who
// asks, because the access token does. Their JSON Schemas (draft 2020-12, of what goes over the wire) are derived.

import { z } from 'zod'
import { contract, type Operation } from '../../../base/contract.ts'
import { consentOperations } from '../consents/contract.ts'
import { linkOperations } from '../links/contract.ts'
import type { MAY_ASK } from '../openid/contract.ts'
import { requestOperations } from '../requests/contract.ts'
import { signatureOperations } from '../signatures/contract.ts'

type MayAsk = (typeof MAY_ASK)[number]

/** Each with what a service must be registered for to ask it. */
export const GRANTS = {
  askAge: 'age',
  ageRequest: 'age',
  askConsent: 'facts',
  consentRequest: 'facts',
  factsConsent: 'facts',
  latestFacts: 'facts',
  askSignature: 'signatures',
  signedDocument: 'signatures',
  verifyDocument: 'signatures',
  verifyDocuments: 'signatures',
  prepareSignature: 'signatures',
  finishSignature: 'signatures',
  timeStamp: 'signatures',
  askLink: 'links',
  linkRequest: 'links',
  serviceId: 'links',
  customerOfId: 'links',
} as const satisfies Record<string, MayAsk>
export type ApiName = keyof typeof GRANTS
export const API_NAMES = Object.keys(GRANTS) as ApiName[]

/** The scope of access tokens that services ask with. */
export const API_SCOPE = 'api'

const whole = { ...consentOperations, ...linkOperations, ...requestOperations, ...signatureOperations }
type Whole = typeof whole
type Nameless<O> =
  O extends Operation<infer I, infer R>
    ? Operation<z.ZodType<Omit<z.output<I>, 'clientId'>, Omit<z.input<I>, 'clientId'>>, R>
    : never

const nameless = Object.fromEntries(
  API_NAMES.map((name) => {
    const { summary, input, output } = whole[name]
    return [name, { summary, input: (input as z.ZodObject).omit(named(name)), output }]
  }),
) as unknown as { [K in ApiName]: Nameless<Whole[K]> }

/** Whether the operation itself must be told who asks. */
export function named(name: ApiName): { clientId?: true } {
  return 'clientId' in whole[name].input.shape ? { clientId: true } : {}
}

export const apiContract = contract({ role: 'verifier', operations: nameless })

/** Of what is sent and of what comes back. */
export function schemasOf(name: ApiName): { readonly input: object; readonly output: object } {
  const { input, output } = apiContract.operations[name] as Operation
  return { input: schemaOf(input), output: schemaOf(output) }
}

/** Codecs: the side of the wire is their input. */
export function schemaOf(type: z.ZodType): object {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })
  return schema
}
