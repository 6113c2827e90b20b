// One service of an organisation: its addresses and key, its latest requests with what was wrong, its receiver tried, its end.

import type { VNode } from 'preact'
import type { Verifier } from '../../../../roles/verifier/contract.ts'
import { buttonLink, choiceField, notice, panel, post, type Row, rows, submit, textField } from '../../components.ts'
import { reasonText } from '../../reason-texts.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { a, type Child, code, details, div, p, pre, small, span, summary } from '../../tags.ts'
import { fields } from '../../viewer.ts'
import { framed } from '../operator.ts'
import { reasonOf, whatOf } from '../platform/figures.ts'
import { type At, copied, copyButton, HOME, type Inside, type Owned, page } from './page.ts'
import {
  type Entered,
  enteredIn,
  enteredOf,
  keyFields,
  keyIn,
  registrationFields,
  registrationIn,
  type Wrong,
} from './register.ts'

type Tried = Awaited<ReturnType<Verifier['testReceiver']>>

const idOf = ({ c }: At): string => c.req.param('clientId') ?? ''
const pathOf = (at: At): string => `${HOME}/service/${idOf(at)}`

/** What was done on this page just now, where it must be seen again. */
interface Shown {
  readonly tried?: Tried | undefined
  /** The receiver's address. */
  readonly url?: string
  /** Whose form was not taken: it stays open, with what is wrong. */
  readonly open?: 'key' | 'close'
  /** A change that was not taken. */
  readonly entered?: Entered
  readonly wrong?: Wrong
}

export async function servicePage(at: Inside, trouble: Trouble | null = null, shown: Shown = {}): Promise<Response> {
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
      example(at, service),
      await log(at),
      receiver(at, shown, trouble),
      folded(t.developers.rotate, shown.open === 'key', p({}, t.developers.rotateLead), rotation(at, shown)),
      change(at, shown, service),
      folded(t.developers.close, shown.open === 'close', p({}, t.developers.closeText), closeForm(at, shown)),
      buttonLink(HOME, t.developers.back, 'secondary'),
    ],
  })
}

const folded = (heading: string, open: boolean, ...content: Child[]): VNode =>
  details({ class: 'practice', open }, summary({}, heading), ...content)

function change(at: Inside, { entered, wrong }: Shown, service: Owned): VNode {
  const { viewer } = at
  const fields = registrationFields(viewer, entered ?? enteredOf(service), wrong)
  const { change: heading, save } = viewer.t.developers
  const form = post(`${pathOf(at)}/change`, ...fields, submit(save))
  return folded(heading, entered !== undefined, form)
}

function closeForm(at: Inside, { open }: Shown): VNode {
  const { t } = at.viewer
  const sure = { value: 'yes', text: t.developers.closeSure, checked: false }
  return post(
    `${pathOf(at)}/close`,
    choiceField(
      'checkbox',
      'sure',
      t.developers.closeCheck,
      [sure],
      open === 'close' ? t.developers.closeShape : undefined,
    ),
    submit(t.developers.closeNow, 'danger'),
  )
}

/** For a service on the developer's own machine: what docs/relying-party.md runs, filled in. */
function example(at: Inside, { clientId, redirectUris, profile = 'openid' }: Owned): VNode | null {
  const { t } = at.viewer
  const [port] = redirectUris.flatMap((uri) => /^http:\/\/localhost:(\d+)\/callback$/.exec(uri)?.[1] ?? [])
  if (!port || profile !== 'openid') return null
  const issuer = `${at.world.origin}/verifier`
  const lines = [`ISSUER=${issuer}`, `CLIENT_ID=${clientId}`, 'KEY_FILE=service-key.json', `PORT=${port}`, '']
  const href = `data:text/plain,${encodeURIComponent(lines.join('\n'))}`
  return panel(
    t.developers.example,
    p({}, t.developers.exampleLead),
    pre({ tabIndex: 0, class: 'message', id: 'service-env' }, lines.join('\n')),
    div(
      { class: 'copied' },
      a({ href, download: 'service.env', class: 'button button-secondary' }, t.developers.exampleSave),
      copyButton(at, 'service-env', 'service.env'),
    ),
    p({}, t.developers.exampleRun),
    pre({ tabIndex: 0, class: 'message', id: 'service-run' }, RUN),
    div({ class: 'copied' }, copyButton(at, 'service-run', t.developers.exampleCommand)),
  )
}

