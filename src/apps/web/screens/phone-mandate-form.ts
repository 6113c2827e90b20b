// The form of a mandate: what may be done, how the two are called, what for and how long.

import type { VNode } from 'preact'
import type { Phone } from '../../../roles/phone/contract.ts'
import { choiceField, selectField, textField } from '../components.ts'
import { inLanguage } from '../language.ts'
import type { At } from './phone.ts'

type Terms = Parameters<Phone['offerMandate']>[0]['terms']
export type Services = Awaited<ReturnType<Phone['delegableServices']>>['services']
type Kind = Services[number]['kinds'][number]

const DAY_MS = 86_400_000
const TERMS_DAYS = { month: 30, half: 182, year: 365 } as const

export async function ticked({ c }: At): Promise<string[]> {
  const { act } = await c.req.parseBody({ all: true })
  return [act ?? []].flat().filter((one): one is string => typeof one === 'string')
}

export interface Entered {
  readonly me: string
  readonly them: string
  readonly purpose: string
  readonly days: string
  /** `yes`: it may be handed on once. */
  readonly handOn?: string
}

/** Each tick is a service and an act. */
export function termsOf({ me, them, purpose, days, handOn }: Entered, acts: readonly string[]): Terms | null {
  const scope = new Map<string, string[]>()
  for (const one of acts) {
    const [clientId = '', act = ''] = one.split(' ')
    scope.set(clientId, [...(scope.get(clientId) ?? []), act])
  }
  const words = [me, them, purpose].map((text) => text.trim())
  if (scope.size === 0 || words.some((text) => text === '')) return null
  const [principalCalled, delegateCalled, what] = words as [string, string, string]
  const from = new Date()
  return {
    ...{ principalCalled, delegateCalled, purpose: what, subDelegation: handOn === 'yes' ? 1 : 0, within: null },
    ...{ from, until: lastDay(from, days) },
    scope: [...scope].map(([clientId, its]) => ({ clientId, acts: its })),
  }
}

export const lastDay = (from: Date, days: string): Date =>
  new Date(from.getTime() + (TERMS_DAYS[days as keyof typeof TERMS_DAYS] ?? TERMS_DAYS.month) * DAY_MS)

/** A representative takes also what only employees do: to hand it on. */
const takes = (kind: Kind, by: Kind): boolean => by === kind || (kind === 'representative' && by === 'employee')

/** What services let be done by a mandate of this kind. */
export async function servicesFor({ citizen }: At, kind: Kind): Promise<Services> {
  const { services } = await citizen.phone.delegableServices({})
  return services
    .map((one) => ({ ...one, acts: one.acts.filter(({ kinds }) => kinds.some((by) => takes(kind, by))) }))
    .filter(({ acts }) => acts.length > 0)
}

export const actFields = ({ viewer: { language } }: At, services: Services): VNode[] =>
  services.map(({ clientId, clientName, acts }) =>
    choiceField(
      'checkbox',
      'act',
      inLanguage(clientName, language),
      acts.map(({ act, title }) => ({
        value: `${clientId} ${act}`,
        text: inLanguage(title, language),
        checked: false,
      })),
    ),
  )

type Word = 'me' | 'them' | 'purpose'
type Labels = { readonly [W in Word | `${Word}Hint`]: string }

export const wordFields = (names: readonly Word[], labels: Labels, entered?: Entered): VNode[] =>
  names.map((name) =>
    textField({ name, label: labels[name], hint: labels[`${name}Hint`], value: entered?.[name] ?? '' }),
  )

export const daysField = ({ viewer: { t } }: At, entered?: Entered): VNode =>
  selectField(
    { name: 'days', label: t.mandates.days },
    [
      ['month', t.mandates.month],
      ['half', t.mandates.half],
      ['year', t.mandates.year],
    ],
    entered?.days,
  )
