// 本人同意: the holder lets a service have the latest facts, sees what was agreed to, and takes it back. Given and withdrawn by a
// signature of the card, seen by one of the SIM. Seed 2 pattern 2.

import { type Bytes, hex, utf8 } from '../../base/bytes.ts'
import type { Clock, Entropy, Session } from '../../base/ports.ts'
import { Refusal } from '../../base/refusal.ts'
import { inquiryStatement } from '../../protocol/consent/inquiry.ts'
import type { ConsentStatement, WithdrawalStatement } from '../authority/contract.ts'
import { signAndRead, type UiApp } from './applet.ts'
import { type Asking, askedBy } from './asking.ts'
import { signOnCard } from './card-signature.ts'
import type { Phone } from './contract.ts'
import { ownSigned } from './own/statement.ts'
import { no } from './refusals.ts'
import type { NoteUse } from './uses.ts'

interface Deps extends Asking {
  readonly inApplet: UiApp
  readonly cards: (name: string) => Promise<Session>
  readonly clock: Clock
  readonly entropy: Entropy
  readonly note: NoteUse
}

async function asked(deps: Deps, party: string, requestId: string) {
  const { service, displayName } = await askedBy(deps, party, 'facts')
  const request = await service.consentRequest({ requestId })
  if (request.party !== party) throw no.askerNotAccredited()
  const { items, code, expiresAt, state, onBehalfOf } = request
  const view = { displayName, onBehalfOf: onBehalfOf?.name ?? null, items, code, expiresAt, state }
  return { service, request, view }
}

export const showConsent =
  (deps: Deps): Phone['showConsent'] =>
  async ({ party, requestId }) =>
    (await asked(deps, party, requestId)).view

/** For the facts that were shown. The nonce is the service's: the consent answers this request and no other. */
export const signConsent =
  (deps: Deps): Phone['signConsent'] =>
  async ({ party, requestId, items, card, password }) => {
    const { service, request, view } = await asked(deps, party, requestId)
    if (request.items.join() !== items.join()) throw no.otherQuestion()
    if (request.state !== 'waiting') throw no.questionOver()
    const at = deps.clock()
    const { nonce, onBehalfOf } = request
    const named = onBehalfOf && { onBehalfOf: onBehalfOf.clientId }
    const purpose = 'consent to latest facts' as const
    const consent = await onCard(deps, card, password, at, {
      ...{ purpose, party, ...named },
      ...{ items, at: at.toISOString(), nonce },
    })
    const { state } = await service.answerConsent({ requestId, consent })
    await deps.note('consent', view.onBehalfOf ?? view.displayName, 'done')
    return { ...view, state }
  }

export const consents =
  (deps: Deps): Phone['consents'] =>
  async ({ pin }) => {
    const { inApplet, authority, clock, entropy } = deps
    const inquiry = { nonce: hex(entropy(16)), at: clock() }
    const signed = await inApplet(signAndRead(pin, inquiryStatement(inquiry)))
    const { consents: all } = await authority.consents({ ...inquiry, ...signed })
    const names = new Map<string, string>()
    const platforms = new Set(all.filter(({ onBehalfOf }) => onBehalfOf !== null).map(({ party }) => party))
    for (const platform of platforms)
      for (const one of await toldBy(deps, platform, pin)) names.set(one.consentId, one.clientName)
    return { consents: all.map((one) => ({ ...one, serviceName: names.get(one.consentId) ?? null })) }
  }

/** J-LIS knows the services of a platform by their identifiers only. */
async function toldBy(deps: Deps, platform: string, pin: string) {
  const { ownRecords } = deps.services(platform)
  if (!ownRecords) return []
  try {
    return (await ownRecords(await ownSigned(deps, { platform, wanted: 'show' }, pin))).consents
  } catch (error) {
    // J-LIS's list is shown also while the platform is away.
    if (error instanceof Refusal && error.status >= 500) return []
    throw error
  }
}

/** Straight to J-LIS: the service is not asked whether it likes it. */
export const withdrawConsent =
  (deps: Deps): Phone['withdrawConsent'] =>
  async ({ consentId, card, password }) => {
    const at = deps.clock()
    const nonce = hex(deps.entropy(16))
    const statement = { purpose: 'withdrawal of consent', consentId, at: at.toISOString(), nonce } as const
    return deps.authority.withdrawConsent({ withdrawal: await onCard(deps, card, password, at, statement) })
  }

async function onCard(
  deps: Deps,
  card: string,
  password: string,
  at: Date,
  statement: ConsentStatement | WithdrawalStatement,
): Promise<Bytes> {
  return signOnCard(await deps.cards(card), password, utf8(JSON.stringify(statement)), at)
}
