// Representatives of firms at the desk of the platform: what was claimed, to be compared with the commercial register; who stands; the end.

import type { VNode } from 'preact'
import { type Verifier, zFirmNumber } from '../../../../roles/verifier/contract.ts'
import { digitsField, hidden, panel, post, type Row, rows, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { type Child, details, div, p, summary } from '../../tags.ts'
import { fields, plainText, type Viewer } from '../../viewer.ts'
import type { At } from '../desk.ts'
import { reasonIn } from './letters.ts'
import { FIRMS, platformPage } from './page.ts'

export type FirmAtDesk = Awaited<ReturnType<Verifier['firmsAtDesk']>>['firms'][number]

export async function firmsPage(at: At, trouble: Trouble | null = null, entered?: Entered): Promise<Response> {
  const { viewer, world, clerk } = at
  const { t } = viewer
  const { session } = clerk
  const { firms } = await world.verifier.firmsAtDesk({ session })
  const { proposals } = await world.verifier.proposedActs({ session })
  const proposed = new Set(proposals.filter(({ act }) => act === 'represent').map(({ subject }) => subject))
  const claims = firms.filter(({ state }) => state === 'claimed')
  const standing = firms.filter(({ state }) => state === 'standing')
  const listed = (heading: string, all: readonly FirmAtDesk[], none: string) =>
    panel(heading, ...(all.length === 0 ? [p({}, none)] : all.map((one) => part(at, one, proposed))))
  return platformPage(at, {
    title: t.firms.desk,
    path: FIRMS,
    trouble,
    content: [
      p({}, t.firms.deskLead),
      listed(t.firms.waiting, claims, t.firms.noneWaits),
      listed(t.firms.standing, standing, t.firms.noneStands),
      clerk.parts.includes('operator') ? strikePanel(viewer, entered) : null,
    ],
  })
}

/** What clerks compare; of one that is decided the firm alone. */
export function firmRows({ t, format }: Viewer, { number, name, person, claimedAt, until, state }: FirmAtDesk): Row[] {
  return [
    [t.firms.firm, name],
    [t.firms.number, number],
    ...(person
      ? ([
          [t.firms.person, person.name],
          [t.firms.address, person.address],
          [t.firms.birthDate, format.date(person.birthDate)],
        ] as const)
      : []),
    state === 'claimed' ? [t.firms.claimedAt, format.minute(claimedAt)] : [t.firms.until, format.day(until)],
  ]
}

function part(at: At, firm: FirmAtDesk, proposed: ReadonlySet<string>): VNode {
  const { t } = at.viewer
  const { representationId: id, name, state } = firm
  return div({ class: 'part' }, rows(...firmRows(at.viewer, firm)), forms())

  function forms(): Child {
    if (proposed.has(id)) return p({ class: 'hint' }, t.platformDesk.waitsForRelease)
    if (!at.clerk.parts.includes('operator')) return null
    const act = (...buttons: Child[]) =>
      post(
        FIRMS,
        hidden('id', id),
        textField({ name: 'reason', id: `reason-${id}`, label: t.firms.reason }),
        ...buttons,
      )
    const end = (text: string) => submit(text, 'danger', 'act', 'end')
    const joint = submit(t.firms.joint, 'danger', 'act', 'joint')
    return state === 'claimed'
      ? act(submit(t.firms.propose, 'primary', 'act', 'propose'), end(t.firms.refuse), joint)
      : details({}, summary({}, t.firms.endOf(name)), act(end(t.firms.end), joint))
  }
}

interface Entered {
  readonly number: string
  readonly reason: string
}

const strikePanel = ({ t }: Viewer, { number, reason }: Entered = { number: '', reason: '' }): VNode =>
  panel(
    t.firms.strike,
    p({}, t.firms.strikeLead),
    post(
      FIRMS,
      digitsField({ name: 'number', label: t.firms.number, length: 20, value: number }),
      textField({ name: 'reason', label: t.firms.reason, value: reason }),
      submit(t.firms.strikeButton, 'danger', 'act', 'strike'),
    ),
  )

export async function actOnFirm(at: At): Promise<Response> {
  const { world, clerk, c, viewer } = at
  const entered = await fields(c, 'act', 'id', 'number', 'reason')
  const { session } = clerk
  const [subject, reason] = [entered.id, entered.reason.trim()]
  const struck = entered.act === 'strike' ? entered : undefined
  if (!reasonIn(reason)) return firmsPage(at, viewer.t.platform.reasonNeeded, struck)
  const number = zFirmNumber.safeParse(plainText(entered.number).replace(/[-\s]/g, ''))
  if (entered.act === 'strike' && !number.success) return firmsPage(at, viewer.t.firms.strikeShape, struck)
  const { verifier } = world
  const refused = await attempt(() => {
    if (entered.act === 'propose') return verifier.proposeAct({ session, act: 'represent', subject, reason })
    if (number.success) return verifier.strikeFirm({ session, number: number.data, reason })
    const joint = entered.act === 'joint'
    return verifier.endRepresentation({ session, representationId: subject, reason, joint })
  })
  return refused ? firmsPage(at, refused, struck) : c.redirect(`${FIRMS}?done=firm`, 303)
}