/** As docs/relying-party.md has it. */
const RUN = 'npx node --env-file=service.env --conditions=source examples/relying-party/hono.mjs'

function facts(at: At, service: Owned): Row[] {
  const { t, format } = at.viewer
  const { clientId, profile, redirectUris, publicJwk, jwksUri, earlier } = service
  const key = publicJwk ? `${publicJwk.kty} ${publicJwk.kid ?? publicJwk.x ?? ''}`.trim() : (jwksUri ?? '')
  return [
    [t.developers.clientId, copied(at, 'client-id', t.developers.clientId, clientId)],
    [t.developers.issuer, copied(at, 'issuer', t.developers.issuer, `${at.world.origin}/verifier`)],
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
    [span({}, t.developers[outcome]), tookMs === null ? null : small({}, ` ${format.count(tookMs)}\u00a0ms`)],
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

function receiver(at: Inside, { tried, url }: Shown, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  return panel(
    t.developers.tester,
    p({}, t.developers.testerLead),
    tried ? outcome(at, tried) : null,
    post(
      `${pathOf(at)}/test`,
      textField({
        ...{ name: 'url', label: t.developers.receiver, value: url ?? '' },
        ...(url !== undefined && typeof trouble === 'string' ? { error: trouble } : {}),
      }),
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
  if (!URL.canParse(url.trim())) return servicePage(at, at.viewer.t.developers.addressShape, { url })
  const tried: Tried[] = []
  const own = { session: at.session, clientId: idOf(at) }
  const refused = await attempt(async () => {
    const asked = { ...own, url: url.trim(), ...(authorization && { authorization }) }
    tried.push(await at.world.verifier.testReceiver(asked))
  })
  return servicePage(at, refused, { tried: tried[0], url })
}

function rotation(at: Inside, { wrong }: Shown): VNode {
  const { t } = at.viewer
  const drop = { value: 'yes', text: t.developers.dropEarlier, checked: false }
  return post(
    `${pathOf(at)}/key`,
    ...keyFields(at.viewer, wrong),
    choiceField('checkbox', 'dropEarlier', t.developers.keyTitle, [drop]),
    submit(t.developers.rotate),
  )
}

export async function saveKey(at: Inside): Promise<Response> {
  const posted = await at.c.req.parseBody({ all: true })
  const key = keyIn(posted)
  if (!key) return servicePage(at, at.viewer.t.developers.keyShape, { open: 'key', wrong: { key: true } })
  const of = { session: at.session, clientId: idOf(at) }
  const dropEarlier = posted.dropEarlier === 'yes'
  return changed(at, () => at.world.verifier.rotateServiceKey({ ...of, key, dropEarlier }), { open: 'key' })
}

export async function saveChange(at: Inside): Promise<Response> {
  const entered = enteredIn(await at.c.req.parseBody({ all: true }))
  const { registration, wrong } = registrationIn(entered)
  if (!registration) return servicePage(at, at.viewer.t.developers.formShape, { entered, wrong })
  const of = { session: at.session, clientId: idOf(at) }
  return changed(at, () => at.world.verifier.changeService({ ...of, registration }), { entered })
}

async function changed(at: Inside, act: () => Promise<unknown>, shown: Shown = {}): Promise<Response> {
  const refused = await attempt(act)
  return refused ? servicePage(at, refused, shown) : at.c.redirect(`${pathOf(at)}?done=changed`, 303)
}

export async function closing(at: Inside): Promise<Response> {
  const { sure } = await fields(at.c, 'sure')
  if (sure !== 'yes') return servicePage(at, at.viewer.t.developers.closeShape, { open: 'close' })
  const refused = await attempt(() => at.world.verifier.closeService({ session: at.session, clientId: idOf(at) }))
  return refused ? servicePage(at, refused) : at.c.redirect(`${HOME}?done=closed`, 303)
}
