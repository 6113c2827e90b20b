// `/phone/<name>`: applying, installing, the PIN, the certificate. Logins and taps are in files of their own.

import { type Context, Hono } from 'hono'
import type { VNode } from 'preact'
import { zPin } from '../../../roles/phone/contract.ts'
import { CARRIERS } from '../../../world/people.ts'
import { buttonLink, notice, pinField, post, submit } from '../components.ts'
import { attempt, isOfEntry, type Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields, plainText, type Viewer, viewer as viewerOfRequest } from '../viewer.ts'
import type { WebCitizen, WebWorld } from '../world.ts'
import { phonePath, showOnPhone } from './device.ts'
import { phoneAccess } from './phone-access.ts'
import { phoneAge } from './phone-age.ts'
import { cardEntries, codeEntered, phoneApply } from './phone-apply.ts'
import { approvalNotice, phoneApproval } from './phone-approval.ts'
import { phoneCertificates } from './phone-certificates.ts'
import { phoneConsent, phoneConsents } from './phone-consent.ts'
import { phoneFinger } from './phone-finger.ts'
import { phoneFirm } from './phone-firm.ts'
import { phoneFirmClaim } from './phone-firm-claim.ts'
import { phoneHelp } from './phone-help.ts'
import { phoneHistory } from './phone-history.ts'
import { home } from './phone-home.ts'
import { CARD_ACT_NAMES, phoneLife, subScreen } from './phone-life.ts'
import { phoneLink } from './phone-link.ts'
import { phoneLogin } from './phone-login.ts'
import { phoneMandateChild } from './phone-mandate-child.ts'
import { phoneMandateHandOn } from './phone-mandate-hand-on.ts'
import { phoneMandates } from './phone-mandates.ts'
import { phoneMandatesList } from './phone-mandates-list.ts'
import { phoneMessages } from './phone-messages.ts'
import { phoneMove } from './phone-move.ts'
import { phoneOwn } from './phone-own.ts'
import { memberAppScreen, phonePartner } from './phone-partner.ts'
import { phoneScan } from './phone-scan.ts'
import { phoneSign } from './phone-sign.ts'

export interface At {
  readonly c: Context
  readonly world: WebWorld
  readonly viewer: Viewer
  readonly citizen: WebCitizen
}

type Handler = (at: At) => Promise<Response>

/** Routes of one phone; a name that nobody has is not found. */
export function phoneScreens(world: WebWorld): Hono {
  const app = new Hono()
  const of = (handler: Handler) => async (c: Context) => {
    const citizen = world.citizens.find(({ name }) => name === c.req.param('name'))
    if (!citizen) return c.notFound()
    return handler({ c, world, viewer: viewerOfRequest(c), citizen: await withSims(citizen) })
  }
  const byPin = (handler: Handler) => of(async (at) => ((await hasCertificate(at)) ? handler(at) : withoutOne(at)))
  app.get('/:name', of(showHome))
  app.post('/:name/apply', of(apply))
  app.get('/:name/apply-home', of(phoneApply.askFacts)).post(of(phoneApply.sendFromHome))
  app.get('/:name/apply-counter', of(phoneApply.counterWay))
  app.post('/:name/code', of(confirmCode))
  app.post('/:name/resend', of(resendCode))
  app.get('/:name/messages', of(phoneMessages.show))
  app.post('/:name/letter', of(phoneMessages.receive))
  app.post('/:name/install', of(install))
  app.post('/:name/set-pin', of(setPin))
  for (const step of ['apply', 'code', 'resend', 'letter', 'install', 'set-pin', 'networks'])
    app.get(`/:name/${step}`, of(backHome))
  app.get('/:name/certificates', byPin(phoneCertificates.ask)).post(of(phoneCertificates.show))
  app.get('/:name/change-pin', byPin(askForNewPin)).post(of(changePin))
  app.get('/:name/remove', of(askForRemoval)).post(of(remove))
  app.get('/:name/finger', byPin(phoneFinger.show)).post(of(phoneFinger.change))
  app.get('/:name/stop', of(phoneLife.askStop)).post(of(phoneLife.stop))
  app.get('/:name/renew', of(phoneLife.askRenew)).post(of(phoneLife.renew))
  app.get('/:name/lost', of(phoneLife.askLost)).post(of(phoneLife.stopLost))
  for (const act of CARD_ACT_NAMES) {
    app.get(`/:name/${act}`, of(phoneLife.askCard(act))).post(of(phoneLife.withCard(act)))
  }
  app.get('/:name/sign', of(phoneSign.ask)).post(of(phoneSign.answer))
  app.get('/:name/sign/document', of(phoneSign.read))
  app.get('/:name/move-here', of(phoneMove.askMove)).post(of(phoneMove.moveHere))
  app.post('/:name/sim/:iccid', of(phoneMove.insert))
  app.get('/:name/sim/:iccid', of(backHome))
  app.post('/:name/networks', of(switchNetworks))
  app.get('/:name/history', of(phoneHistory.history))
  app.get('/:name/move', of(phoneHistory.move))
  app.get('/:name/help', of(phoneHelp.help))
  app.get('/:name/uses', of(phoneHelp.uses)).post(of(phoneHelp.forgetUses))
  app.get('/:name/access', of(phoneAccess.show)).post(of(phoneAccess.answer))
  app.get('/:name/age', of(phoneAge.ask)).post(of(phoneAge.answer))
  app.get('/:name/consent', of(phoneConsent.ask)).post(of(phoneConsent.answer))
  app.get('/:name/consents', byPin(phoneConsents.ask)).post(of(phoneConsents.answer))
  app.get('/:name/own', byPin(phoneOwn.ask)).post(of(phoneOwn.answer))
  app.get('/:name/link', of(phoneLink.ask)).post(of(phoneLink.answer))
  app.get('/:name/service', of(phonePartner.ask)).post(of(phonePartner.answer))
  app.get('/:name/services', of(phonePartner.list)).post(of(phonePartner.remove))
  app.get('/:name/member-app', of(memberAppScreen.show)).post(of(memberAppScreen.act))
  app.get('/:name/approvals', byPin(phoneApproval.show)).post(of(phoneApproval.settings))
  app.get('/:name/approvals/:id{[0-9a-f]{32}}', of(phoneApproval.ask)).post(of(phoneApproval.answer))
  app.get('/:name/mandates', byPin(phoneMandates.start))
  app.get('/:name/mandates/offer', byPin(phoneMandates.askOffer)).post(of(phoneMandates.offer))
  app.get('/:name/mandates/accept', byPin(phoneMandates.askAccept)).post(of(phoneMandates.accept))
  app.get('/:name/mandates/child', byPin(phoneMandateChild.ask)).post(of(phoneMandateChild.take))
  app.get('/:name/mandates/firm', byPin(phoneFirm.ask)).post(of(phoneFirm.act))
  app.get('/:name/mandates/firm/claim', of(phoneFirmClaim.ask)).post(of(phoneFirmClaim.claim))
  app.post('/:name/mandates/hand-on', of(phoneMandateHandOn))
  app.get('/:name/mandates/hand-on', (c) => c.redirect(`/phone/${c.req.param('name')}/mandates`, 303))
  app.get('/:name/mandates/list', byPin(phoneMandatesList.ask)).post(of(phoneMandatesList.show))
  app.get('/:name/tap', of(tap))
  app.get('/:name/scan', of(phoneScan.ask)).post(of(phoneScan.read))
  app.get('/:name/login', of(phoneLogin.ask)).post(of(phoneLogin.answer))
  return app
}

