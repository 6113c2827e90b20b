// `/authority`: the status of a certificate by its serial number, revocation by an operator, what is published.
// No personal data: who holds a certificate is not for this screen.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import { zSerial } from '../../../base/contract.ts'
import {
  type Authority,
  type CertificateKind,
  type RevocationReason,
  zReason,
} from '../../../roles/authority/contract.ts'
import {
  buttonLink,
  digitsField,
  hidden,
  notice,
  panel,
  post,
  type Row,
  rows,
  selectField,
  submit,
} from '../components.ts'
import { REASONS } from '../messages.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice } from '../refusal-notice.ts'
import { code, div, form, h1, p, span } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebWorld } from '../world.ts'
import { lifeOf, operatorPanels } from './operator.ts'
import { partyForm, saveParty, stopParty } from './operator-party.ts'
import { publications } from './publications.ts'
import { type AtDesk, atDesk, signOutForm, whoIs } from './sign-in.ts'

export interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
}

interface Named {
  readonly kind: CertificateKind
  readonly serial: bigint
}

type Status = Awaited<ReturnType<Authority['status']>>

export function authorityScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c) })
  app.get('/', of(lookUp))
  const operator = atDesk(world, { office: 'j-lis', part: 'operator', home: '/authority' })
  app.get(
    '/desk',
    operator(({ c }) => c.redirect(`/authority${new URL(c.req.url).search}`, 303)),
  )
  app.post('/revoke', operator(revoke))
  app.post('/end-party', operator(stopParty))
  app.get(
    '/party',
    operator((at) => partyForm(at)),
  )
  app.post('/party', operator(saveParty))
  for (const step of ['/revoke', '/end-party']) app.get(step, (c) => c.redirect('/authority', 303))
  return app
}

const kindOf = (text: string | undefined): CertificateKind => (text === 'sign' ? 'sign' : 'auth')

function namedBy(kind: string | undefined, entered: string): Named | null {
  const serial = zSerial.safeDecode(plainText(entered).replaceAll(/[\s,]/g, ''))
  return serial.success ? { kind: kindOf(kind), serial: serial.data } : null
}

async function lookUp(at: At): Promise<Response> {
  const { c, viewer } = at
  const entered = c.req.query('serial')
  if (entered === undefined) return screen(at, null)
  const named = namedBy(c.req.query('kind'), entered)
  return screen(at, named, named ? null : viewer.t.authority.serialShape)
}

async function revoke(at: AtDesk): Promise<Response> {
  const { c, viewer, world } = at
  const entered = await fields(c, 'kind', 'serial', 'reason')
  const named = namedBy(entered.kind, entered.serial)
  const reason = zReason.safeParse(entered.reason)
  if (!named || !reason.success) return screen(at, named, viewer.t.authority.serialShape)
  const refused = await attempt(async () => {
    const subject = `${named.kind} ${zSerial.encode(named.serial)}`
    await world.spTsm.recordAct({ session: at.clerk.session, act: 'revoke', subject })
    await world.authority.revoke({ ...named, reason: reason.data, requestedBy: 'operator' })
  })
  if (refused) return screen(at, named, refused)
  return c.redirect(`${addressOf(named)}&done=revoked`, 303)
}

const addressOf = ({ kind, serial }: Named): string => `/authority?kind=${kind}&serial=${serial}`

async function screen(at: At, named: Named | null, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, world } = at
  const { t } = viewer
  const status = named ? await world.authority.status(named) : null
  const operator = (await whoIs(at, 'j-lis'))?.parts.includes('operator') ?? false
  const content = div(
    { class: 'narrow' },
    h1({}, t.authority.title),
    trouble ? troubleNotice(viewer, trouble) : null,
    c.req.query('done') === 'revoked' ? notice('success', t.authority.revokedNow) : null,
    p({}, t.authority.lead),
    named && status ? found(viewer, named, status, operator) : null,
    named && status && status.status !== 'unknown' ? await lifeOf(viewer, world, named.kind, named.serial) : null,
    search(viewer, named),
    operator ? null : buttonLink(`/authority/desk${new URL(c.req.url).search}`, t.desk.asOperator, 'secondary'),
    buttonLink('/authority/orders', t.orders.title, 'secondary'),
    ...(await operatorPanels(viewer, world, operator)),
    panel(t.authority.publicTitle, publications(viewer, world)),
    operator ? signOutForm(viewer, 'j-lis', '/authority') : null,
  )
  return show(c, {
    viewer,
    title: t.authority.title,
    theme: 'authority',
    content,
    status: trouble ? statusOf(trouble) : 200,
    ...(trouble ? { trouble: true } : {}),
    path: named ? addressOf(named) : '/authority',
  })
}

const search = ({ t }: Viewer, named: Named | null): VNode =>
  panel(
    t.authority.lookUp,
    form(
      { method: 'get', action: '/authority', class: 'form', novalidate: true },
      selectField(
        { name: 'kind', label: t.authority.kind },
        [
          ['auth', t.authority.auth],
          ['sign', t.authority.sign],
        ],
        named?.kind ?? 'auth',
      ),
      digitsField({ name: 'serial', label: t.authority.serial, hint: t.authority.serialHint, length: 49 }),
      submit(t.authority.find),
    ),
  )

function found(viewer: Viewer, named: Named, status: Status, operator: boolean): VNode {
  const { t, format, say } = viewer
  const { medium, notAfter, revokedAt, reason } = status
  const facts: Row[] = [
    [t.authority.result, span({ class: `status status-${status.status}` }, t.authority[status.status])],
    [t.authority.kind, t.authority[named.kind]],
    [t.authority.serial, code({}, named.serial.toString())],
    ...(medium ? [[t.authority.medium, t.authority[medium]] as const] : []),
    ...(notAfter ? [[t.authority.notAfter, format.day(notAfter)] as const] : []),
    ...(revokedAt ? [[t.authority.revokedAt, format.minute(revokedAt)] as const] : []),
    ...(reason ? [[t.authority.reason, say(REASONS[reason])] as const] : []),
  ]
  const revocable = status.status === 'valid' || status.status === 'onHold'
  return panel(t.authority.result, rows(...facts), revocable && operator ? revocation(viewer, named) : null)
}

const revocation = ({ t, say }: Viewer, { kind, serial }: Named): VNode =>
  div(
    { class: 'danger' },
    post(
      '/authority/revoke',
      p({}, t.authority.revokeLead),
      hidden('kind', kind),
      hidden('serial', serial.toString()),
      selectField(
        { name: 'reason', label: t.authority.reason },
        (Object.keys(REASONS) as RevocationReason[]).map((reason) => [reason, say(REASONS[reason])]),
        'keyCompromise',
      ),
      submit(t.authority.revokeButton, 'danger'),
    ),
  )
