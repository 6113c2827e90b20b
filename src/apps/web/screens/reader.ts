// `/reader`: a reader at the counter of a service, with a screen and a PIN pad of its own. It reads the code from the login
// screen, shows who asks, and waits for a card or a phone. In this world text stands for its camera, a button for the hand.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import type { Verdict } from '../../../base/verdict.ts'
import type { Terminal } from '../../../roles/terminal/contract.ts'
import { failures } from '../check-list.ts'
import { buttonLink, choiceField, panel, passwordField, post, rows, submit, textField } from '../components.ts'
import { icon } from '../icons.ts'
import { inLanguage } from '../language.ts'
import { show } from '../page.ts'
import { attempt, statusOf, type Trouble, troubleNotice, unchecked } from '../refusal-notice.ts'
import { div, h1, h2, p, section, strong } from '../tags.ts'
import { fields, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { ReaderWorld } from '../world.ts'

interface At {
  readonly c: Context
  readonly world: ReaderWorld
  readonly viewer: Viewer
}

type Shown = NonNullable<Awaited<ReturnType<Terminal['currentLogin']>>['login']>

export function readerScreens(world: At['world']): Hono {
  const app = new Hono()
  const of = (handler: (at: At) => Promise<Response>) => (c: Context) =>
    handler({ c, world, viewer: viewerOfRequest(c) })
  app.get('/', of(main))
  app.get('/read', of(offered)).post(of(read))
  for (const [path, act] of [
    ['/touch', touch],
    ['/pin', withPin],
    ['/stop', stop],
  ] as const)
    app.post(path, of(act)).get((c) => c.redirect('/reader', 303))
  return app
}

const page = ({ c, viewer }: At, content: VNode, trouble: Trouble | null = null): Response =>
  show(c, {
    viewer,
    title: viewer.t.reader.title,
    theme: 'gate',
    path: c.req.method === 'GET' ? c.req.path : '/reader',
    ...(trouble && { trouble: true, status: statusOf(trouble) }),
    content: div({ class: 'gate' }, trouble ? troubleNotice(viewer, trouble) : null, content),
  })

const main = (at: At): Promise<Response> => screen(at)

async function screen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { login } = await at.world.reader.currentLogin({})
  if (login) return page(at, waiting(at, login, trouble), trouble)
  return at.c.req.query('done') ? page(at, done(at.viewer)) : page(at, idle(at.viewer, '', trouble !== null), trouble)
}

const CODE = /^kazasu:login:[\w.-]{1,128}$/

const offered = async (at: At): Promise<Response> => page(at, idle(at.viewer, at.c.req.query('qr') ?? ''))

const idle = ({ t }: Viewer, code = '', invalid = false): VNode =>
  div(
    {},
    div({ class: 'reader' }, icon('wave', 'large'), h1({}, t.reader.idle), p({}, t.reader.idleText)),
    post(
      '/reader/read',
      textField({
        ...{ name: 'qr', label: t.scan.field, hint: t.scan.fieldHint, invalid },
        value: CODE.test(code) ? code : '',
      }),
      submit(t.scan.button),
    ),
  )

async function read(at: At): Promise<Response> {
  const qr = (await fields(at.c, 'qr')).qr.trim()
  if (!CODE.test(qr)) return screen(at, at.viewer.t.scan.form)
  const refused = await attempt(() => at.world.reader.readLogin({ qr }))
  return refused ? screen(at, refused) : at.c.redirect('/reader', 303)
}

function waiting({ viewer, world }: At, login: Shown, trouble: Trouble | null): VNode {
  const { t, language } = viewer
  return div(
    {},
    div({ class: 'reader' }, icon('wave', 'large'), h1({}, t.reader.taken)),
    rows(
      [t.reader.for, inLanguage(login.clientName, language)],
      [t.reader.which, inLanguage(login.reader.name, language)],
      [t.reader.place, inLanguage(login.reader.place, language)],
    ),
    section(
      { class: 'compare' },
      h2({}, t.login.code),
      p({ class: 'compare-code' }, strong({}, login.code)),
      p({}, t.reader.compare),
    ),
    login.touch ? touches(viewer, world) : null,
    login.pin ? pinPad(viewer, world, trouble, !login.touch) : null,
    post('/reader/stop', submit(t.reader.stop, 'secondary')),
  )
}