async function hasCertificate({ citizen }: At): Promise<boolean> {
  const { applet } = await citizen.phone.status({})
  return applet !== 'none' && applet !== 'transport'
}

/** Before a PIN is asked for that there is none of. */
function withoutOne(at: At): Response {
  const { asking, phone } = at.viewer.t
  const content = div({}, p({}, asking.notReadyText), buttonLink(phonePath(at.citizen), phone.toPhoneHome))
  return subScreen(at, asking.notReady, content)
}

/** As this person's phone is now: another SIM may be of another carrier. */
async function withSims(citizen: WebCitizen): Promise<WebCitizen> {
  const { sims } = await citizen.phone.sims({})
  const { iccid } = await citizen.phone.sim({})
  const { mobileData, wifi } = await citizen.phone.connections({ iccid })
  const named = sims.map(({ iccid, inserted, carrier }) => ({
    iccid,
    inserted,
    carrier: CARRIERS[carrier as keyof typeof CARRIERS].label,
  }))
  const { carrier } = named.find(({ inserted }) => inserted) ?? citizen
  return { ...citizen, sims: named, carrier, online: mobileData || wifi }
}

const homeOf = ({ c, citizen }: At, done?: string): Response =>
  c.redirect(phonePath(citizen, done ? `?done=${done}` : ''), 303)
const backHome: Handler = async (at) => homeOf(at)

const showHome: Handler = async (at) => homeScreen(at)

async function homeScreen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, citizen } = at
  const status = await citizen.phone.status({})
  const { state: finger } = await citizen.phone.biometric({})
  const { requests } = await citizen.phone.accessRequests({})
  const { heading, content, waiting } = home({ ...at, status, finger, trouble })
  return showOnPhone(c, {
    viewer,
    citizen,
    heading,
    content: [
      trouble ? null : doneNotice(viewer, c.req.query('done')),
      asking(at, requests.length),
      await approvalNotice(at),
      content,
    ],
    trouble,
    waiting,
    path: phonePath(citizen),
  })
}

const asking = ({ viewer: { t }, citizen }: At, count: number): VNode | null =>
  count === 0
    ? null
    : notice('info', t.access.waits(count), buttonLink(phonePath(citizen, '/access'), t.access.see, 'secondary'))

function doneNotice({ t }: Viewer, done: string | undefined): VNode | null {
  if (done === 'moved') return notice('success', t.move.done)
  if (done === 'stopped') return notice('success', t.life.stoppedNow)
  if (done === 'pin-set') return notice('success', t.phone.pinSet)
  return done === 'pin-changed' ? notice('success', t.phone.pinChanged) : null
}

