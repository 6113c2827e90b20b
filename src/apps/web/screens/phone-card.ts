// The My Number Card held to the phone, with its password: which one, and what was entered.

import type { VNode } from 'preact'
import { zPassword } from '../../../roles/phone/contract.ts'
import { passwordField, selectField } from '../components.ts'
import { isOfEntry, type Trouble } from '../refusal-notice.ts'
import { plainText } from '../viewer.ts'
import type { At } from './phone.ts'

type Place = Pick<At, 'viewer' | 'world' | 'citizen'>

export const cardFields = ({ viewer: { t, say }, world, citizen }: Place, trouble: Trouble | null): VNode[] => [
  selectField(
    { name: 'card', label: t.phone.applyCard },
    world.citizens.map(({ card, label }) => [card, t.phone.cardOf(say(label))]),
    citizen.card,
  ),
  passwordField({
    ...{ name: 'password', label: t.phone.password, hint: t.phone.passwordHint, length: 16 },
    invalid: isOfEntry(trouble),
  }),
]

export interface CardAtHand {
  readonly card: string
  readonly password: string
}

/** Undefined when the form is not filled in as the card wants it: nothing was sent to the card then. */
export function cardAtHand({ world }: Pick<Place, 'world'>, entered: CardAtHand): CardAtHand | undefined {
  const card = world.citizens.find((other) => other.card === entered.card)?.card
  const password = zPassword.safeParse(plainText(entered.password).toUpperCase())
  return card !== undefined && password.success ? { card, password: password.data } : undefined
}
