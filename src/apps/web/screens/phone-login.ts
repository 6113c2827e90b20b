// `/phone/<name>/login`: who asks, where, the number to compare; approve with the PIN or decline. Seed 4 別紙4.

import type { VNode } from 'preact'
import type { Verdict } from '../../../base/verdict.ts'
import { zPin } from '../../../roles/phone/contract.ts'
import { allChecks, failures } from '../check-list.ts'
import { buttonLink, choiceField, hidden, notice, pinField, post, rows, submit } from '../components.ts'
import { inLanguage } from '../language.ts'
import { attempt, type Trouble, unchecked } from '../refusal-notice.ts'
import { type Child, code, div, h2, p, section, strong } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { type PhoneStatus, phonePath, phonePin, showOnPhone } from './device.ts'
import type { At } from './phone.ts'
import { choices, toldAtLogin } from './phone-claims.ts'
import { fingerAsked, fingerFailed, fingerGiven, fingerOffer } from './phone-finger.ts'

type Login = Awaited<ReturnType<At['citizen']['phone']['showLogin']>>

/** A request that this phone was asked to look at; `uid` leads back to the waiting browser, if it is this one. */
interface Request {
  readonly loginId: string
  readonly uid: string
  /** With it this browser goes on after the approval. */
  readonly release?: string
  /** Of what the service can do without, what was ticked. */
  readonly give?: readonly string[]
  /** Its owner wants to act for somebody; for whom that may be there, once asked with the PIN; and which one is chosen. */
  readonly forOther?: boolean
  readonly choices?: Choices
  readonly mandateId?: string
}

type Choices = Awaited<ReturnType<At['citizen']['phone']['actingChoices']>>['mandates']

const UID = /^[\w-]{1,64}$/
const RELEASE = /^[0-9a-f]{32}$/
const LOGIN_ID = /^[\w-]{1,128}$/

const loginPath = ({ citizen }: At, { loginId, uid }: Request): string =>
  phonePath(citizen, `/login?login=${loginId}${uid ? `&uid=${uid}` : ''}`)

const requestOf = (loginId: string, uid: string): Request | null =>
  LOGIN_ID.test(loginId) ? { loginId, uid: UID.test(uid) ? uid : '' } : null

export const phoneLogin = {
  ask: async (at: At): Promise<Response> => {
    const request = requestOf(at.c.req.query('login') ?? '', at.c.req.query('uid') ?? '')
    const release = at.c.req.query('release') ?? ''
    if (!request) return at.c.notFound()
    const forOther = at.c.req.query('for') === 'other'
    return screen(at, { ...request, forOther, ...(RELEASE.test(release) && { release }) })
  },

  answer: async (at: At): Promise<Response> => {
    const entered = await fields(at.c, 'login', 'uid', 'decision', 'pin', 'mandate', 'finger')
    const found = requestOf(entered.login, entered.uid)
    if (!found) return at.c.notFound()
    const request = { ...found, give: await ticked(at), forOther: entered.decision === 'whom' }
    if (entered.decision === 'decline') return decline(at, request)
    const { loginId, give } = request
    if (entered.decision === 'finger-ask')
      return fingerAsked(at, { loginId, give }, (trouble) => screen(at, request, trouble))
    if (entered.decision === 'finger-failed') return screen(at, request, await fingerFailed(at, entered.finger))
    const biometric = entered.decision === 'finger' && fingerGiven(entered.finger)
    if (biometric) return approve(at, request, { biometric })
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return screen(at, request, at.viewer.t.phone.pinShape)
    if (request.forOther) return whom(at, request, pin.data)
    // Should it fail, one's own login is not what comes next.
    const acting = { mandateId: entered.mandate, forOther: true }
    return approve(at, MANDATE_ID.test(entered.mandate) ? { ...request, ...acting } : request, { pin: pin.data })
  },
}

async function ticked({ c }: At): Promise<string[]> {
  const { give } = await c.req.parseBody({ all: true })
  return [give ?? []].flat().filter((one): one is string => typeof one === 'string')
}

const MANDATE_ID = /^[0-9a-f]{32}$/

/** The same screen, with those for whom the owner may act there. */
async function whom(at: At, request: Request, pin: string): Promise<Response> {
  const found: Choices[] = []
  const refused = await attempt(async () => {
    found.push((await at.citizen.phone.actingChoices({ loginId: request.loginId, pin })).mandates)
  })
  return screen(at, { ...request, ...(found[0] && { choices: found[0] }) }, refused)
}

