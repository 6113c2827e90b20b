// The clerk and the resident register: find, look, record, take back. The authority is told of an event at once.

import type { CertificateKind } from '../authority/contract.ts'
import { viewOf } from './cards/view.ts'
import { acting, signedIn } from './clerks.ts'
import type { Counter } from './contract.ts'
import { type CounterDeps, mayRenew } from './model.ts'
import type { CardRow } from './store.ts'

export const search =
  (deps: CounterDeps): Counter['search'] =>
  async ({ session, ...asked }) => {
    const { clerkId: clerk_id } = await signedIn(deps, session)
    return deps.register.search({ ...asked, by: clerk_id })
  }

const ACTS_SHOWN = 50

export const person =
  (deps: CounterDeps): Counter['person'] =>
  async ({ session, residentId }) => {
    const { clerkId: clerk_id } = await signedIn(deps, session)
    const { store, register } = deps
    const resident = await register.find({ residentId })
    const { events } = await register.history({ residentId, by: clerk_id })
    const cards = await Promise.all(
      (await store.cardsOf(residentId)).map(async (row) => ({
        ...viewOf(row),
        certificates: await certificatesOf(deps, row),
      })),
    )
    const acts = (await store.actsOf(residentId, ACTS_SHOWN)).map((act) => ({
      at: act.at,
      clerk: act.clerk_id,
      what: act.what,
      cardNumber: act.card_number,
      proof: act.proof_how && act.proof_reference ? { how: act.proof_how, reference: act.proof_reference } : null,
      outcome: act.outcome,
    }))
    return { resident, events, cards, acts }
  }

/** Those of the card, and the phone's that hangs on it. */
async function certificatesOf(deps: CounterDeps, { auth_serial, sign_serial }: CardRow) {
  const serials: [CertificateKind, bigint][] = []
  if (auth_serial) serials.push(['auth', BigInt(auth_serial)])
  if (sign_serial) serials.push(['sign', BigInt(sign_serial)])
  if (auth_serial) {
    const asked = { kind: 'auth', serial: BigInt(auth_serial), want: 'phone-auth', asker: 'counter' } as const
    const { serial } = await deps.authority.link(asked)
    if (serial !== null) serials.push(['auth', serial])
  }
  return Promise.all(serials.map(([kind, serial]) => certificateState(deps, kind, serial)))
}

async function certificateState({ authority, clock }: CounterDeps, kind: CertificateKind, serial: bigint) {
  const { status, medium, reason, notAfter } = await authority.status({ kind, serial })
  const onCard = medium !== 'phone'
  return {
    kind,
    serial,
    medium: onCard ? ('card' as const) : ('phone' as const),
    status,
    ...(reason && { reason }),
    ...(notAfter && { notAfter }),
    renewable: onCard && mayRenew(status, notAfter, clock()),
  }
}

export const record =
  (deps: CounterDeps): Counter['record'] =>
  ({ session, proof, ...change }) =>
    acting(deps, session, { what: 'record', residentId: change.residentId, proof }, async (by) => {
      const recorded = await deps.register.change({ ...change, by })
      await tellAuthority(deps)
      return recorded
    })

export const undoRecord =
  (deps: CounterDeps): Counter['undoRecord'] =>
  ({ session, residentId, sequence }) =>
    acting(deps, session, { what: 'undoRecord', residentId }, async (by) => {
      const recorded = await deps.register.undo({ residentId, sequence, by })
      await tellAuthority(deps)
      return recorded
    })

export const custody =
  (deps: CounterDeps): Counter['custody'] =>
  async ({ session, residentId }) => {
    const { clerkId: by } = await signedIn(deps, session)
    return deps.register.custodyRecords({ residentId, by })
  }

/** Nobody need be told: who relies on it asks at each use. */
export const recordCustody =
  (deps: CounterDeps): Counter['recordCustody'] =>
  ({ session, proof, ...entry }) =>
    acting(deps, session, { what: 'recordCustody', residentId: entry.childId, proof }, (by) =>
      deps.register.recordCustody({ ...entry, by }),
    )

/** An authority that is away takes the event over when it comes by itself, within a quarter of an hour. */
async function tellAuthority({ authority, log }: CounterDeps): Promise<void> {
  try {
    await authority.followRegister({})
  } catch (error) {
    log('counter.authority-away', { reason: (error as Error).name })
  }
}
