// `/bank/desk`: the bank's telephone desk. A clerk asks the customer on the line, speaks two digits, and sees the account only
// when the customer has approved on the phone. Seed 0 高橋②.

import { Hono } from 'hono'
import type { VNode } from 'preact'
import type { Service } from '../../../roles/service/contract.ts'
import { buttonLink, choiceField, digitsField, notice, panel, post, rows, submit } from '../components.ts'
import type { Wrong } from '../entered.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { div, h2, p, section, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { type At, deskPage } from './desk.ts'
import { framed } from './operator.ts'
import { atDesk } from './sign-in.ts'

export const BANK_DESK = '/bank/desk'

type Call = Awaited<ReturnType<Service['call']>>
type Asking = Parameters<Service['askCaller']>[0]

export function bankDeskScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = atDesk(world, { office: 'bank', part: 'telephone' })
  app
    .get(
      '/',
      of((at) => desk(at)),
    )
    .post(of(ask))
  app.get('/:callId{[0-9a-f]{32}}', of(call)).post(of(finish))
  return app
}

async function desk(at: At, trouble: Trouble | null = null, wrong: Wrong = {}): Promise<Response> {
  const { t, format } = at.viewer
  const { arrivals } = await at.world.bank.arrivals({ session: at.clerk.session })
  const kinds = (['balance', 'limit'] as const).map((value) => {
    return { value, text: t.approval[`kind_${value}`], checked: value === 'balance' }
  })
  return deskPage(at, {
    title: t.approval.deskTitle,
    path: BANK_DESK,
    trouble,
    wrong,
    content: [
      p({}, t.approval.deskLead),
      post(
        BANK_DESK,
        digitsField({ name: 'customer', label: t.approval.customerNumber, length: 12 }),
        choiceField('radio', 'kind', t.approval.procedure, kinds),
        digitsField({ name: 'yen', label: t.approval.yen, hint: t.approval.yenHint, length: 10, optional: true }),
        choiceField('radio', 'caller', t.approval.caller, [
          { value: 'person', text: t.approval.customerCalled, checked: true },
          { value: 'service', text: t.approval.weCalled, checked: false },
        ]),
        submit(t.approval.send),
      ),
      panel(
        t.branch.arrivals,
        framed(
          t.branch.now,
          [t.approval.name, t.approval.customerNumber, t.branch.arrived],
          arrivals.map(({ displayName, customerNumber, since }) => [displayName, customerNumber, format.clock(since)]),
          t.branch.nobody,
        ),
      ),
    ],
  })
}

async function ask(at: At): Promise<Response> {
  const entered = await fields(at.c, 'customer', 'kind', 'yen', 'caller')
  const [customerNumber, yen] = [plainText(entered.customer), plainText(entered.yen).replaceAll(',', '')]
  const limit = entered.kind === 'limit'
  const { t } = at.viewer
  const wrong = {
    customer: /^[0-9]{1,12}$/.test(customerNumber) ? null : t.approval.customerShape,
    yen: limit && !(/^[0-9]{1,8}$/.test(yen) && Number(yen) <= 10_000_000) ? t.approval.yenShape : null,
  }
  if (wrong.customer || wrong.yen) return desk(at, t.approval.deskShape, wrong)
  const procedure: Asking['procedure'] = limit ? { kind: 'limit', yen: Number(yen) } : { kind: 'balance' }
  const caller = entered.caller === 'service' ? 'service' : 'person'
  const asked: string[] = []
  const refused = await attempt(async () => {
    const { session } = at.clerk
    asked.push((await at.world.bank.askCaller({ session, customerNumber, procedure, caller })).callId)
  })
  return refused ? desk(at, refused) : at.c.redirect(`${BANK_DESK}/${asked[0]}`, 303)
}

const callIdOf = ({ c }: At): string => c.req.param('callId') ?? ''

async function call(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { t } = at.viewer
  const path = `${BANK_DESK}/${callIdOf(at)}`
  const seen = await at.world.bank.call({ session: at.clerk.session, callId: callIdOf(at) })
  const titles = {
    waiting: t.approval.deskTitle,
    approved: t.approval.approvedTitle,
    done: t.approval.doneTitle,
    dropped: t.approval.droppedTitle,
    declined: t.approval.declinedTitle,
    expired: t.approval.expiredTitle,
  }
  const next = buttonLink(BANK_DESK, t.approval.another, seen.state === 'waiting' ? 'secondary' : 'primary')
  const content = [...said(at, seen), ...(seen.state === 'approved' ? [acts(at, seen, path)] : [next])]
  return deskPage(at, { title: titles[seen.state], path, trouble, waiting: seen.state === 'waiting', content })
}

function said(at: At, { state, code, customer, procedure }: Call): (VNode | null)[] {
  const { t, format } = at.viewer
  const wanted = procedure.kind === 'limit' ? [[t.approval.yen, format.yen(procedure.yen)] as const] : []
  if (state === 'waiting')
    return [
      section(
        { class: 'compare' },
        h2({}, t.approval.speak),
        p({ class: 'compare-code' }, strong({}, code ?? '')),
        p({}, t.approval.speakHint),
      ),
      rows([t.approval.procedure, t.approval[`kind_${procedure.kind}`]], ...wanted),
    ]
  if (state === 'declined') return [notice('warning', t.approval.declinedText)]
  if (state === 'expired') return [notice('warning', t.approval.expiredText)]
  if (state === 'dropped') return [notice('info', t.approval.toldPhone)]
  const limit = customer?.limit ?? null
  return [
    state === 'done' ? notice('success', t.approval.toldPhone) : null,
    customer
      ? rows(
          [t.approval.name, customer.displayName],
          [t.approval.balance, format.yen(customer.balance)],
          [t.approval.limit, limit === null ? t.approval.noLimit : format.yen(limit)],
          ...(state === 'approved' ? wanted : []),
        )
      : null,
  ]
}

const acts = (at: At, { procedure }: Call, path: string): VNode => {
  const { t } = at.viewer
  const text = procedure.kind === 'limit' ? t.approval.doLimit : t.approval.doBalance
  return div(
    {},
    post(path, submit(text, 'primary', 'act', 'do')),
    post(path, submit(t.approval.drop, 'secondary', 'act', 'drop')),
  )
}

async function finish(at: At): Promise<Response> {
  const { act } = await fields(at.c, 'act')
  const wanted = act === 'do' ? 'do' : 'drop'
  const { session } = at.clerk
  const refused = await attempt(() => at.world.bank.finishCall({ session, callId: callIdOf(at), act: wanted }))
  return refused ? call(at, refused) : at.c.redirect(`${BANK_DESK}/${callIdOf(at)}`, 303)
}
