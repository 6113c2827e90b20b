// `/call-centre`: J-LIS's call centre. A clerk enters what the caller says, learns whose turn it is and what to say, and stops.
// What was entered is posted, never in an address, and shown again only where it has to be corrected.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { SpTsm } from '../../../roles/sp-tsm/contract.ts'
import { dateIn } from '../birth-date.ts'
import {
  buttonLink,
  choiceField,
  digitsField,
  hidden,
  notice,
  panel,
  post,
  rows,
  submit,
  textField,
} from '../components.ts'
import type { Wrong } from '../entered.ts'
import { CALLER_TEXT_OF, CALLER_TEXTS } from '../messages-desk.ts'
import { PARTY_TEXTS } from '../messages-life.ts'
import { STATE_TEXTS } from '../messages-orders.ts'
import { attempt, refusalNotice, type Trouble } from '../refusal-notice.ts'
import { a, code, p } from '../tags.ts'
import { fields } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, deskPage, international } from './desk.ts'
import { turn } from './order.ts'
import { atDesk } from './sign-in.ts'

const PATH = '/call-centre'
type Found = NonNullable<Awaited<ReturnType<SpTsm['findForCaller']>>['found']>

export function callCentreScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = atDesk(world, { office: 'j-lis', part: 'call-centre' })
  app
    .get(
      '/',
      of((at) => form(at)),
    )
    .post(of(look))
  app.post('/stop', of(stop))
  app.get('/stop', (c) => c.redirect(PATH, 303))
  return app
}

function form(at: At, trouble: Trouble | null = null, wrong: Wrong = {}): Response {
  const { t } = at.viewer
  const person = (prefix: string) => [
    textField({ name: `${prefix}name`, label: t.apply.name }),
    textField({ name: `${prefix}birthDate`, label: t.apply.birthDate, hint: t.apply.birthDateHint }),
  ]
  const genders = (['1', '2', '3'] as const).map((value) => {
    return { value, text: t.apply[`gender${value}`], checked: false }
  })
  return deskPage(at, {
    title: t.desk.callCentre,
    path: PATH,
    trouble,
    wrong,
    content: [
      at.c.req.query('done') ? notice('success', t.desk.stopped) : null,
      p({}, t.desk.callLead),
      panel(
        t.desk.byLine,
        post(
          PATH,
          digitsField({ name: 'msisdn', label: t.desk.msisdn, hint: t.desk.msisdnHint, length: 15 }),
          ...person(''),
          submit(t.desk.look),
        ),
      ),
      panel(
        t.desk.byFacts,
        post(
          PATH,
          hidden('by', 'facts'),
          ...person('registered-'),
          textField({ name: 'address', label: t.apply.address, hint: t.apply.addressHint }),
          choiceField('radio', 'gender', t.apply.gender, genders),
          submit(t.desk.look, 'secondary'),
        ),
      ),
    ],
  })
}

type Caller = Parameters<SpTsm['findForCaller']>[0]['caller']

interface Misread {
  readonly shape: string
  readonly wrong: Wrong
}

/** Whom the clerk looks for, or what is wrong with which field. */
async function entered({ c, viewer: { t } }: At): Promise<Caller | Misread> {
  const names = ['by', 'msisdn', 'name', 'birthDate', 'registered-name', 'registered-birthDate'] as const
  const posted = await fields(c, ...names, 'address', 'gender')
  if (posted.by === 'facts') {
    const birthDate = dateIn(posted['registered-birthDate'])
    const [name, address] = [posted['registered-name'].trim(), posted.address.trim()]
    const gender = (['1', '2', '3'] as const).find((one) => one === posted.gender)
    if (name && address && birthDate && gender) return { fourInfo: { name, address, birthDate, gender } }
    return {
      shape: t.apply.factsShape,
      wrong: {
        'registered-birthDate': birthDate ? null : t.desk.dateShape,
        gender: gender ? null : t.apply.chooseOne,
      },
    }
  }
  const [msisdn, birthDate, name] = [international(posted.msisdn), dateIn(posted.birthDate), posted.name.trim()]
  const isNumber = /^[0-9]{10,15}$/.test(msisdn)
  if (isNumber && birthDate && name) return { msisdn, name, birthDate }
  return {
    shape: t.desk.shape,
    wrong: {
      msisdn: isNumber ? null : t.desk.numberShape,
      birthDate: birthDate ? null : t.desk.dateShape,
    },
  }
}

async function look(at: At): Promise<Response> {
  const caller = await entered(at)
  if ('wrong' in caller) return form(at, caller.shape, caller.wrong)
  const found: (Found | null)[] = []
  const refused = await attempt(async () => {
    found.push((await at.world.spTsm.findForCaller({ session: at.clerk.session, caller })).found)
  })
  return refused ? form(at, refused) : result(at, found[0] ?? null)
}

function result(at: At, found: Found | null): Response {
  const { t } = at.viewer
  const again = buttonLink(PATH, t.desk.another, 'secondary')
  const content = found
    ? [...told(at, found), ...stopForm(at, found), again]
    : [notice('warning', t.desk.nobody, p({}, t.desk.nobodyText)), again]
  return deskPage(at, { title: found ? t.desk.found : t.desk.callCentre, path: PATH, content })
}

function told({ viewer, clerk }: At, found: Found): (VNode | null)[] {
  const { t, say, format } = viewer
  const number = code({}, found.reference)
  const mayLook = clerk.parts.includes('operator')
  const { state, stoppedBy, mayResume, refusal } = found
  const people = (parties: Found['stoppedBy']) => format.list(parties.map((by) => say(PARTY_TEXTS[by])))
  return [
    rows(
      [t.orders.state, say(STATE_TEXTS[state])],
      [t.desk.askThere, turn(viewer, found)],
      ...(stoppedBy.length > 0
        ? [
            [t.orders.stoppedBy, people(stoppedBy)] as const,
            [t.desk.resumedBy, format.aside(people(mayResume) || '–', t.desk.noResume)] as const,
          ]
        : []),
      [t.orders.reference, mayLook ? a({ href: `/authority/orders/${found.reference}` }, number) : number],
    ),
    notice('info', t.desk.tell, p({}, say(CALLER_TEXTS[CALLER_TEXT_OF[state]]))),
    refusal ? refusalNotice(viewer, refusal) : null,
  ]
}

const stopForm = (at: At, { reference, mayStop }: Found): VNode[] =>
  mayStop
    ? [
        panel(
          at.viewer.t.desk.stopTitle,
          p({}, at.viewer.t.desk.stopText),
          post(`${PATH}/stop`, hidden('reference', reference), submit(at.viewer.t.desk.stopNow, 'danger')),
        ),
      ]
    : []

async function stop(at: At): Promise<Response> {
  const { reference } = await fields(at.c, 'reference')
  if (!/^[0-9a-f]{32}$/.test(reference)) return form(at, at.viewer.t.desk.shape)
  const refused = await attempt(() => at.world.spTsm.stopForCaller({ session: at.clerk.session, reference }))
  return refused ? form(at, refused) : at.c.redirect(`${PATH}?done=stop`, 303)
}
