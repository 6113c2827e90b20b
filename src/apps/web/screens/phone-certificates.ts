// `/phone/<name>/certificates`: what is in the SIM, read after the PIN, with its end; and where else there are certificates.

import type { VNode } from 'preact'
import { zPin } from '../../../roles/phone/contract.ts'
import { CARRIERS } from '../../../world/people.ts'
import { buttonLink, post, rows, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { type Child, code, div, h2, h3, p, section } from '../tags.ts'
import { fields, plainText, type Viewer } from '../viewer.ts'
import type { WebCitizen } from '../world.ts'
import { phonePath, phonePin } from './device.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'

function certificatesForm(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const form = post(
    phonePath(at.citizen, '/certificates'),
    p({}, t.phone.certificatesLead),
    phonePin(t, trouble),
    submit(t.phone.show),
  )
  return subScreen(at, t.phone.certificatesTitle, form, trouble)
}

type Certificate = Awaited<ReturnType<WebCitizen['phone']['certificates']>>['certificates'][number]

async function show(at: At): Promise<Response> {
  const { t } = at.viewer
  const pin = zPin.safeParse(plainText((await fields(at.c, 'pin')).pin))
  if (!pin.success) return certificatesForm(at, t.phone.pinShape)
  const found: Certificate[] = []
  const refused = await attempt(async () => {
    found.push(...(await at.citizen.phone.certificates({ pin: pin.data })).certificates)
  })
  if (refused) return certificatesForm(at, refused)
  const content = div({}, ...found.map((one) => certificate(at, one)), ...(await elsewhere(at)))
  return subScreen(at, t.phone.certificatesTitle, content)
}

/** On the card and in other SIMs, as J-LIS knows them. */
async function elsewhere({ citizen, viewer, world }: At): Promise<Child[]> {
  const { t, format, say } = viewer
  const title = h2({}, t.help.elsewhereTitle)
  const found: Awaited<ReturnType<WebCitizen['phone']['elsewhere']>>['places'] = []
  const refused = await attempt(async () => {
    found.push(...(await citizen.phone.elsewhere({})).places)
  })
  if (refused)
    return [title, p({}, refused.code === 'phone/noOrder' ? t.help.elsewhereTakeOver : t.help.elsewhereUnknown)]
  const where = ({ carrier }: (typeof found)[number]) =>
    carrier === null ? t.help.onCard : t.help.inSim(say(CARRIERS[carrier as keyof typeof CARRIERS].label))
  return [
    title,
    p({}, t.help.signOnCard),
    ...found.map((one) =>
      section(
        { class: 'certificate' },
        h3({}, t.phone.kindAuth),
        p({}, where(one)),
        rows(
          [t.help.state, t.help[one.status]],
          ...(one.notAfter
            ? [
                [
                  t.phone.validUntil,
                  format.aside(format.day(one.notAfter), timeLeft(viewer, one.notAfter, world.now())),
                ] as const,
              ]
            : []),
        ),
      ),
    ),
  ]
}

const DAY_MS = 24 * 3600 * 1000
const A_YEAR = 365

function timeLeft({ t }: Viewer, notAfter: Date, now: Date): string {
  const days = Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS)
  if (days < 0) return t.phone.expired
  return days < 2 * A_YEAR ? t.phone.daysLeft(days) : t.phone.yearsLeft(Math.floor(days / A_YEAR))
}

function certificate({ viewer, world }: At, { serial, notBefore, notAfter }: Certificate): VNode {
  const { t, format } = viewer
  return section(
    { class: 'certificate' },
    h2({}, t.phone.kindAuth),
    rows(
      [t.phone.validUntil, format.aside(format.day(notAfter), timeLeft(viewer, notAfter, world.now()))],
      [t.phone.validFrom, format.day(notBefore)],
      [t.phone.serial, code({ id: 'serial' }, serial.toString())],
    ),
    buttonLink(`/authority?kind=auth&serial=${serial}`, t.phone.atAuthority, 'secondary'),
  )
}

export const phoneCertificates = { ask: async (at: At) => certificatesForm(at), show }