const apply: Handler = async (at) => {
  const entered = await cardEntries(at)
  if (typeof entered === 'string') return homeScreen(at, entered)
  const refused = await attempt(() => at.citizen.phone.apply(entered))
  return refused ? homeScreen(at, refused) : homeOf(at)
}

/** By the owner's fingers, and not in the app: off, or out of reach, and on again. */
const switchNetworks: Handler = async (at) => {
  const on = (await fields(at.c, 'networks')).networks === 'on'
  await at.citizen.phone.setConnections({ mobileData: on, wifi: on, shortMessages: on })
  return homeOf(at)
}

const confirmCode: Handler = async (at) => {
  const entered = await codeEntered(at)
  if (typeof entered === 'string') return homeScreen(at, entered)
  const refused = await attempt(() => at.citizen.phone.confirmCode(entered))
  return refused ? homeScreen(at, refused) : homeOf(at)
}

const resendCode: Handler = async (at) => {
  const refused = await attempt(() => at.citizen.phone.resendCode({}))
  return refused ? homeScreen(at, refused) : homeOf(at)
}

const install: Handler = async (at) => {
  const refused = await attempt(() => at.citizen.phone.install({}))
  return refused ? homeScreen(at, refused) : homeOf(at)
}

const setPin: Handler = async (at) => {
  const { t } = at.viewer
  const entered = await fields(at.c, 'pin', 'again')
  const pin = zPin.safeParse(plainText(entered.pin))
  if (!pin.success) return homeScreen(at, t.phone.pinShape)
  if (pin.data !== plainText(entered.again)) return homeScreen(at, t.phone.pinsDiffer)
  const { order } = await at.citizen.phone.order({})
  const refused = await attempt(() => at.citizen.phone.setPin({ pin: pin.data }))
  return refused ? homeScreen(at, refused) : homeOf(at, order?.moves ? 'moved' : 'pin-set')
}

const askForNewPin: Handler = async (at) => newPinForm(at)

function newPinForm(at: At, trouble: Trouble | null = null): Response {
  const { t } = at.viewer
  const form = post(
    phonePath(at.citizen, '/change-pin'),
    pinField({ name: 'present', label: t.phone.presentPin, hint: t.phone.pinTries, invalid: isOfEntry(trouble) }),
    pinField({ name: 'pin', label: t.phone.newPin, hint: t.phone.pinHint }),
    pinField({ name: 'again', label: t.phone.again }),
    submit(t.phone.changePinButton),
  )
  return subScreen(at, t.phone.changePinTitle, form, trouble)
}

const changePin: Handler = async (at) => {
  const { t } = at.viewer
  const entered = await fields(at.c, 'present', 'pin', 'again')
  const pin = zPin.safeParse(plainText(entered.present))
  const newPin = zPin.safeParse(plainText(entered.pin))
  if (!pin.success || !newPin.success) return newPinForm(at, t.phone.pinShape)
  if (newPin.data !== plainText(entered.again)) return newPinForm(at, t.phone.pinsDiffer)
  if (newPin.data === pin.data) return newPinForm(at, t.phone.pinSame)
  const refused = await attempt(() => at.citizen.phone.changePin({ pin: pin.data, newPin: newPin.data }))
  return refused ? newPinForm(at, refused) : homeOf(at, 'pin-changed')
}

const askForRemoval: Handler = async (at) => {
  const { t } = at.viewer
  const { order } = await at.citizen.phone.order({})
  if (!order || order.state === 'undone') return homeOf(at)
  if (order.state === 'applied' || order.state === 'accepted') return askForWithdrawal(at)
  const question = div(
    {},
    notice('warning', t.phone.removeFinal, p({}, t.phone.removeText), p({}, t.phone.removeCardKept)),
    post(phonePath(at.citizen, '/remove'), submit(t.phone.removeButton, 'danger')),
    buttonLink(phonePath(at.citizen), t.phone.keep, 'secondary'),
  )
  return subScreen(at, t.phone.removeTitle, question)
}

/** Before anything is in the SIM. */
function askForWithdrawal(at: At): Response {
  const { t } = at.viewer
  const question = div(
    {},
    notice('warning', t.apply.withdrawLead, p({}, t.apply.withdrawText)),
    post(phonePath(at.citizen, '/remove'), submit(t.phone.cancelButton, 'danger')),
    buttonLink(phonePath(at.citizen), t.life.goBack, 'secondary'),
  )
  return subScreen(at, t.apply.withdrawTitle, question)
}

const remove: Handler = async (at) => {
  const refused = await attempt(() => at.citizen.phone.remove({}))
  return refused ? homeScreen(at, refused) : homeOf(at)
}

const tap: Handler = async (at) => {
  const { t } = at.viewer
  const form = post(
    `/gate/tap/${at.citizen.name}`,
    p({}, t.phone.tapText),
    submit(t.phone.tapButton),
    p({ class: 'hint' }, t.phone.tapMore),
  )
  return subScreen(at, t.phone.tapTitle, form)
}
