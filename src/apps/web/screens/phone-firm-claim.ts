// `/phone/<name>/mandates/firm/claim`: the card says who claims to represent the firm; nothing follows from it until clerks have looked.

import { zFirmName, zFirmNumber } from '../../../roles/verifier/contract.ts'
import { buttonLink, digitsField, notice, post, rows, submit, textField } from '../components.ts'
import type { Trouble } from '../refusal-notice.ts'
import { div, p } from '../tags.ts'
import { fields, plainText } from '../viewer.ts'
import type { At } from './phone.ts'
import { cardAtHand, cardFields } from './phone-card.ts'
import { subScreen } from './phone-life.ts'
import { path, tried } from './phone-mandate-terms.ts'

const HERE = '/mandates/firm/claim'

export const phoneFirmClaim = {
  ask: async (at: At): Promise<Response> => screen(at),
  claim: async (at: At): Promise<Response> => {
    const { t } = at.viewer
    const entered = await fields(at.c, 'number', 'name', 'card', 'password')
    const number = zFirmNumber.safeParse(plainText(entered.number).replace(/[-\s]/g, ''))
    const name = zFirmName.safeParse(entered.name.trim())
    if (!number.success || !name.success) return screen(at, t.firms.claimShape, entered)
    const card = cardAtHand(at, entered)
    if (!card) return screen(at, t.phone.passwordShape, entered)
    const { value, refused } = await tried(() =>
      at.citizen.phone.claimFirm({ number: number.data, name: name.data, ...card }),
    )
    return value ? claimed(at, value.firm) : screen(at, refused, entered)
  },
}

interface Entered {
  readonly number: string
  readonly name: string
}

function screen(at: At, trouble: Trouble | null = null, entered: Entered = { number: '', name: '' }): Response {
  const { t } = at.viewer
  const { number, numberHint, name, nameHint } = t.firms
  const content = div(
    {},
    p({}, t.firms.claimLead),
    post(
      path(at, '/firm/claim'),
      digitsField({ name: 'number', label: number, hint: numberHint, length: 20, value: entered.number }),
      textField({ name: 'name', label: name, hint: nameHint, value: entered.name }),
      ...cardFields(at, trouble),
      submit(t.firms.claimButton),
    ),
  )
  return subScreen(at, t.firms.claim, content, trouble, HERE)
}

function claimed(at: At, { number, name }: Entered): Response {
  const { t } = at.viewer
  const said = notice('success', t.firms.claimed, p({}, t.firms.claimedText))
  const of = rows([t.firms.name, name], [t.firms.number, number])
  return subScreen(
    at,
    t.firms.claim,
    div({}, said, of, buttonLink(path(at), t.mandates.title, 'secondary')),
    null,
    HERE,
  )
}
