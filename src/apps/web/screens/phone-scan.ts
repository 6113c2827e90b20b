// `/phone/<name>/scan`: the phone is held to the login screen of another device, or to a phone that lets its owner act. In this world text stands for the camera.

import { post, submit, textField } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields } from '../viewer.ts'
import { phonePath, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import { phoneMandates } from './phone-mandates.ts'

const MANDATE = /^kazasu:mandate:([0-9A-Z-]{16,19})$/
const CODE = /^kazasu:login:[\w.-]{1,128}$/

export const phoneScan = {
  ask: async (at: At): Promise<Response> => screen(at, at.c.req.query('qr') ?? ''),

  read: async (at: At): Promise<Response> => {
    const { qr } = await fields(at.c, 'qr')
    const shown = qr.trim()
    const [, invitation] = MANDATE.exec(shown) ?? []
    // Shown here: the code of a mandate stands in no address.
    if (invitation) return phoneMandates.read(at, invitation)
    if (!CODE.test(shown)) return screen(at, '', at.viewer.t.scan.form)
    const read: string[] = []
    const refused = await attempt(async () => {
      read.push((await at.citizen.phone.scanLogin({ qr: shown })).loginId)
    })
    if (refused) return screen(at, '', refused)
    return at.c.redirect(phonePath(at.citizen, `/login?login=${read[0]}`), 303)
  },
}

function screen(at: At, shown: string, trouble: Trouble | null = null): Response {
  const { c, viewer, citizen } = at
  const { t } = viewer
  const value = CODE.test(shown) ? shown : ''
  const field = textField({ name: 'qr', label: t.scan.field, hint: t.scan.fieldHint, invalid: trouble !== null, value })
  return showOnPhone(c, {
    viewer,
    citizen,
    heading: t.scan.title,
    content: div({}, p({}, t.scan.lead), post(phonePath(citizen, '/scan'), field, submit(t.scan.button))),
    trouble,
    back: phonePath(citizen),
    path: phonePath(citizen, '/scan'),
  })
}
