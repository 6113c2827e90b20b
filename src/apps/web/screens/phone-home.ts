// The first screen of the phone: one for each state of applet and order, each with the one next thing to do.

import type { VNode } from 'preact'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { mayLift } from '../../../roles/sp-tsm/life/contract.ts'
import { buttonLink, notice, pinField, post, rows, submit, tile } from '../components.ts'
import type { Texts } from '../messages.ts'
import { PARTY_TEXTS } from '../messages-life.ts'
import { isOfEntry, refusalNotice, type Trouble } from '../refusal-notice.ts'
import { type Child, div, h2, p } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'
import { type PhoneStatus, phonePath } from './device.ts'
import { cardForm, codeForm } from './phone-apply.ts'
import type { FingerState } from './phone-finger.ts'
import { endedNotice, moveNote, moveOffer } from './phone-move.ts'
import { cancelMove, underWay } from './phone-progress.ts'

export interface Home {
  readonly heading: string
  readonly content: Child
  readonly waiting: boolean
}

export interface HomeOf {
  readonly viewer: Viewer
  readonly world: WebWorld
  readonly citizen: WebCitizen
  readonly status: PhoneStatus
  /** Whether a finger or a face stands for the PIN. */
  readonly finger: FingerState
  /** Whether the person has just been told of a trouble: then nothing else is announced. */
  /** With what was sent from here. */
  readonly trouble: Trouble | null
}

/** What the phone shows first, from what its SIM and its order say. */
export function home(of: HomeOf): Home {
  const { t } = of.viewer
  const { applet, elsewhere } = of.status
  const order = writtenElsewhere(of.status) ? null : of.status.order
  const still = (heading: string, content: Child): Home => ({ heading, content, waiting: false })
  if (elsewhere && applet === 'none' && (!order || order.state === 'undone'))
    return still(t.move.offerTitle, moveOffer(of, elsewhere))
  if (!order)
    return applet === 'none'
      ? still(t.phone.applyTitle, applyForm(of))
      : still(t.phone.readyTitle, ready({ ...of, status: { ...of.status, order } }))
  switch (order.state) {
    case 'undone':
      return still(t.phone.applyTitle, applyForm(of))
    case 'applied':
      return still(t.apply.codeTitle, order.due ? codeForm(of, order.due) : acceptedForm(of))
    case 'accepted':
      return still(t.phone.acceptedTitle, acceptedForm(of))
    case 'written':
      return still(t.phone.setPinTitle, setPinForm(of))
    case 'active':
      if (applet === 'blocked') return still(t.phone.blockedTitle, blocked(of))
      return applet === 'suspended'
        ? still(t.phone.suspendedTitle, stopped(of, order))
        : still(t.phone.readyTitle, ready(of))
    case 'holding':
    case 'held':
    case 'suspended':
      return still(t.phone.suspendedTitle, stopped(of, order))
    default:
      return underWayHere(of, order)
  }
}

/** What is under way goes by itself; a move can be given up. */
function underWayHere(of: HomeOf, order: Order): Home {
  const { heading, content } = underWay(of.viewer, order, of.citizen.online)!
  const moving = order.moves && order.endedBy === null && MOVING.includes(order.state)
  return { heading, content: moving ? [content, cancelMove(of)] : content, waiting: true }
}

const MOVING: readonly Order['state'][] = ['deploying', 'deployed', 'keyed', 'loaded', 'keyPairMade', 'issued']

/** What its holder ended on this phone left an empty SIM: what is in it now, the counter has written. */
const writtenElsewhere = ({ applet, order }: PhoneStatus): boolean =>
  order?.state === 'undone' && applet !== 'none' && (order.endedBy === 'holder' || order.serial === null)

function applyForm(of: HomeOf): VNode {
  const { viewer, status, world, trouble } = of
  return div({}, trouble ? null : afterUndo(viewer, status.order, world.now()), cardForm(of))
}

/** Why the last order is gone: undone for a reason, or removed as the holder wished. */
function afterUndo(viewer: Viewer, order: Order | null, now: Date): Child {
  const { t } = viewer
  if (!order) return null
  if (!order.refusal) return endedNotice(viewer, order, now)
  return [refusalNotice(viewer, order.refusal), notice('info', t.phone.undoneTitle, p({}, t.phone.undone))]
}

function acceptedForm({ viewer, citizen, status }: HomeOf): VNode {
  const { t } = viewer
  const moves = status.order?.moves === true
  return div(
    {},
    p({}, moves ? t.move.acceptedLead : t.phone.accepted),
    post(phonePath(citizen, '/install'), submit(t.phone.installButton)),
    moves
      ? cancelMove({ viewer, citizen })
      : buttonLink(phonePath(citizen, '/remove'), t.phone.cancelButton, 'secondary'),
  )
}

function setPinForm({ viewer, citizen, status, trouble }: HomeOf): VNode {
  const { t } = viewer
  const moves = status.order?.moves === true
  const invalid = isOfEntry(trouble)
  return div(
    {},
    p({}, t.phone.setPinLead),
    moves ? p({}, t.move.pinEndsOld) : null,
    post(
      phonePath(citizen, '/set-pin'),
      pinField({ name: 'pin', label: t.phone.newPin, hint: t.phone.pinHint, invalid }),
      pinField({ name: 'again', label: t.phone.again, invalid }),
      submit(t.phone.setPinButton),
    ),
    moves ? cancelMove({ viewer, citizen }) : null,
  )
}

/** Written at the counter: to stop, renew or remove it here, the holder shows the card once. */
const notOrderedHere = ({ viewer: { t }, citizen }: HomeOf): VNode =>
  notice(
    'info',
    t.apply.atCounter,
    p({}, t.apply.atCounterText),
    buttonLink(phonePath(citizen, '/take-over'), t.apply.takeOver, 'secondary'),
  )