const touches = (viewer: Viewer, world: At['world']): VNode =>
  panel(
    viewer.t.reader.touch,
    p({}, viewer.t.reader.touchText),
    post('/reader/touch', held(viewer, world, ['phone', 'card']), submit(viewer.t.reader.touchSend)),
  )

/** In this world a choice stands for the hand that holds it, also one that is refused; the likeliest kind first. */
function held({ t, say }: Viewer, { citizens }: At['world'], kinds: readonly ('card' | 'phone')[]): VNode {
  const of = {
    card: ({ label, card }: (typeof citizens)[number]) => ({ value: card, text: t.reader.cardOf(say(label)) }),
    phone: ({ label, reader }: (typeof citizens)[number]) => ({ value: reader, text: t.reader.phoneOf(say(label)) }),
  }
  const choices = citizens.flatMap((one) => kinds.map((kind) => of[kind](one)))
  return choiceField(
    'radio',
    'what',
    t.reader.what,
    choices.map((one, i) => ({ ...one, checked: i === 0 })),
  )
}

/** `alone`: there is no way without a PIN beside it. */
const pinPad = (viewer: Viewer, world: At['world'], trouble: Trouble | null, alone: boolean): VNode => {
  const { t } = viewer
  return panel(
    t.reader.withPin,
    post(
      '/reader/pin',
      held(viewer, world, ['card', 'phone']),
      passwordField({
        ...{ name: 'pin', label: t.reader.pin, hint: t.reader.pinHint, digits: true, length: 4 },
        invalid: trouble !== null,
      }),
      submit(t.reader.send, alone ? 'primary' : 'secondary'),
    ),
  )
}

async function touch(at: At): Promise<Response> {
  const { what } = await fields(at.c, 'what')
  return answer(at, what)
}

async function withPin(at: At): Promise<Response> {
  const { what, pin } = await fields(at.c, 'what', 'pin')
  return /^[0-9]{4}$/.test(pin) ? answer(at, what, pin) : screen(at, at.viewer.t.reader.pinForm)
}

async function answer(at: At, what: string, pin?: string): Promise<Response> {
  const { reader, citizens } = at.world
  if (!citizens.some(({ card, reader: phone }) => [card, phone].includes(what)))
    return screen(at, at.viewer.t.reader.choose)
  const verdicts: Verdict[] = []
  const refused = await attempt(async () => {
    verdicts.push((await reader.answerLogin({ reader: what, ...(pin && { pin }) })).verdict)
  })
  const [verdict] = verdicts
  if (!verdict) return screen(at, refused)
  const open = unchecked(verdict)
  if (open) return screen(at, open)
  return verdict.outcome === 'passed'
    ? at.c.redirect('/reader?done=yes', 303)
    : page(at, turnedAway(at.viewer, verdict))
}

const done = ({ t }: Viewer): VNode =>
  div(
    {},
    div(
      { class: 'outcome outcome-yes', role: 'status' },
      icon('passed', 'large'),
      h1({}, t.reader.done),
      p({}, t.reader.doneText),
    ),
    buttonLink('/reader', t.reader.next),
  )

const turnedAway = (viewer: Viewer, verdict: Verdict): VNode =>
  div(
    {},
    div({ class: 'outcome outcome-no', role: 'alert' }, icon('failed', 'large'), h1({}, viewer.t.reader.refused)),
    panel(viewer.t.gate.why, failures(viewer, verdict), p({}, viewer.t.reader.refusedHelp)),
    buttonLink('/reader', viewer.t.reader.next),
  )

async function stop(at: At): Promise<Response> {
  const refused = await attempt(() => at.world.reader.declineLogin({}))
  return refused ? screen(at, refused) : at.c.redirect('/reader', 303)
}
