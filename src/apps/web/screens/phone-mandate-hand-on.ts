// Handing a mandate on (復代理): to whom and how long, all else as the principal let it; the code is then shown as of any other.

import type { Phone } from '../../../roles/phone/contract.ts'
import { zPin } from '../../../roles/phone/contract.ts'
import { buttonLink, hidden, notice, post, submit } from '../components.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { subScreen } from './phone-life.ts'
import { daysField, lastDay, wordFields } from './phone-mandate-form.ts'
import { path, pinOf, tried } from './phone-mandate-terms.ts'
import { offeredScreen } from './phone-mandates.ts'

type Mandate = Awaited<ReturnType<Phone['ownMandates']>>['mandates'][number]
type Terms = Parameters<Phone['offerMandate']>[0]['terms']

export const mayHandOn = ({ as, state, subDelegation, kind }: Mandate): boolean =>
  as === 'delegate' && state === 'standing' && subDelegation > 0 && kind !== 'parent'

export const phoneMandateHandOn = async (at: At): Promise<Response> => {
  const { t } = at.viewer
  const entered = await fields(at.c, 'mandate', 'them', 'days', 'decision', 'pin')
  if (entered.decision !== 'handOn') return screen(at, entered)
  const pin = zPin.safeParse(plainText(entered.pin))
  if (entered.them.trim() === '') return screen(at, entered, t.mandates.incomplete)
  if (!pin.success) return screen(at, entered, t.phone.pinShape)
  const { value, refused } = await tried(() => handOn(at.citizen.phone, entered, pin.data))
  if (!value) return screen(at, entered, refused ?? t.mandates.cannotHandOn)
  return offeredScreen(at, value)
}

interface Entered {
  readonly mandate: string
  readonly them: string
  readonly days: string
}

/** Undefined where it is not the owner's to hand on. */
async function handOn(phone: Phone, { mandate: mandateId, them, days }: Entered, pin: string) {
  const { mandates } = await phone.ownMandates({ pin })
  const own = mandates.find((one) => one.mandateId === mandateId)
  if (!own || !mayHandOn(own)) return undefined
  const { principalCalled, purpose, scope, subDelegation } = own
  const now = new Date()
  const from = now > own.from ? now : own.from
  const last = lastDay(from, days)
  const terms: Terms = {
    ...{ principalCalled, delegateCalled: them.trim(), purpose, within: mandateId, subDelegation: subDelegation - 1 },
    ...{ from, until: new Date(Math.min(last.getTime(), own.until.getTime())) },
    scope: scope.map(({ clientId, acts }) => ({ clientId, acts: acts.map(({ act }) => act) })),
  }
  return phone.offerMandate({ terms, pin })
}

function screen(
  at: At,
  { mandate, them, days }: Entered,
  trouble: Trouble | null = null,
): Promise<Response> | Response {
  const { t } = at.viewer
  const entered = { me: '', purpose: '', them, days }
  const content = div(
    {},
    notice('info', t.mandates.handOnText, p({}, t.mandates.handOnMore)),
    post(
      path(at, '/hand-on'),
      hidden('mandate', mandate),
      ...wordFields(['them'], t.mandates, entered),
      daysField(at, entered),
      pinOf(at, trouble),
      submit(t.mandates.offerButton, 'primary', 'decision', 'handOn'),
    ),
    buttonLink(path(at), t.mandates.keep, 'secondary'),
  )
  return subScreen(at, t.mandates.handOn, content, trouble, '/mandates/list')
}