async function decline(at: At, request: Request): Promise<Response> {
  const refused = await attempt(() => at.citizen.phone.declineLogin({ loginId: request.loginId }))
  return refused ? screen(at, request, refused) : at.c.redirect(loginPath(at, request), 303)
}

/** What opens the key: the PIN, or what a finger or a face released. */
type Word = Pick<Parameters<At['citizen']['phone']['approveLogin']>[0], 'pin' | 'biometric'>

async function approve(at: At, request: Request, word: Word): Promise<Response> {
  const answers: Awaited<ReturnType<At['citizen']['phone']['approveLogin']>>[] = []
  const refused = await attempt(async () => {
    answers.push(
      await at.citizen.phone.approveLogin({
        ...{ loginId: request.loginId, ...word, give: [...(request.give ?? [])] },
        ...(request.mandateId && { mandateId: request.mandateId }),
      }),
    )
  })
  const [answer] = answers
  if (refused || !answer) return screen(at, request, refused)
  const { verdict, release } = answer
  if (verdict.outcome !== 'passed') return screen(at, request, unchecked(verdict), verdict)
  return at.c.redirect(loginPath(at, request) + (release ? `&release=${release}` : ''), 303)
}

async function screen(at: At, request: Request, trouble: Trouble | null = null, verdict?: Verdict): Promise<Response> {
  const { c, viewer, citizen } = at
  const common = { viewer, citizen, back: phonePath(citizen), path: loginPath(at, request) }
  const shown: Login[] = []
  const away = await attempt(async () => shown.push(await citizen.phone.showLogin({ loginId: request.loginId })))
  const [login] = shown
  if (!login) {
    if (away!.status < 500) throw away!
    const content = buttonLink(loginPath(at, request), viewer.t.phone.loginAgain)
    return showOnPhone(c, { ...common, heading: viewer.t.phone.loginTitle, trouble: away, content })
  }
  const status = await citizen.phone.status({})
  const finger = await fingerOffer(at, login.biometric)
  const now = { login, status, finger, trouble }
  return showOnPhone(c, { ...common, ...stateOf(at, request, now, verdict), trouble })
}

interface Now {
  readonly login: Login
  readonly status: PhoneStatus
  /** In place of the PIN, where that will do. */
  readonly finger: Child
  readonly trouble: Trouble | null
}

function stateOf(
  at: At,
  request: Request,
  now: Now,
  verdict: Verdict | undefined,
): { heading: string; content: VNode } {
  const { login, trouble } = now
  const { t } = at.viewer
  const { uid, release } = request
  const screenOf = release
    ? `/verifier/interaction/${uid}/finish?release=${release}`
    : `/login/${request.loginId}?uid=${uid}`
  const onward = uid
    ? buttonLink(screenOf, t.phone.continue)
    : buttonLink(phonePath(at.citizen), t.phone.toPhoneHome, 'secondary')
  const over = (heading: string, kind: 'success' | 'info' | 'warning', text: string) => ({
    heading,
    content: div({}, notice(kind, text), onward),
  })
  switch (login.state) {
    case 'approved':
      // The way back of this browser got lost on its way to the app: the same answer brings it again.
      if (uid && !login.scanned && !release)
        return { heading: t.phone.approvedTitle, content: onceMore(at, request, trouble) }
      return over(t.phone.approvedTitle, 'success', login.scanned ? t.scan.approved : t.phone.approvedText)
    case 'declined':
      return over(t.phone.declinedTitle, 'info', t.phone.declinedText)
    case 'expired':
      return over(t.phone.expiredTitle, 'warning', t.phone.expiredText)
    case 'refused':
      return { heading: t.phone.refusedTitle, content: div({}, refusedLogin(at, verdict), onward) }
    case 'waiting':
      return { heading: t.phone.loginTitle, content: question(at, request, now) }
  }
}

const refusedLogin = ({ viewer }: At, verdict: Verdict | undefined): VNode => {
  const { t } = viewer
  return div(
    {},
    notice('error', t.phone.refusedText, verdict ? failures(viewer, verdict) : null, p({}, t.phone.refusedHelp)),
    verdict ? allChecks(viewer, verdict) : null,
  )
}

