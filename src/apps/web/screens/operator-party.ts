// `/authority/party`: a party is accredited, what it was granted is changed, or it is stopped until it is accredited again.
// What was entered is shown once more before it counts. Its key and certificate: `kazasu authority party add`.

import { type Authority, authorityContract } from '../../../roles/authority/contract.ts'
import { AGE_LIMITS, SERVICES } from '../../../roles/authority/parties/model.ts'
import { buttonLink, choiceField, hidden, notice, post, rows, submit, textField } from '../components.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, div, h1 } from '../tags.ts'
import { plainText } from '../viewer.ts'
import type { AtDesk } from './sign-in.ts'

const PATH = '/authority/party'
const { input: zAccreditation } = authorityContract.operations.accredit
type Accreditation = Parameters<Authority['accredit']>[0]

/** Of the party that is named, or of a new one. */
export async function partyForm(at: AtDesk, trouble: Trouble | null = null): Promise<Response> {
  const { t } = at.viewer
  const name = at.c.req.query('name')
  const party = (await at.world.authority.parties({})).parties.find((one) => one.name === name)
  const services = SERVICES.map((one) => {
    return { value: one, text: t.operator[`${one}_`], checked: party?.services.includes(one) ?? false }
  })
  const ages = AGE_LIMITS.map((one) => {
    return { value: String(one), text: String(one), checked: party?.ageLimits.includes(one) ?? false }
  })
  const year = new Date(at.world.now().getTime() + 365 * 86_400_000)
  return page(
    at,
    party ? t.operator.changeParty(party.name) : t.operator.addParty,
    trouble,
    post(
      PATH,
      party
        ? hidden('name', party.name)
        : textField({ name: 'name', label: t.operator.partyName, hint: t.operator.partyNameHint }),
      textField({ name: 'displayName', label: t.operator.displayName, value: party?.displayName ?? '' }),
      choiceField('checkbox', 'services', t.operator.services, services),
      choiceField('checkbox', 'ageLimits', t.operator.ageLimits, ages),
      textField({
        name: 'until',
        label: t.operator.until,
        hint: t.operator.untilHint,
        value: (party && party.accreditedUntil > at.world.now() ? party.accreditedUntil : year)
          .toISOString()
          .slice(0, 10),
      }),
      submit(t.operator.check),
    ),
  )
}

export async function saveParty(at: AtDesk): Promise<Response> {
  const { t } = at.viewer
  const posted = await at.c.req.parseBody({ all: true })
  const asked = entered(posted)
  if (!asked) return partyForm(at, t.operator.partyShape)
  if (posted.confirmed !== 'yes') return confirm(at, t.operator.checkParty, asked, Object.entries(posted))
  const refused = await attempt(() => accredited(at, asked))
  return refused ? partyForm(at, refused) : at.c.redirect('/authority', 303)
}

/** Accreditation ends now, until it is given again; what was answered stays on record. */
export async function stopParty(at: AtDesk): Promise<Response> {
  const posted = await at.c.req.parseBody()
  const party = (await at.world.authority.parties({})).parties.find(({ name }) => name === posted.party)
  if (!party) return at.c.redirect('/authority', 303)
  const { name, displayName, services, ageLimits } = party
  const asked = { name, displayName, services, ageLimits, until: at.world.now() }
  if (posted.confirmed !== 'yes')
    return confirm(at, at.viewer.t.operator.endParty(name), asked, [['party', name]], '/authority/end-party')
  await accredited(at, asked)
  return at.c.redirect('/authority', 303)
}

async function accredited({ world, clerk }: AtDesk, asked: Accreditation): Promise<void> {
  await world.spTsm.recordAct({ session: clerk.session, act: 'accredit', subject: asked.name })
  await world.authority.accredit(asked)
}

function entered(posted: Readonly<Record<string, unknown>>): Accreditation | null {
  const all = (name: string) => [posted[name] ?? []].flat().filter((one) => typeof one === 'string')
  const until = plainText(String(posted.until ?? ''))
  const form = {
    name: plainText(String(posted.name ?? '')),
    displayName: String(posted.displayName ?? '').trim(),
    services: all('services'),
    ageLimits: all('ageLimits').map(Number),
    // The last second of the day in Japan.
    until: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(until) ? `${until}T14:59:59.000Z` : '',
  }
  const read = zAccreditation.safeDecode(form as never)
  return read.success ? read.data : null
}

function confirm(
  at: AtDesk,
  title: string,
  { name, displayName, services, ageLimits, until }: Accreditation,
  fields: readonly (readonly [string, unknown])[],
  path = PATH,
): Response {
  const { t, format } = at.viewer
  return page(
    at,
    title,
    null,
    rows(
      [t.operator.party, `${displayName} (${name})`],
      [t.operator.services, services.map((one) => t.operator[`${one}_`]).join(', ') || '–'],
      [t.operator.ageLimits, ageLimits.join(', ') || '–'],
      [t.operator.until, format.minute(until)],
    ),
    path === PATH ? null : notice('warning', t.operator.endText),
    post(
      path,
      ...fields.flatMap(([field, value]) => [value].flat().map((one) => hidden(field, String(one)))),
      submit(t.operator.confirm, path === PATH ? 'primary' : 'danger', 'confirmed', 'yes'),
    ),
  )
}

function page({ c, viewer }: AtDesk, title: string, trouble: Trouble | null, ...content: Child[]): Response {
  const back = buttonLink('/authority', viewer.t.operator.back, 'secondary')
  return show(c, {
    viewer,
    title,
    theme: 'authority',
    content: div({ class: 'narrow' }, h1({}, title), trouble ? troubleNotice(viewer, trouble) : null, ...content, back),
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true } : {}),
    path: PATH,
  })
}
