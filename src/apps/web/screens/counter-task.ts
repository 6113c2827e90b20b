// What every task of a clerk is: a form, perhaps a confirmation, an act; and the proof of who stands there.

import { type Proof, zProof } from '../../../roles/counter/contract.ts'
import { selectField, textField } from '../components.ts'
import type { Wrong } from '../entered.ts'
import type { Child } from '../tags.ts'
import { plainText, type Viewer } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import type { ClerkAt } from './counter-page.ts'
import { livingCard, type Person } from './counter-person.ts'

export type Entered = Readonly<Record<string, string>>

/** Every field that was posted; a file is none. */
export async function enteredIn({ c }: ClerkAt): Promise<Entered> {
  const posted = Object.entries(await c.req.parseBody())
  return Object.fromEntries(posted.filter((one): one is [string, string] => typeof one[1] === 'string'))
}

export interface Task {
  form(viewer: Viewer, person: Person, world: WebWorld): Child[]
  /** Shown before the act, with what was entered in hidden fields; without it the act is done at once. */
  confirm?(viewer: Viewer, person: Person, entered: Entered): Child[]
  /** The act, or a sentence about what was entered. */
  perform(at: ClerkAt, person: Person, entered: Entered): (() => Promise<unknown>) | string
}

const PROOFS = zProof.shape.how.options

export const proofFields = ({ t }: Viewer): Child[] => [
  selectField(
    { name: 'how', label: t.counter.proofHow },
    PROOFS.map((how) => [how, t.counter[how]]),
  ),
  textField({ name: 'reference', label: t.counter.proofReference, hint: t.counter.proofHint }),
]

/** What is done with a proof of who stands there. */
export const withProof = (
  { viewer }: ClerkAt,
  { how, reference }: Entered,
  act: (proof: Proof) => (() => Promise<unknown>) | string,
): (() => Promise<unknown>) | string => {
  const proof = zProof.safeParse({ how, reference: plainText(reference ?? '') })
  return proof.success ? act(proof.data) : viewer.t.counter.proofShape
}

/** Where the proof itself is the trouble. */
export const wrongProof = ({ t }: Viewer, trouble: unknown): Wrong => ({
  reference: trouble === t.counter.proofShape ? t.counter.proofShape : null,
})

export const cardNumberOf = (person: Person): string => livingCard(person)?.cardNumber ?? ''
