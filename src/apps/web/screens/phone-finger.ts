// `/phone/<name>/finger`: a finger or a face in place of the PIN is turned on and off, and what that means. The parts of it that are
// in the forms of a login and of an approval. The device is asked by `finger.js`. Seed 1, Option 2.

import type { VNode } from 'preact'
import { z } from 'zod'
import { base64url, utf8 } from '../../../base/bytes.ts'
import { zBytes } from '../../../base/contract.ts'
import { jsonIn } from '../../../base/json.ts'
import { type Released, zReleased } from '../../../roles/phone/biometric/contract.ts'
import { zPin } from '../../../roles/phone/contract.ts'
import { phoneRefusals } from '../../../roles/phone/index.ts'
import { buttonLink, hidden, notice, post, submit } from '../components.ts'
import { attempt, type Trouble } from '../refusal-notice.ts'
import { button, type Child, div, h2, li, noscript, p, script, ul } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import { phonePath, phonePin, showOnPhone } from './device.ts'
import type { At } from './phone.ts'

type Phone = At['citizen']['phone']
export type FingerState = Awaited<ReturnType<Phone['biometric']>>['state']

const pathOf = ({ citizen }: At, rest = ''): string => phonePath(citizen, `/finger${rest}`)
const withScript = (): VNode => script({ type: 'module', src: '/assets/finger.js' })

/** Above the PIN, in its form; nothing unless a finger or a face will do for this. */
export async function fingerOffer({ viewer: { t }, citizen }: At, willDo: boolean): Promise<Child> {
  if (!willDo) return null
  const { state } = await citizen.phone.biometric({})
  if (state === 'off') return null
  if (state === 'paused') return p({}, t.finger.resting)
  return div(
    { class: 'finger', hidden: true, 'data-with-finger': 'yes' },
    button({ type: 'button', class: 'button button-primary', 'data-finger': 'use' }, t.finger.approve),
    p({}, t.finger.or),
    withScript(),
  )
}

/** For the script: what the device is to answer. A refusal is for the screen. */
export async function fingerAsked(
  { c, citizen }: At,
  what: Parameters<Phone['askBiometric']>[0],
  screen: (trouble: Trouble | null) => Promise<Response>,
): Promise<Response> {
  const found: Awaited<ReturnType<Phone['askBiometric']>>[] = []
  const refused = await attempt(async () => found.push(await citizen.phone.askBiometric(what)))
  const [asked] = found
  if (!asked) return screen(refused)
  const { challenge, salt, credentialId } = asked
  c.header('Cache-Control', 'no-store')
  return c.json({
    challenge: base64url(challenge),
    salt: base64url(salt),
    credentialId: credentialId && base64url(credentialId),
  })
}

/** What the device answered, as the script has posted it. */
export const fingerGiven = (posted: string): Released | null => parsed(zReleased, posted)

function parsed<T extends z.ZodType>(schema: T, posted: string): z.output<T> | null {
  const read = schema.safeParse(jsonIn(utf8(posted)))
  return read.success ? read.data : null
}

/** What came of it when the device gave no answer. */
export async function fingerFailed({ viewer: { t }, citizen }: At, why: string): Promise<Trouble> {
  if (why !== 'refused') return t.finger.noKey
  const { state } = await citizen.phone.biometricRefused({})
  return state === 'paused' ? phoneRefusals.biometricPaused() : phoneRefusals.biometricNotAccepted()
}

export const phoneFinger = {
  show: (at: At): Promise<Response> => screen(at),

  change: async (at: At): Promise<Response> => {
    const { finger } = at.viewer.t
    const { phone } = at.citizen
    const entered = await fields(at.c, 'decision', 'pin', 'finger')
    if (entered.decision === 'off') {
      await phone.turnOffBiometric({})
      return at.c.redirect(pathOf(at, '?done=off'), 303)
    }
    if (entered.decision === 'finger-failed')
      return screen(at, entered.finger === 'refused' ? finger.notMade : finger.noKey)
    const pin = zPin.safeParse(plainText(entered.pin))
    if (!pin.success) return screen(at, at.viewer.t.phone.pinShape)
    if (entered.decision !== 'finger') return fingerAsked(at, { pin: pin.data }, (trouble) => screen(at, trouble))
    return turnOn(at, pin.data, entered.finger)
  },
}

const zMade = z.object({ publicKey: zBytes, released: zReleased })

async function turnOn(at: At, pin: string, posted: string): Promise<Response> {
  const { t } = at.viewer
  const made = parsed(zMade, posted)
  if (!made) return screen(at, t.finger.notMade)
  const { origin } = at.world
  const refused = await attempt(() => at.citizen.phone.turnOnBiometric({ pin, origin, ...made }))
  if (!refused) return at.c.redirect(pathOf(at, '?done=on'), 303)
  return screen(at, refused.detail.because === 'stays in this device' ? t.finger.copied : refused)
}

async function screen(at: At, trouble: Trouble | null = null): Promise<Response> {
  const { c, viewer, citizen } = at
  const { t } = viewer
  const { state } = await citizen.phone.biometric({})
  return showOnPhone(c, {
    ...{ viewer, citizen, heading: t.finger.title, trouble, back: phonePath(citizen), path: pathOf(at) },
    content: div({}, p({}, t.finger.lead), state === 'off' ? off(at, trouble) : on(at, state)),
  })
}

function off(at: At, trouble: Trouble | null): VNode {
  const { t } = at.viewer
  return div(
    {},
    at.c.req.query('done') === 'off' && !trouble ? notice('success', t.finger.turnedOff) : null,
    h2({}, t.finger.before),
    ul({}, ...(['stays', 'others', 'pinStays', 'ends'] as const).map((what) => li({}, t.finger[what]))),
    hasName(at) ? form(at, trouble) : notice('warning', t.finger.numbers(at.world.origin)),
  )
}

/** WebAuthn §5.1.3 step 8: an address in numbers is nobody's name. */
const hasName = ({ world }: At): boolean => /[a-z]/i.test(new URL(world.origin).hostname.replace(/^\[.*\]$/, ''))

const form = (at: At, trouble: Trouble | null): VNode => {
  const { viewer, citizen } = at
  const { t } = viewer
  const make = { 'data-finger': 'make', 'data-owner': `${t.phone.app} (${viewer.say(citizen.label)})` }
  return div(
    {},
    div(
      { hidden: true, 'data-with-finger': 'yes' },
      post(
        pathOf(at),
        p({}, t.finger.twice),
        phonePin(t, trouble),
        button({ type: 'submit', class: 'button button-primary', ...make }, t.finger.turnOn),
      ),
    ),
    div({ hidden: true, 'data-without-finger': 'yes' }, notice('warning', t.finger.unable, p({}, t.finger.unableHelp))),
    noscript({}, notice('warning', t.finger.noScript)),
    withScript(),
  )
}

function on(at: At, state: Exclude<FingerState, 'off'>): VNode {
  const { t } = at.viewer
  const now = at.c.req.query('done') === 'on' ? t.finger.turnedOn : t.finger.isOn
  return div(
    {},
    state === 'on' ? notice('success', now) : notice('warning', t.finger.resting),
    ul({}, ...(['others', 'pinStays', 'ends', 'renew'] as const).map((what) => li({}, t.finger[what]))),
    post(pathOf(at), hidden('decision', 'off'), submit(t.finger.turnOff, 'secondary')),
    buttonLink(phonePath(at.citizen), t.phone.toPhoneHome, 'secondary'),
  )
}
