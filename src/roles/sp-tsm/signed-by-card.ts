// What a holder signs with the card's 署名用 key: judged by the verifier, then read as the one form that it may be.

import { type Bytes, equal, utf8 } from '../../base/bytes.ts'
import { jsonIn } from '../../base/json.ts'
import type { SpTsmDeps } from './deps.ts'
import { no } from './refusals.ts'

/** A schema of the contract. */
interface Form<T> {
  safeParse(content: unknown): { readonly success: true; readonly data: T } | { readonly success: false }
}

/** The signature is good and its content is a form of this kind; `signatureNotPassed`, `statusUnknown` or `malformedForm` otherwise. */
export async function signedByCard<T>({ verifier }: Pick<SpTsmDeps, 'verifier'>, document: Bytes, form: Form<T>) {
  const { verdict, serial, fourInfo, content } = await verifier.verifySignature({ document })
  if (verdict.outcome === 'indeterminate') throw no.statusUnknown()
  if (verdict.outcome !== 'passed' || serial === null || fourInfo === null || content === null) {
    const culprit = verdict.checks.find(({ outcome }) => outcome !== 'passed')
    throw no.signatureNotPassed({ outcome: verdict.outcome, check: culprit?.name ?? 'none' })
  }
  return { form: exactly(form, content), serial, fourInfo, checks: verdict.checks }
}

/** Exactly the octets that such a form is written as: no other members, order or spacing. */
export function exactly<T>(form: Form<T>, content: Bytes): T {
  const parsed = form.safeParse(jsonIn(content))
  if (!parsed.success || !equal(utf8(JSON.stringify(parsed.data)), content)) throw no.malformedForm()
  return parsed.data
}
