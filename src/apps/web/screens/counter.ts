// `/counter`: clerks sign in, find a resident and choose what to do. What they do is in counter-tasks.ts. No fact of a
// resident is in an address: searches are posted.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import { birthDateOf } from '../birth-date.ts'
import { panel, post, submit, textField } from '../components.ts'
import { attempt, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, h1, li, p, ul } from '../tags.ts'
import { fields } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { doCustody, showCustody } from './counter-custody.ts'
import { type ClerkAt, counterPage, PATH } from './counter-page.ts'
import { personPage } from './counter-person.ts'
import { doTask, showTask } from './counter-tasks.ts'
import { atDesk, signOutForm } from './sign-in.ts'

export function counterScreens(world: WebWorld): Hono {
  const app = new Hono()
  const at = atDesk(world, { office: 'counter', part: 'clerk' })
  const of = (handler: (at: ClerkAt) => Promise<Response>) =>
    at(({ clerk, ...rest }) => handler({ ...rest, session: clerk.session, clerk: clerk.name }))
  app.get('/', of(searchScreen))
  app.post('/', of(search))
  app.get('/person/:id', of(personPage))
  app.get('/person/:id/custody', of(showCustody)).post(of(doCustody))
  app.get('/person/:id/:task', of(showTask)).post(of(doTask))
  return app
}

async function searchScreen(
  at: ClerkAt,
  trouble: Trouble | null = null,
  found: VNode | null = null,
): Promise<Response> {
  const { t } = at.viewer
  const content = div(
    {},
    h1({}, t.counter.searchTitle),
    p({}, t.counter.signedInAs(at.clerk)),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    found,
    post(
      PATH,
      p({}, t.counter.searchLead),
      textField({ name: 'name', label: t.counter.name, optional: true }),
      textField({ name: 'birthDate', label: t.counter.birthDate, hint: t.counter.birthDateHint, optional: true }),
      submit(t.counter.search),
    ),
    signOutForm(at.viewer, 'counter', PATH),
  )
  return counterPage(at, content, trouble)
}

async function search(at: ClerkAt): Promise<Response> {
  const { t } = at.viewer
  const entered = await fields(at.c, 'name', 'birthDate')
  const name = entered.name.trim()
  const birthDate = birthDateOf(entered.birthDate)
  if (birthDate && !/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/.test(birthDate))
    return searchScreen(at, t.counter.shape)
  let list: VNode | null = null
  const refused = await attempt(async () => {
    const asked = { session: at.session, ...(name && { name }), ...(birthDate && { birthDate }) }
    const { found, more } = await at.world.counter.search(asked)
    list = panel(
      t.counter.found,
      found.length === 0 ? p({}, t.counter.nobody) : null,
      ul(
        {},
        ...found.map(({ residentId, fourInfo }) =>
          li(
            {},
            a({ href: `${PATH}/person/${encodeURIComponent(residentId)}` }, `${fourInfo.name} ${fourInfo.birthDate}`),
            p({}, fourInfo.address),
          ),
        ),
      ),
      more ? p({}, t.counter.more) : null,
    )
  })
  return searchScreen(at, refused, list)
}
