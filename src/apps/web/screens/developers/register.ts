// The form of a service: its name, addresses, profile, what it may ask, and its key, which may be made in the browser.

import type { z } from 'zod'
import { verifierContract } from '../../../../roles/verifier/contract.ts'
import { MAY_ASK } from '../../../../roles/verifier/openid/contract.ts'
import {
  areaField,
  buttonLink,
  type Choice,
  choiceField,
  notice,
  panel,
  post,
  selectField,
  submit,
  textField,
} from '../../components.ts'
import { attempt, type Trouble } from '../../refusal-notice.ts'
import { a, button, type Child, div, label, p, script, textarea } from '../../tags.ts'
import type { Viewer } from '../../viewer.ts'
import { actsOf, delegationFields, delegationIn, type EnteredActs, enteredActs, NO_ACTS } from './delegation.ts'
import { HOME, type Inside, type Owned, page } from './page.ts'

const { registration: zRegistration, key: zKey } = verifierContract.operations.registerService.input.shape
type Registration = z.output<typeof zRegistration>
type Key = z.output<typeof zKey>
type Posted = Readonly<Record<string, unknown>>

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
  readonly delegation: EnteredActs
}

const NEW: Entered = {
  name: '',
  redirectUris: '',
  profile: 'openid',
  mayAsk: [],
  postLogout: '',
  backchannel: '',
  keptStatus: '',
  delegation: NO_ACTS,
}

export const enteredOf = (client: Owned): Entered => ({
  name: client.name,
  redirectUris: client.redirectUris.join('\n'),
  profile: client.profile ?? 'openid',
  mayAsk: client.mayAsk ?? MAY_ASK,
  postLogout: client.postLogoutRedirectUris?.join('\n') ?? '',
  backchannel: client.backchannelLogoutUri ?? '',
  keptStatus: String(client.keptStatusMinutes ?? ''),
  delegation: actsOf(client.delegation),
})

/** Of a field that is not as it must be: what is wrong with it. */
export type Wrong = Readonly<Partial<Record<keyof Entered | 'key', true>>>

export function registrationFields(viewer: Viewer, entered: Entered, wrong: Wrong = {}): Child[] {
  const { developers: d } = viewer.t
  const error = (field: keyof Entered, text: string) => (wrong[field] ? { error: text } : {})
  const named = (name: 'postLogout' | 'backchannel', label: string, hint: string) =>
    textField({ name, label, hint, value: entered[name], optional: true, ...error(name, d.oneAddressShape) })
  return [
    panel(
      d.formBasics,
      textField({ name: 'name', label: d.name, hint: d.nameHint, value: entered.name, ...error('name', d.nameNeeded) }),
      areaField({
        ...{ name: 'redirectUris', label: d.redirectUris, hint: d.redirectHint },
        ...{ value: entered.redirectUris, ...error('redirectUris', d.redirectShape) },
      }),
    ),
    panel(
      d.formUse,
      choiceField(
        'radio',
        'profile',
        d.profile,
        PROFILES.map((value) => ({ value, text: d[value], checked: value === entered.profile })),
      ),
      choiceField(
        'checkbox',
        'mayAsk',
        d.mayAsk,
        MAY_ASK.map((value) => ({ value, text: d[value], checked: entered.mayAsk.includes(value) })),
      ),
    ),
    panel(
      d.formMore,
      p({}, d.formMoreLead),
      named('postLogout', d.postLogout, d.postLogoutHint),
      named('backchannel', d.backchannel, d.backchannelHint),
      selectField(
        { name: 'keptStatus', label: d.keptStatus, hint: d.keptStatusHint },
        keptChoices(entered.keptStatus, d),
        entered.keptStatus,
      ),
      delegationFields(viewer, entered.delegation, wrong.delegation),
    ),
  ]
}

const MINUTES = [5, 10, 30]

/** With the one that is registered, whichever it is. */
function keptChoices(entered: string, { keptNever, keptMinutes }: Viewer['t']['developers']): Choice[] {
  const minutes = [...new Set([...MINUTES, Number(entered) || 5])].sort((one, other) => one - other)
  return [['', keptNever], ...minutes.map((one): Choice => [String(one), keptMinutes(one)])]
}

/** Made in the browser where that can be; else pasted, or published by the service. */
export const keyFields = ({ t }: Viewer, wrong: Wrong = {}): Child[] => [
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
  areaField({
    ...{ name: 'publicJwk', label: t.developers.publicJwk, hint: t.developers.publicHint, optional: true },
    ...(wrong.key && { error: t.developers.keyShape }),
  }),
  textField({ name: 'jwksUri', label: t.developers.jwksUri, hint: t.developers.optional, optional: true }),
  script({ type: 'module', src: '/assets/new-key.js' }),
]

export async function registerForm(
  at: Inside,
  trouble: Trouble | null = null,
  entered = NEW,
  wrong: Wrong = {},
): Promise<Response> {
  const { t } = at.viewer
  return page(at, {
    title: t.developers.register,
    trouble,
    path: `${HOME}/new`,
    content: [
      post(
        `${HOME}/new`,
        ...registrationFields(at.viewer, entered, wrong),
        panel(t.developers.keyTitle, p({}, t.developers.keyLead), ...keyFields(at.viewer, wrong)),
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
  const read = registrationIn(entered)
  const key = keyIn(posted)
  if (!read.registration || !key)
    return registerForm(at, t.developers.formShape, entered, { ...read.wrong, ...(!key && { key: true }) })
  const { registration } = read
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
  delegation: enteredActs((name) => text(posted, name)),
})

/** The field of the form that each member of a registration comes from. */
const FIELDS: Readonly<Record<string, keyof Entered>> = {
  name: 'name',
  redirectUris: 'redirectUris',
  profile: 'profile',
  mayAsk: 'mayAsk',
  postLogoutRedirectUris: 'postLogout',
  backchannelLogoutUri: 'backchannel',
  keptStatusMinutes: 'keptStatus',
  delegation: 'delegation',
}

/** A registration, or what is wrong. */
export function registrationIn({ name, profile, mayAsk, ...entered }: Entered): {
  readonly registration?: Registration
  readonly wrong: Wrong
} {
  const redirectUris = lines(entered.redirectUris)
  const postLogoutRedirectUris = lines(entered.postLogout)
  const delegation = delegationIn(entered.delegation)
  const read = zRegistration.safeParse({
    name,
    profile,
    mayAsk,
    redirectUris,
    ...(postLogoutRedirectUris.length > 0 && { postLogoutRedirectUris }),
    ...(entered.backchannel && { backchannelLogoutUri: entered.backchannel }),
    ...(entered.keptStatus && { keptStatusMinutes: Number(entered.keptStatus) }),
    ...(delegation && { delegation }),
  })
  const found = read.error?.issues.map(({ path: [member] }) => [FIELDS[String(member)], true]) ?? []
  const wrong: Wrong = { ...Object.fromEntries(found), ...(redirectUris.length === 0 && { redirectUris: true }) }
  return read.success && redirectUris.length > 0 ? { registration: read.data, wrong } : { wrong }
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
