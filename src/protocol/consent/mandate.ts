// What two people sign with their 利用者証明用 keys when one lets the other act: every line is something that the signer saw. The
// first line keeps it from ever being taken for another statement. Ours: docs/profile.md#mandates.

import { type Bytes, utf8 } from '../../base/bytes.ts'

export interface MandateTerms {
  /** How the two are called, in words of the one who offers: no register names them. */
  readonly principalCalled: string
  readonly delegateCalled: string
  readonly purpose: string
  readonly scope: readonly { readonly clientId: string; readonly acts: readonly string[] }[]
  readonly from: Date
  readonly until: Date
  /** How many more times it may be handed on. */
  readonly subDelegation: number
  /** The mandate out of which it is handed on; null where it is the principal's own. */
  readonly within: string | null
}

export interface MandateStatement {
  readonly platform: string
  /** `child <serial>`: taken by a parent, for the holder of that certificate; `firm <id>`: by a representative, for the firm. */
  readonly act: 'offer' | `accept ${string}` | `child ${string}` | `firm ${string}`
  readonly terms: MandateTerms
  readonly nonce: string
  readonly at: Date
}

export const mandateStatement = ({ platform, act, terms, nonce, at }: MandateStatement): Bytes =>
  utf8(
    [
      'kazasu mandate 1',
      platform,
      act,
      `within ${terms.within ?? 'nothing'}`,
      terms.principalCalled,
      terms.delegateCalled,
      terms.purpose,
      terms.from.toISOString(),
      terms.until.toISOString(),
      `handed on ${terms.subDelegation}`,
      ...terms.scope.map(({ clientId, acts }) => `at ${clientId} ${acts.join(' ')}`),
      nonce,
      at.toISOString(),
    ].join('\n'),
  )

/** Who is asked for what in a statement of a parent: undefined for any other octets. */
export function childStatement(
  statement: Bytes,
): { readonly platform: string; readonly serial: bigint; readonly at: Date } | undefined {
  const lines = new TextDecoder().decode(statement).split('\n')
  const [form, platform, act = '', at] = [...lines.slice(0, 3), lines.at(-1) ?? '']
  const serial = /^child ([0-9]{1,50})$/.exec(act)?.[1]
  const time = new Date(at ?? '')
  if (form !== 'kazasu mandate 1' || !platform || !serial || Number.isNaN(time.getTime())) return undefined
  return { platform, serial: BigInt(serial), at: time }
}
