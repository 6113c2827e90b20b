// `/counter`: clerks sign in, find a resident and choose what to do. What they do is in counter-tasks.ts. No fact of a
// resident is in an address: searches are posted.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { Resident } from '../../../roles/resident-register/contract.ts'
import { post, submit } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { type Trouble, troubleNotice } from '../refusal-notice.ts'
import { a, div, li, p, ul } from '../tags.ts'
import { fields } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { doCustody, showCustody } from './counter-custody.ts'
import { type ClerkAt, counterPage, PATH } from './counter-page.ts'
import { personPage } from './counter-person.ts'
import { searched, searchFields } from './counter-search.ts'
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
  wrong: Wrong = {},
): Promise<Response> {
  const { t } = at.viewer
  const content = div(
    {},
    p({}, t.counter.signedInAs(at.clerk)),
    trouble ? troubleNotice(at.viewer, trouble) : null,
    found,
    post(PATH, p({}, t.counter.searchLead), ...searchFields(at.viewer), submit(t.counter.search)),
    signOutForm(at.viewer, 'counter', PATH),
  )
  return counterPage(at, t.counter.searchTitle, content, trouble, PATH, { wrong })
}

async function search(at: ClerkAt): Promise<Response> {
  const line = ({ residentId, fourInfo: { name, birthDate, address } }: Resident) =>
    li(
      {},
      a({ href: `${PATH}/person/${encodeURIComponent(residentId)}` }, `${name} ${at.viewer.format.date(birthDate)}`),
      p({}, address),
    )
  const entered = await fields(at.c, 'name', 'birthDate')
  const { trouble, list, wrong } = await searched(at, entered, (found) => ul({}, ...found.map(line)))
  return searchScreen(at, trouble, list, wrong)
}
