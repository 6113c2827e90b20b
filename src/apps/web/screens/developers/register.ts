// The form of a service: its name, addresses, profile, what it may ask, and its key, which may be made in the browser.

import type { z } from 'zod'
import { verifierContract } from '../../../../roles/verifier/contract.ts'
import { areaField, buttonLink, choiceField, notice, panel, post, submit, textField } from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { a, button, type Child, div, label, p, script, textarea } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import { HOME, type Inside, type Owned, page } from './page.ts'

const { registration: zRegistration, key: zKey } = verifierContract.operations.registerService.input.shape
type Registration = z.output<typeof zRegistration>
type Key = z.output<typeof zKey>
type Posted = Readonly<Record<string, unknown>>

const MAY_ASK = ['signatures', 'facts', 'age', 'events'] as const
const PROFILES = ['openid', 'fapi2'] as const

/** What was entered before, or what is registered. */
export interface Entered {
  readonly name: string
  readonly redirectUris: string
  readonly profile: string
  readonly mayAsk: readonly string[]
  readonly postLogout: string
  readonly backchannel: string
  readonly keptStatus: string
}

const NEW: Entered = {
  name: '',
  redirectUris: '',
  profile: 'openid',
  mayAsk: [],
  postLogout: '',
  backchannel: '',
  keptStatus: '',
}

export const enteredOf = (client: Owned): Entered => ({
  name: client.name,
  redirectUris: client.redirectUris.join('\n'),
  profile: client.profile ?? 'openid',
  mayAsk: client.mayAsk ?? MAY_ASK,
  postLogout: client.postLogoutRedirectUris?.join('\n') ?? '',
  backchannel: client.backchannelLogoutUri ?? '',
  keptStatus: String(client.keptStatusMinutes ?? ''),
})

export const registrationFields = ({ t }: Viewer, entered: Entered): Child[] => [
  textField({ name: 'name', label: t.developers.name, hint: t.developers.nameHint, value: entered.name }),
  areaField({
    name: 'redirectUris',
    label: t.developers.redirectUris,
    hint: t.developers.redirectHint,
    value: entered.redirectUris,
  }),
  choiceField(
    'radio',
    'profile',
    t.developers.profile,
    PROFILES.map((value) => ({ value, text: t.developers[value], checked: value === entered.profile })),
  ),
  choiceField(
    'checkbox',
    'mayAsk',
    t.developers.mayAsk,
    MAY_ASK.map((value) => ({ value, text: t.developers[value], checked: entered.mayAsk.includes(value) })),
  ),
  textField({
    name: 'postLogout',
    label: t.developers.postLogout,
    hint: t.developers.optional,
    value: entered.postLogout,
    optional: true,
  }),
  textField({
    name: 'backchannel',
    label: t.developers.backchannel,
    hint: t.developers.optional,
    value: entered.backchannel,
    optional: true,
  }),
  textField({
    name: 'keptStatus',
    label: t.developers.keptStatus,
    hint: t.developers.keptStatusHint,
    value: entered.keptStatus,
    optional: true,
  }),
]

/** Made in the browser where that can be; else pasted, or published by the service. */
export const keyFields = ({ t }: Viewer): Child[] => [
  div(
    { 'data-new-key': 'yes', hidden: true },
    button({ type: 'button', class: 'button button-secondary', id: 'make-key' }, t.developers.makeKey),
    div(
      { id: 'key-result', hidden: true, tabIndex: -1 },
      notice('warning', t.developers.keyMade),
      // Without a name: what has none is not sent with the form.
      div(
        { class: 'field' },
        label({ for: 'private-key' }, t.developers.privateKey),
        textarea({ id: 'private-key', rows: 8, readOnly: true, spellcheck: false }),
      ),
      a(
        { id: 'save-key', href: '#save-key', download: 'service-key.json', class: 'button button-secondary' },
        t.developers.saveKey,
      ),
    ),
  ),
  areaField({ name: 'publicJwk', label: t.developers.publicJwk, hint: t.developers.publicHint, optional: true }),
  textField({ name: 'jwksUri', label: t.developers.jwksUri, hint: t.developers.optional, optional: true }),
  script({ type: 'module', src: '/assets/new-key.js' }),
]

export async function registerForm(at: Inside, trouble: Trouble | null = null, entered = NEW): Promise<Response> {
  const { t } = at.viewer
  return page(at, {
    title: t.developers.register,
    trouble,
    path: `${HOME}/new`,
    content: [
      post(
        `${HOME}/new`,
        ...registrationFields(at.viewer, entered),
        panel(t.developers.keyTitle, p({}, t.developers.keyLead), ...keyFields(at.viewer)),
        submit(t.developers.registerHere),
      ),
      buttonLink(HOME, t.developers.back, 'secondary'),
    ],
  })
}

export async function saveNew(at: Inside): Promise<Response> {
  const { t } = at.viewer
  const posted = await at.c.req.parseBody({ all: true })
  const entered = enteredIn(posted)
  const registration = registrationIn(entered)
  if (!registration) return registerForm(at, t.developers.formShape, entered)
  const key = keyIn(posted)
  if (!key) return registerForm(at, t.developers.keyShape, entered)
  const made: string[] = []
  const refused = await attempt(async () => {
    made.push((await at.world.verifier.registerService({ session: at.session, registration, key })).clientId)
  })
  if (refused) return registerForm(at, refused, entered)
  return at.c.redirect(`${HOME}/service/${made[0]}?done=new`, 303)
}

const text = (posted: Posted, name: string): string => (typeof posted[name] === 'string' ? posted[name].trim() : '')
const lines = (entered: string): string[] => entered.split(/\s+/).filter((line) => line !== '')

export const enteredIn = (posted: Posted): Entered => ({
  name: text(posted, 'name'),
  redirectUris: text(posted, 'redirectUris'),
  profile: text(posted, 'profile'),
  mayAsk: [posted.mayAsk ?? []].flat().filter((one): one is string => typeof one === 'string'),
  postLogout: text(posted, 'postLogout'),
  backchannel: text(posted, 'backchannel'),
  keptStatus: text(posted, 'keptStatus'),
})

export function registrationIn({ name, profile, mayAsk, ...entered }: Entered): Registration | null {
  const redirectUris = lines(entered.redirectUris)
  const postLogoutRedirectUris = lines(entered.postLogout)
  const read = zRegistration.safeParse({
    name,
    profile,
    mayAsk,
    redirectUris,
    ...(postLogoutRedirectUris.length > 0 && { postLogoutRedirectUris }),
    ...(entered.backchannel && { backchannelLogoutUri: entered.backchannel }),
    ...(entered.keptStatus && { keptStatusMinutes: Number(entered.keptStatus) }),
  })
  return read.success && redirectUris.length > 0 ? read.data : null
}

/** Exactly one of the two. */
export function keyIn(posted: Posted): Key | null {
  const [jwk, jwksUri] = [text(posted, 'publicJwk'), text(posted, 'jwksUri')]
  if ((jwk === '') === (jwksUri === '')) return null
  const read = zKey.safeParse(jwk ? { publicJwk: membersOf(jwk) } : { jwksUri })
  return read.success ? read.data : null
}

/** Private members stay in, so that the platform can say what is wrong; `key_ops` and its like are no strings. */
function membersOf(jwk: string): unknown {
  try {
    const members = Object.entries(JSON.parse(jwk) as Record<string, unknown>)
    return Object.fromEntries(members.filter(([, value]) => typeof value === 'string'))
  } catch {
    return undefined
  }
}
