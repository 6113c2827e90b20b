// `/authority/party`: a party is accredited, what it was granted is changed, or it is stopped until it is accredited again.
// What was entered is shown once more before it counts. Its key and certificate: `kazasu authority party add`.

import { type Authority, authorityContract } from '../../../roles/authority/contract.ts'
import { AGE_LIMITS, SERVICES } from '../../../roles/authority/parties/model.ts'
import { buttonLink, choiceField, hidden, notice, post, rows, submit, textField } from '../components.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { type Child, div, h1 } from '../tags.ts'
import { plainText } from '../viewer.ts'
import type { AtDesk } from './sign-in.ts'

const PATH = '/authority/party'
const { input: zAccreditation } = authorityContract.operations.accredit
type Accreditation = Parameters<Authority['accredit']>[0]

type Posted = Readonly<Record<string, unknown>>
const all = (posted: Posted, name: string) => [posted[name] ?? []].flat().filter((one) => typeof one === 'string')
const one = (posted: Posted, name: string) => all(posted, name)[0] ?? ''

/** Of the party that is named, or of a new one; what was entered before, where something is to be corrected. */
export async function partyForm(at: AtDesk, trouble: Trouble | null = null, posted?: Posted): Promise<Response> {
  const { t } = at.viewer
  const name = at.c.req.query('name') ?? (posted && one(posted, 'name'))
  const party = (await at.world.authority.parties({})).parties.find((each) => each.name === name)
  const ticked = posted
    ? [...all(posted, 'services'), ...all(posted, 'ageLimits')]
    : [...(party?.services ?? []), ...(party?.ageLimits.map(String) ?? [])]
  const choices = (values: readonly string[], text: (value: string) => string) =>
    values.map((value) => ({ value, text: text(value), checked: ticked.includes(value) }))
  const year = new Date(at.world.now().getTime() + 365 * 86_400_000)
  const until = party && party.accreditedUntil > at.world.now() ? party.accreditedUntil : year
  return page(
    at,
    party ? t.operator.changeParty(party.name) : t.operator.addParty,
    trouble,
    post(
      PATH,
      party
        ? hidden('name', party.name)
        : textField({ name: 'name', label: t.operator.partyName, hint: t.operator.partyNameHint, value: name ?? '' }),
      textField({
        ...{ name: 'displayName', label: t.operator.displayName },
        value: posted ? one(posted, 'displayName') : (party?.displayName ?? ''),
      }),
      choiceField(
        ...(['checkbox', 'services', t.operator.services] as const),
        choices(SERVICES, (service) => t.operator[`${service as (typeof SERVICES)[number]}_`]),
      ),
      choiceField(
        ...(['checkbox', 'ageLimits', t.operator.ageLimits] as const),
        choices(AGE_LIMITS.map(String), (limit) => t.operator.age(Number(limit))),
      ),
      textField({
        name: 'until',
        label: t.operator.until,
        hint: t.operator.untilHint,
        value: posted ? one(posted, 'until') : until.toISOString().slice(0, 10),
      }),
      submit(t.operator.check),
    ),
  )
}

export async function saveParty(at: AtDesk): Promise<Response> {
  const { t } = at.viewer
  const posted = await at.c.req.parseBody({ all: true })
  const asked = entered(posted)
  if (!asked) return partyForm(at, t.operator.partyShape, posted)
  if (posted.confirmed !== 'yes') return confirm(at, t.operator.checkParty, asked, Object.entries(posted))
  const refused = await attempt(() => accredited(at, asked))
  return refused ? partyForm(at, refused, posted) : at.c.redirect('/authority', 303)
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

function entered(posted: Posted): Accreditation | null {
  const until = plainText(one(posted, 'until'))
  const form = {
    name: plainText(one(posted, 'name')),
    displayName: one(posted, 'displayName').trim(),
    services: all(posted, 'services'),
    ageLimits: all(posted, 'ageLimits').map(Number),
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
  const { t, format, language } = at.viewer
  return page(
    at,
    title,
    null,
    rows(
      [t.operator.party, format.aside(inLanguage(displayName, language), name)],
      [t.operator.services, format.list(services.map((one) => t.operator[`${one}_`])) || '–'],
      [t.operator.ageLimits, format.list(ageLimits.map((age) => t.operator.age(age))) || '–'],
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
