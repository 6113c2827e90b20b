// One service of an organisation: its addresses and key, its latest requests with what was wrong, its receiver tried, its end.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { buttonLink, choiceField, notice, panel, post, type Row, rows, submit, textField } from '../../components.ts'
import { reasonText } from '../../reason-texts.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { a, type Child, code, details, p, pre, small, span, summary } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import { framed } from '../operator.ts'
import { reasonOf, whatOf } from '../platform/figures.ts'
import { type At, HOME, type Inside, type Owned, page } from './page.ts'
import { enteredIn, enteredOf, keyFields, keyIn, registrationFields, registrationIn } from './register.ts'

type Tried = Awaited<ReturnType<Verifier['testReceiver']>>

const idOf = ({ c }: At): string => c.req.param('clientId') ?? ''
const pathOf = (at: At): string => `${HOME}/service/${idOf(at)}`

export async function servicePage(at: Inside, trouble: Trouble | null = null, tried?: Tried): Promise<Response> {
  const { c, viewer, world, session } = at
  const { t } = viewer
  const clientId = idOf(at)
  const service = (await world.verifier.ownServices({ session })).services.find((one) => one.clientId === clientId)
  if (!service) return c.notFound() as Promise<Response>
  const done = c.req.query('done')
  return page(at, {
    title: service.name,
    trouble,
    path: pathOf(at),
    content: [
      done === 'new' ? notice('success', t.developers.done, p({}, t.developers.doneText)) : null,
      done === 'changed' ? notice('success', t.developers.changed) : null,
      panel(t.developers.endpoints, rows(...facts(at, service))),
      await log(at),
      receiver(at, tried),
      folded(t.developers.rotate, p({}, t.developers.rotateLead), rotation(at)),
      folded(
        t.developers.change,
        post(`${pathOf(at)}/change`, ...registrationFields(viewer, enteredOf(service)), submit(t.developers.save)),
      ),
      folded(
        t.developers.close,
        p({}, t.developers.closeText),
        post(`${pathOf(at)}/close`, submit(t.developers.closeNow, 'danger')),
      ),
      buttonLink(HOME, t.developers.back, 'secondary'),
    ],
  })
}

const folded = (heading: string, ...content: Child[]): VNode =>
  details({ class: 'practice' }, summary({}, heading), ...content)

function facts({ viewer: { t, format }, world }: At, service: Owned): Row[] {
  const { clientId, profile, redirectUris, publicJwk, jwksUri, earlier } = service
  const key = publicJwk ? `${publicJwk.kty} ${publicJwk.kid ?? publicJwk.x ?? ''}`.trim() : (jwksUri ?? '')
  return [
    [t.developers.clientId, code({}, clientId)],
    [t.developers.issuer, code({}, `${world.origin}/verifier`)],
    [t.developers.profile, t.developers[profile ?? 'openid']],
    [t.developers.redirectUris, redirectUris.map((uri) => p({}, code({}, uri)))],
    [
      t.developers.keyNow,
      [code({}, key), earlier ? p({}, small({}, t.developers.keyBefore(format.minute(earlier.until)))) : null],
    ],
  ]
}

async function log(at: Inside): Promise<VNode> {
  const { c, viewer, world, session } = at
  const { t, format } = viewer
  const failuresOnly = c.req.query('failures') === 'only'
  const { entries } = await world.verifier.serviceActivity({ session, clientId: idOf(at), failuresOnly })
  const lines = entries.map(({ at: when, what, outcome, reason, tookMs }) => [
    format.minute(when),
    whatOf(viewer, what),
    [span({}, t.developers[outcome]), tookMs === null ? null : small({}, ` ${format.count(tookMs)} ms`)],
    reasonOf(viewer, reason),
  ])
  const heads = [t.developers.at, t.developers.what, t.developers.outcome, t.developers.reason]
  return panel(
    t.developers.log,
    lines.length > 0 ? framed(t.developers.log, heads, lines) : p({}, t.developers.logEmpty),
    p(
      {},
      a(
        { href: failuresOnly ? pathOf(at) : `${pathOf(at)}?failures=only` },
        failuresOnly ? t.developers.all : t.developers.failuresOnly,
      ),
    ),
  )
}

function receiver(at: Inside, tried?: Tried): VNode {
  const { t } = at.viewer
  return panel(
    t.developers.tester,
    p({}, t.developers.testerLead),
    tried ? outcome(at, tried) : null,
    post(
      `${pathOf(at)}/test`,
      textField({ name: 'url', label: t.developers.receiver }),
      textField({
        name: 'authorization',
        label: t.developers.authorization,
        hint: t.developers.optional,
        optional: true,
      }),
      submit(t.developers.send),
    ),
  )
}

function outcome({ viewer: { t, say } }: At, { status, reason, answer, set }: Tried): VNode {
  const words = reasonText(reason)
  const heading =
    status === 202 ? t.developers.accepted : status === null ? t.developers.noAnswer : t.developers.answered(status)
  return notice(
    status === 202 ? 'success' : 'error',
    heading,
    words ? p({}, say(words)) : null,
    reason ? p({}, code({}, reason)) : null,
    answer ? p({}, `${t.developers.answer}: `, code({}, answer)) : null,
    details({}, summary({}, t.developers.sent), pre({ tabIndex: 0, class: 'message' }, set)),
  )
}

export async function tryReceiver(at: Inside): Promise<Response> {
  const { url, authorization } = await fields(at.c, 'url', 'authorization')
  if (!URL.canParse(url.trim())) return servicePage(at, at.viewer.t.developers.addressShape)
  const tried: Tried[] = []
  const own = { session: at.session, clientId: idOf(at) }
  const refused = await attempt(async () => {
    const asked = { ...own, url: url.trim(), ...(authorization && { authorization }) }
    tried.push(await at.world.verifier.testReceiver(asked))
  })
  return servicePage(at, refused, tried[0])
}

function rotation(at: Inside): VNode {
  const { t } = at.viewer
  const drop = { value: 'yes', text: t.developers.dropEarlier, checked: false }
  return post(
    `${pathOf(at)}/key`,
    ...keyFields(at.viewer),
    choiceField('checkbox', 'dropEarlier', t.developers.keyTitle, [drop]),
    submit(t.developers.rotate),
  )
}

export async function saveKey(at: Inside): Promise<Response> {
  const posted = await at.c.req.parseBody({ all: true })
  const key = keyIn(posted)
  if (!key) return servicePage(at, at.viewer.t.developers.keyShape)
  const of = { session: at.session, clientId: idOf(at) }
  return changed(at, () =>
    at.world.verifier.rotateServiceKey({ ...of, key, dropEarlier: posted.dropEarlier === 'yes' }),
  )
}

export async function saveChange(at: Inside): Promise<Response> {
  const registration = registrationIn(enteredIn(await at.c.req.parseBody({ all: true })))
  if (!registration) return servicePage(at, at.viewer.t.developers.formShape)
  const of = { session: at.session, clientId: idOf(at) }
  return changed(at, () => at.world.verifier.changeService({ ...of, registration }))
}

async function changed(at: Inside, act: () => Promise<unknown>): Promise<Response> {
  const refused = await attempt(act)
  return refused ? servicePage(at, refused) : at.c.redirect(`${pathOf(at)}?done=changed`, 303)
}

export async function closing(at: Inside): Promise<Response> {
  const refused = await attempt(() => at.world.verifier.closeService({ session: at.session, clientId: idOf(at) }))
  return refused ? servicePage(at, refused) : at.c.redirect(HOME, 303)
}
