// PIN and password at the counter: set anew for a holder who is identified, or changed by one who knows the old one.

import { zPassword, zPin } from '../../../roles/counter/contract.ts'
import { choiceField, notice, passwordField } from '../components.ts'
import type { Child } from '../tags.ts'
import { plainText, type Viewer } from '../viewer.ts'
import { cardNumberOf, type Entered, type Task, withProof } from './counter-task.ts'

const kindOfSecret = ({ kind }: Entered) => (kind === 'sign' ? 'sign' : 'auth')

/** New and once more, or a sentence. */
function newSecret({ t }: Viewer, entered: Entered): { secret: string } | string {
  const secret = plainText(entered.secret ?? '').toUpperCase()
  if (!(kindOfSecret(entered) === 'auth' ? zPin : zPassword).safeParse(secret).success) return t.counter.shape
  return secret === plainText(entered.again ?? '').toUpperCase() ? { secret } : t.counter.secretsDiffer
}

const fresh = ({ t }: Viewer): Child[] => [
  passwordField({ name: 'secret', label: t.counter.secret, length: 16 }),
  passwordField({ name: 'again', label: t.counter.secretAgain, length: 16 }),
]
const which = ({ t }: Viewer): Child[] => [
  choiceField('radio', 'kind', t.counter.pinKind, [
    { value: 'auth', text: t.counter.newPin, checked: true },
    { value: 'sign', text: t.counter.newPassword, checked: false },
  ]),
  notice('info', t.counter.holderEnters),
]

export const pin: Task = {
  form: (viewer) => [...which(viewer), ...fresh(viewer)],
  perform: (at, person, entered) =>
    withProof(at, entered, (proof) => {
      const chosen = newSecret(at.viewer, entered)
      if (typeof chosen === 'string') return chosen
      const of = { session: at.session, cardNumber: cardNumberOf(person), kind: kindOfSecret(entered) } as const
      return () => at.world.counter.resetPin({ ...of, ...chosen, proof })
    }),
}

export const change: Task = {
  form: (viewer) => [
    ...which(viewer),
    passwordField({ name: 'old', label: viewer.t.counter.oldSecret, length: 16 }),
    ...fresh(viewer),
  ],
  perform: (at, person, entered) => {
    const chosen = newSecret(at.viewer, entered)
    if (typeof chosen === 'string') return chosen
    const old = plainText(entered.old ?? '').toUpperCase()
    const kind = kindOfSecret(entered)
    if (!(kind === 'auth' ? zPin : zPassword).safeParse(old).success) return at.viewer.t.counter.shape
    const of = { session: at.session, cardNumber: cardNumberOf(person), kind } as const
    return () => at.world.counter.changePin({ ...of, ...chosen, old })
  },
}