function question(at: At, request: Request, now: Now): VNode {
  const { login } = now
  const { t, language, format } = at.viewer
  const who = inLanguage(login.clientName, language)
  return div(
    {},
    p({}, t.phone.loginLead(who)),
    section(
      { class: 'compare' },
      h2({}, t.phone.loginCode),
      p({ class: 'compare-code' }, strong({}, login.code)),
      p({}, t.phone.loginCompare),
    ),
    rows(
      [t.phone.loginWho, who],
      [t.phone.loginWhere, code({}, login.origin)],
      [t.phone.loginUntil, format.clock(login.expiresAt)],
    ),
    login.scanned ? notice('warning', t.scan.inFront) : null,
    request.choices ? p({}, t.mandates.toldActing) : toldAtLogin(at.viewer, login.asked),
    ...decision(at, request, now),
  )
}

const onceMore = ({ viewer: { t }, citizen }: At, { loginId, uid }: Request, trouble: Trouble | null): VNode =>
  post(
    phonePath(citizen, '/login'),
    notice('info', t.phone.approvedOnceMore),
    hidden('login', loginId),
    hidden('uid', uid),
    phonePin(t, trouble),
    submit(t.phone.continue, 'primary', 'decision', 'approve'),
  )

/** One form for each answer, so that declining asks for no PIN. */
function decision(at: At, request: Request, { login, status, finger, trouble }: Now) {
  const { asked, delegation } = login
  const { applet } = status
  const { viewer, citizen } = at
  const { t } = viewer
  const address = phonePath(citizen, '/login')
  const what = () => [hidden('login', request.loginId), hidden('uid', request.uid)]
  const field = phonePin(t, trouble)
  const ticks = choices(viewer, asked, request.give ?? [])
  const approval = post(
    address,
    ...what(),
    ticks,
    finger,
    field,
    submit(t.phone.approve, 'primary', 'decision', 'approve'),
  )
  const refusal = post(address, ...what(), submit(t.phone.decline, 'secondary', 'decision', 'decline'))
  const home = buttonLink(phonePath(citizen), t.phone.toPhoneHome)
  if (applet === 'ready' && request.choices) return [acting(at, request, request.choices), refusal]
  if (applet === 'ready' && delegation && request.forOther) return [forOther(at, request, trouble), refusal]
  if (applet === 'ready')
    return [
      approval,
      refusal,
      delegation ? buttonLink(forOtherPath(at, request), t.mandates.forOther, 'secondary') : null,
    ]
  const { noCertificate } = t.phone
  const { blockedCanReset, seeHome } = t.life
  const why = { none: noCertificate, transport: noCertificate, blocked: blockedCanReset, suspended: seeHome }[applet]
  return [notice('warning', why), home, refusal]
}

/** Below the own yes and no: few people need it. */
const forOtherPath = (at: At, request: Request): string => `${loginPath(at, request)}&for=other`

function forOther(at: At, request: Request, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  return div(
    {},
    p({}, t.mandates.forOtherText),
    post(
      phonePath(at.citizen, '/login'),
      ...[hidden('login', request.loginId), hidden('uid', request.uid)],
      phonePin(t, trouble),
      submit(t.mandates.choose, 'primary', 'decision', 'whom'),
    ),
    buttonLink(loginPath(at, request), t.mandates.self, 'secondary'),
  )
}

function acting(at: At, request: Request, choices: Choices): VNode {
  const { t, language, format } = at.viewer
  const own = buttonLink(loginPath(at, request), t.mandates.self, 'secondary')
  if (choices.length === 0) return div({}, notice('info', t.mandates.chooseNone), own)
  const text = ({ principalCalled, purpose, scope }: Choices[number]) =>
    `${format.aside(principalCalled, purpose)}: ${format.list(
      scope.flatMap(({ acts }) => acts.map(({ title }) => inLanguage(title, language))),
    )}`
  return div(
    {},
    post(
      phonePath(at.citizen, '/login'),
      ...[hidden('login', request.loginId), hidden('uid', request.uid)],
      choiceField(
        'radio',
        'mandate',
        t.mandates.whom,
        choices.map((one, at) => ({ value: one.mandateId, text: text(one), checked: at === 0 })),
      ),
      pinField({ name: 'pin', label: t.phone.pin, hint: t.phone.pinTries }),
      submit(t.mandates.approveFor, 'primary', 'decision', 'approve'),
    ),
    own,
  )
}
