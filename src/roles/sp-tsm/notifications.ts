// What a carrier tells of lines and SIMs, and what follows for the order of that SIM. Each is heard once, however often
// it is told. Seed 4 (4)②, (5)⑦.

import type { Operation } from '../../base/contract.ts'
import { Refusal } from '../../base/refusal.ts'
import { functionCalls, Warned } from '../../protocol/tsm-messaging/calls.ts'
import type { BasicRequest } from '../../protocol/tsm-messaging/contract.ts'
import { type NotificationName, type Notifications, type SpTsm, spTsmContract } from './contract.ts'
import type { Running, SpTsmDeps } from './deps.ts'
import type { MoveCause, Party } from './life/contract.ts'
import { endOrder, moveOrder, resumeOrder, stopOrder } from './life/events.ts'
import { partiesOf } from './life/model.ts'
import { no } from './refusals.ts'
import type { OrderRow } from './store.ts'

type Deps = SpTsmDeps & Running
type Body<N extends NotificationName> = Parameters<SpTsm[N]>[0]

interface Handler<N extends NotificationName> {
  /** The SIM whose order it is about. */
  readonly iccid: (body: Body<N>) => string
  /** What it brings the order to; may be interrupted and repeated. */
  readonly act: (deps: Deps, order: OrderRow, body: Body<N>) => Promise<void>
}

type Act = (deps: Deps, order: OrderRow) => Promise<void>
const stopped =
  (by: Party): Act =>
  async (deps, order) => {
    await stopOrder(deps, order.order_id, by)
  }
const ended =
  (by: Party): Act =>
  async (deps, order) => {
    await endOrder(deps, order.order_id, by)
  }
const moved =
  (by: Party, because: MoveCause): Act =>
  async (deps, order) => {
    await moveOrder(deps, order.order_id, by, because)
  }
/** Nobody may use what somebody else may have in his hands. */
const lost: Act = async (deps, order) => {
  await stopOrder(deps, order.order_id, 'sim')
  await moveOrder(deps, order.order_id, 'sim', 'lostSim')
}
/** What others have stopped stays so. */
const resumed =
  (by: Party): Act =>
  async (deps, order) => {
    if (!partiesOf(order.stopped_by).includes(by)) return
    await resumeOrder(deps, order.order_id, by).catch((error) => {
      if (!(error instanceof Refusal) || error.code !== 'sp-tsm/stillStopped') throw error
    })
  }
/** The certificate goes on: it names neither number nor phone. */
const nothing: Act = async () => undefined

const LINE = {
  SUSPENDED: stopped('line'),
  RESTRICTED: stopped('line'),
  ACTIVATED: resumed('line'),
  TERMINATED: ended('line'),
} as const
const SIM = { LOCKED: stopped('sim'), ACTIVE: resumed('sim'), TERMINATED: ended('sim') } as const
/** By what became of the SIM that the line had. */
const RENEWED = { exchanged: moved('sim', 'newSim'), 'lost-or-stolen': lost, defective: lost } as const
const ofSim = ({ secureElement }: { secureElement: { iccid: string } }): string => secureElement.iccid

/** Who has the line or the SIM next enrols himself. The holder’s own next SIM gets a certificate of its own: no key ever moves. */
const HANDLERS: { readonly [N in NotificationName]: Handler<N> } = {
  handleMobileSubscriptionStatusChangeNotification: {
    iccid: ofSim,
    act: (deps, order, { mobileSubscriptionStatus: status, reason }) =>
      (status === 'TERMINATED' && reason === 'ported-out' ? moved('line', 'portedOut') : LINE[status])(deps, order),
  },
  handleMobileSubscriptionIdentifierChangedNotification: { iccid: ofSim, act: nothing },
  handleSERenewalNotification: {
    iccid: ({ oldSecureElement }) => oldSecureElement.iccid,
    act: (deps, order, { reason }) => RENEWED[reason](deps, order),
  },
  handleSEDeviceChangedNotification: { iccid: ofSim, act: nothing },
  handleSEMobileSubscriptionChangedNotification: { iccid: ofSim, act: ended('line') },
  handleSEStatusChangeNotification: {
    iccid: ofSim,
    act: (deps, order, { secureElementStatus }) => SIM[secureElementStatus](deps, order),
  },
}

/** A carrier is heard about SIMs that it ordered for, and no others. */
export function notifications(deps: Deps): Notifications {
  const call = functionCalls({ ...deps, calls: deps.store.calls, answeredBy: 'sp-tsm', no })
  const heard = <N extends NotificationName>(name: N) => {
    const { iccid, act } = HANDLERS[name] as unknown as Handler<N>
    const work = async (body: Body<N>) => {
      const order = await deps.store.orderOfSim((body as BasicRequest).requestingEntity, iccid(body))
      deps.log('sp-tsm.heard', { notification: name, known: order !== undefined })
      if (!order) return new Warned({}, no.noOrderOfSim())
      await act(deps, order, body)
      return {}
    }
    return call(name, spTsmContract.operations[name] as Operation, work as (input: BasicRequest) => Promise<object>)
  }
  const names = Object.keys(HANDLERS) as NotificationName[]
  return Object.fromEntries(names.map((name) => [name, heard(name)])) as unknown as Notifications
}
