// `/phone/<name>/move-here`: the certificate that is in another SIM comes into this one; and what the other screens say of a move,
// how it is undone, and why a certificate has ended. Seed 4 (5)⑦.

import type { VNode } from 'preact'
import type { Order } from '../../../roles/sp-tsm/contract.ts'
import { buttonLink, notice, post, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, h2, li, ol, p } from '../tags.ts'
import type { Viewer } from '../viewer.ts'
import { phonePath } from './device.ts'
import type { At } from './phone.ts'
import { cardEntries } from './phone-apply.ts'
import { cardFields } from './phone-card.ts'
import type { HomeOf } from './phone-home.ts'
import { subScreen } from './phone-life.ts'

const WHY = { newSim: 'whyNewSim', lostSim: 'whyLostSim', portedOut: 'whyPortedOut' } as const

/** There is a certificate in the SIM that was here before: what happened, what to do, how long it takes, and how to leave it. */
export function moveOffer({ viewer, citizen }: HomeOf, { move }: Order): VNode {
  const { move: t } = viewer.t
  return div(
    {},
    notice('info', move ? t[WHY[move.because]] : t.whyOtherSim, p({}, untilWhen(viewer, move))),
    buttonLink(phonePath(citizen, '/move-here'), t.offerButton),
    h2({}, t.howTitle),
    ol({ class: 'plain-steps' }, ...[t.how1, t.how2, t.how3, t.how4].map((text) => li({}, text))),
    p({ class: 'hint' }, t.newKey),
    move?.because === 'lostSim' ? null : p({}, t.putBack),
  )
}

function untilWhen({ t, format }: Viewer, move: Order['move']): string {
  if (move?.because === 'lostSim') return t.move.stoppedMeanwhile
  return move ? t.move.serves(format.day(move.until)) : t.move.servesThere
}

/** In the old SIM: it serves on, but has to go. */
export const moveNote = (viewer: Viewer, { move }: Order): VNode | null =>
  move &&
  notice('warning', viewer.t.move[WHY[move.because]], p({}, untilWhen(viewer, move)), p({}, viewer.t.move.putNewIn))

function moveForm(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const form = post(
    phonePath(at.citizen, '/move-here'),
    p({}, t.move.formLead),
    ...cardFields(at, trouble),
    submit(t.move.formButton),
  )
  return subScreen(at, t.move.formTitle, div({}, form, p({ class: 'hint' }, t.move.newKey)), trouble)
}

async function moveHere(at: At): Promise<Response> {
  const entered = await cardEntries(at)
  if (typeof entered === 'string') return moveForm(at, entered)
  const refused = await attempt(() => at.citizen.phone.apply({ ...entered, moves: true }))
  return refused ? moveForm(at, refused) : at.c.redirect(phonePath(at.citizen), 303)
}

export const phoneMove = {
  askMove: async (at: At) => moveForm(at),
  moveHere,
  /** The owner puts another SIM in. */
  insert: async (at: At) => {
    const iccid = at.c.req.param('iccid') ?? ''
    const refused = await attempt(() => at.citizen.phone.insertSim({ iccid }))
    if (refused && refused.code !== 'phone/simNotHere') throw refused
    return at.c.redirect(phonePath(at.citizen), 303)
  },
}

/** Why the certificate is gone, and what to do now; not where its holder removed it himself. */
export function endedNotice({ t }: Viewer, { endedBy, serial, notAfter, move }: Order, now: Date): VNode {
  const told = (heading: string, text: string) => notice('warning', heading, p({}, text))
  const { move: m } = t
  if (endedBy === 'line') return told(m.endedLine, m.endedLineText)
  if (endedBy === 'sim') return told(m.endedSim, m.endedSimText)
  if (endedBy === 'authority') return told(m.endedCard, m.endedCardText)
  if (endedBy === 'counter' || endedBy === 'operator') return told(m.endedOffice, m.endedOfficeText)
  if (endedBy !== 'sp-tsm' && serial === null) return notice('info', t.apply.withdrawn, p({}, t.apply.withdrawnText))
  if (endedBy !== 'sp-tsm') return notice('info', t.phone.removedTitle, p({}, t.phone.removed))
  if (notAfter && notAfter < now) return told(m.endedTime, m.endedTimeText)
  if (move && move.until < now) return told(m.endedNotMoved, m.endedNotMovedText)
  return notice('info', m.endedMoved, p({}, m.endedMovedText))
}
