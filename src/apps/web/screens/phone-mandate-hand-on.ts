// Handing a mandate on (復代理): to whom and how long, all else as the principal let it; the code is then shown as of any other.

import type { VNode } from 'preact'
import { type Phone, zPin } from '../../../roles/phone/contract.ts'
import { ofChild } from '../../../roles/verifier/mandates/model.ts'
import { buttonLink, hidden, notice, post, submit } from '../components.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import {
  actFields,
  daysField,
  type Entered,
  lastDay,
  type Services,
  servicesFor,
  ticked,
  wordFields,
} from './phone-mandate-form.ts'
import { path, pinOf, tried } from './phone-mandate-terms.ts'
import { offeredScreen } from './phone-mandates.ts'

type Mandate = Awaited<ReturnType<Phone['ownMandates']>>['mandates'][number]
type Terms = Parameters<Phone['offerMandate']>[0]['terms']

export const mayHandOn = ({ as, state, subDelegation, kind }: Mandate): boolean =>
  as === 'delegate' && state === 'standing' && subDelegation > 0 && !ofChild(kind)

export const handOnTitle = ({ viewer: { t } }: At, kind: Mandate['kind']): string =>
  kind === 'representative' ? t.firms.employ : t.mandates.handOn

/** From the list to the form: which one; of a representative's, what there is to choose from. */
export const handedOn = ({ mandateId, kind, scope }: Mandate): VNode[] => [
  hidden('mandate', mandateId),
  ...(kind === 'representative'
    ? scope.flatMap(({ clientId, acts }) => acts.map(({ act }) => hidden('may', `${clientId} ${act}`)))
    : []),
]

export const phoneMandateHandOn = async (at: At): Promise<Response> => {
  const { t } = at.viewer
  const { may = [] } = await at.c.req.parseBody({ all: true })
  const all = { ...(await fields(at.c, 'mandate', 'them', 'days', 'decision', 'pin', 'purpose')), me: '' }
  const entered = { ...all, acts: await ticked(at), may: [may].flat().map(String) }
  if (entered.decision !== 'handOn') return screen(at, entered)
  const pin = zPin.safeParse(plainText(entered.pin))
  if (!complete(entered)) return screen(at, entered, t.mandates.incomplete)
  if (!pin.success) return screen(at, entered, t.phone.pinShape)
  const { value, refused } = await tried(() => handOn(at.citizen.phone, entered, pin.data))
  if (!value) return screen(at, entered, refused ?? t.mandates.cannotHandOn)
  return offeredScreen(at, value)
}

interface HandingOn extends Entered {
  readonly mandate: string
  /** What was ticked, of what there is (`<service> <act>`); of a representative's only. */
  readonly acts: readonly string[]
  readonly may: readonly string[]
}

const complete = ({ them, purpose, acts, may }: HandingOn): boolean =>
  them.trim() !== '' && (may.length === 0 || (acts.length > 0 && purpose.trim() !== ''))

/** Undefined where it is not the owner's to hand on. */
async function handOn(phone: Phone, entered: HandingOn, pin: string) {
  const { mandates } = await phone.ownMandates({ pin })
  const own = mandates.find((one) => one.mandateId === entered.mandate)
  if (!own || !mayHandOn(own)) return undefined
  const now = new Date()
  const from = now > own.from ? now : own.from
  const last = lastDay(from, entered.days)
  const terms: Terms = {
    ...{ principalCalled: own.principalCalled, delegateCalled: entered.them.trim(), within: own.mandateId },
    ...{ from, until: new Date(Math.min(last.getTime(), own.until.getTime())), subDelegation: own.subDelegation - 1 },
    ...handedOnOf(own, entered),
  }
  return phone.offerMandate({ terms, pin })
}

/** A firm lets each employee do something else; everybody else hands on what they have. */
function handedOnOf({ kind, purpose, scope }: Mandate, entered: HandingOn): Pick<Terms, 'purpose' | 'scope'> {
  const all = scope.map(({ clientId, acts }) => ({ clientId, acts: acts.map(({ act }) => act) }))
  if (kind !== 'representative') return { purpose, scope: all }
  const ticked = all.map(({ clientId, acts }) => ({
    ...{ clientId, acts: acts.filter((act) => entered.acts.includes(`${clientId} ${act}`)) },
  }))
  return { purpose: entered.purpose.trim(), scope: ticked.filter(({ acts }) => acts.length > 0) }
}

async function screen(at: At, entered: HandingOn, trouble: Trouble | null = null): Promise<Response> {
  const { t } = at.viewer
  const { mandate, may } = entered
  const employing = may.length > 0
  const { themHint, purposeHint } = t.firms
  const lead = employing ? [t.firms.employText, t.firms.employMore] : [t.mandates.handOnText, t.mandates.handOnMore]
  const content = div(
    {},
    notice('info', lead[0]!, p({}, lead[1]!)),
    post(
      path(at, '/hand-on'),
      hidden('mandate', mandate),
      ...may.map((one) => hidden('may', one)),
      ...(employing ? actFields(at, among(await servicesFor(at, 'employee'), may)) : []),
      ...(employing
        ? wordFields(['them', 'purpose'], { ...t.mandates, themHint, purposeHint }, entered)
        : wordFields(['them'], t.mandates, entered)),
      daysField(at, entered),
      pinOf(at, trouble),
      submit(t.mandates.offerButton, 'primary', 'decision', 'handOn'),
    ),
    buttonLink(path(at), t.mandates.keep, 'secondary'),
  )
  return subScreen(at, employing ? t.firms.employ : t.mandates.handOn, content, trouble, '/mandates/list')
}

const among = (services: Services, may: readonly string[]): Services =>
  services
    .map((one) => ({ ...one, acts: one.acts.filter(({ act }) => may.includes(`${one.clientId} ${act}`)) }))
    .filter(({ acts }) => acts.length > 0)