const renewable = ({ status, world }: HomeOf): boolean =>
  status.order?.renewableFrom != null && status.order.renewableFrom <= world.now()

const renewalOffer = ({ viewer: { t }, citizen }: HomeOf): VNode =>
  notice('warning', t.life.renewSoon, buttonLink(phonePath(citizen, '/renew'), t.life.doRenew))

function ready(of: HomeOf): VNode {
  const { viewer, citizen, status } = of
  const { t, format } = viewer
  const left = status.pinTriesLeft
  const expiry = status.order?.notAfter
  return div(
    {},
    status.order ? moveNote(viewer, status.order) : notOrderedHere(of),
    left !== null && left < 3 ? notice('warning', t.page.triesLeft(left)) : null,
    renewable(of) ? renewalOffer(of) : null,
    expiry ? rows([t.phone.validUntil, format.day(expiry)]) : null,
    p({}, t.phone.loginHow),
    ...group(
      null,
      tile(phonePath(citizen, '/scan'), 'phone', t.scan.doScan, t.scan.doScanText),
      tile(phonePath(citizen, '/tap'), 'wave', t.phone.doTap, t.phone.doTapText),
      tile(phonePath(citizen, '/certificates'), 'card', t.phone.doCertificates, t.phone.doCertificatesText),
      tile(phonePath(citizen, '/services'), 'card', t.partner.doServices, t.partner.doServicesText),
      tile(phonePath(citizen, '/own'), 'people', t.own.doOwn, t.own.doOwnText),
      tile(phonePath(citizen, '/mandates'), 'people', t.mandates.do, t.mandates.doText),
      tile(phonePath(citizen, '/consents'), 'people', t.asking.doConsents, t.asking.doConsentsText),
      tile(phonePath(citizen, '/approvals'), 'phone', t.approval.doApprovals, t.approval.doApprovalsText),
    ),
    ...group(
      t.life.inNeed,
      tile(phonePath(citizen, '/reset-pin'), 'shield', t.life.doReset, t.life.doResetText),
      tile(phonePath(citizen, '/stop'), 'warning', t.life.doStop, t.life.doStopText),
      tile(phonePath(citizen, '/lost'), 'tower', t.life.doLost, t.life.doLostText),
      tile(phonePath(citizen, '/move'), 'phone', t.life.doMove, t.life.doMoveText),
      helpTile(of),
    ),
    ...group(
      t.life.settings,
      tile(phonePath(citizen, '/change-pin'), 'shield', t.phone.doChangePin, t.phone.doChangePinText),
      tile(phonePath(citizen, '/finger'), 'finger', t.finger.do, t.finger[`tile_${of.finger}`]),
      tile(phonePath(citizen, '/access'), 'info', t.access.doAccess, t.access.doAccessText),
      tile(phonePath(citizen, '/uses'), 'info', t.help.doUses, t.help.doUsesText),
      tile(phonePath(citizen, '/history'), 'info', t.life.doHistory, t.life.doHistoryText),
      tile(phonePath(citizen, '/remove'), 'failed', t.phone.doRemove, t.phone.doRemoveText),
    ),
  )
}

const helpTile = ({ viewer: { t }, citizen }: Pick<HomeOf, 'viewer' | 'citizen'>): VNode =>
  tile(phonePath(citizen, '/help'), 'info', t.help.doHelp, t.help.doHelpText)

const group = (heading: string | null, ...tiles: VNode[]): Child[] => [
  heading ? h2({}, heading) : null,
  div({ class: 'tiles tiles-narrow' }, ...tiles),
]

function blocked({ viewer: { t }, citizen }: HomeOf): VNode {
  return div(
    {},
    notice('warning', t.phone.blocked, p({}, t.life.blockedCanReset)),
    buttonLink(phonePath(citizen, '/reset-pin'), t.life.resetTitle),
    buttonLink(phonePath(citizen, '/remove'), t.phone.doRemove, 'secondary'),
  )
}

/** Who stopped it, and whose turn it is. */
function stopped({ viewer, citizen }: HomeOf, order: Order): VNode {
  const { t, say } = viewer
  const { stoppedBy } = order
  const byHolder = stoppedBy.length > 0 && stoppedBy.every((party) => mayLift(party, 'holder'))
  const who = stoppedBy.map((party) => p({}, say(PARTY_TEXTS[party])))
  return div(
    {},
    moveNote(viewer, order) ?? notice('warning', t.phone.suspended, p({}, whoseTurn(t, stoppedBy))),
    stoppedBy.length > 0 ? rows([t.life.stoppedBy, who]) : null,
    byHolder ? buttonLink(phonePath(citizen, '/resume'), t.life.resumeTitle) : null,
    div(
      { class: 'tiles tiles-narrow' },
      tile(phonePath(citizen, '/history'), 'info', t.life.doHistory, t.life.doHistoryText),
      tile(phonePath(citizen, '/remove'), 'failed', t.phone.doRemove, t.phone.doRemoveText),
      helpTile({ viewer, citizen }),
    ),
  )
}

function whoseTurn({ life }: Texts, stoppedBy: Order['stoppedBy']): string {
  const by = (...parties: Order['stoppedBy']) => stoppedBy.some((party) => parties.includes(party))
  if (stoppedBy.length === 0 || by('authority', 'operator', 'sp-tsm')) return life.authorityResumes
  if (by('line', 'sim')) return life.carrierResumes
  return by('counter') ? life.counterResumes : life.mayResume
}
