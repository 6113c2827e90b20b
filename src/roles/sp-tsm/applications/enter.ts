// What all three ways have in common: an application is fresh and counts once; line, SIM and phone can have the
// service and are the applicant's; no other phone has a certificate. Then there is an order, and its evidence.

import { type Bytes, hex, NO_BYTES, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { CheckResult } from '../../../base/verdict.ts'
import type { ApplicationForm, Order } from '../contract.ts'
import type { Running } from '../deps.ts'
import { replaceable } from '../life/moves.ts'
import { FRESHNESS_MS, serviceInstance } from '../model.ts'
import { orderView } from '../order-view.ts'
import { no } from '../refusals.ts'
import { sendCode } from './codes.ts'
import { evidenceOf, type Finding, linking } from './evidence.ts'
import { DUE, NO_LINK, OPEN_FOR_MS, type Way } from './model.ts'
import { checkCard, checkLine, type Petition, sealPetition } from './petition.ts'
import { append, enterApplication } from './store.ts'

export interface Known {
  readonly way: Way
  readonly petition: Petition
  /** Of the person who was identified. */
  readonly cardAuthSerial: bigint
  readonly findings: readonly Finding[]
}

/** First of all: whatever is old, or was received before, is looked at no further. */
export async function checkFresh({ store, clock }: Running, form: ApplicationForm): Promise<void> {
  if (Math.abs(clock().getTime() - Date.parse(form.appliedAt)) > FRESHNESS_MS) throw no.notFresh()
  if (await store.nonceIsUsed(form.nonce)) throw no.nonceUsed()
}

/** The line before the person: who enters facts of others learns nothing, but for a line of theirs. */
export const lineFinding = async (deps: Running, petition: Omit<Petition, 'address'>): Promise<Finding> => {
  await checkLine(deps, petition)
  const { carrier, msisdn, iccid, deviceModel } = petition.form
  return { kind: 'line', outcome: 'passed', detail: utf8(JSON.stringify({ carrier, msisdn, iccid, deviceModel })) }
}

export async function enter(deps: Running, { way, petition, cardAuthSerial, findings }: Known): Promise<Order> {
  const { store, secrets, clock, entropy, log } = deps
  const { form } = petition
  const old = form.moves ? await replaceable(deps, cardAuthSerial, form.iccid) : undefined
  await checkCard(deps, cardAuthSerial, old?.serial)
  const orderId = hex(entropy(16))
  const due = dueBy(way, form)
  const sealed = await sealPetition(secrets, orderId, petition)
  const rows = await Promise.all(findings.map((finding) => evidenceOf(deps, orderId, finding)))
  const link = await linking(secrets)
  const order = {
    order_id: orderId,
    state: due.length === 0 ? ('accepted' as const) : ('applied' as const),
    carrier: form.carrier,
    iccid: form.iccid,
    nonce: form.nonce,
    card_auth_serial: cardAuthSerial.toString(),
    applied_at: clock(),
    ...(old && { replaces: old.order_id, replaces_serial: old.serial }),
  }
  const application = {
    order_id: orderId,
    reference: serviceInstance(orderId),
    way,
    due: due.join(','),
    petition: sealed,
    ...{ code_hash: null, code_expires_at: null, code_sealed: null, tries: 0, sendings: 0 },
    open_until: new Date(clock().getTime() + OPEN_FOR_MS),
  }
  const accepted = await store.accept(order, async (tx) => {
    await enterApplication(tx, application, NO_LINK)
    await append(tx, orderId, rows, link)
  })
  if (!accepted) throw (await store.nonceIsUsed(form.nonce)) ? no.nonceUsed() : no.orderLive()
  log('sp-tsm.applied', { carrier: form.carrier, way })
  if (due.length > 0) await sendCode(deps, (await store.application(orderId))!)
  return orderView(deps, (await store.order(orderId))!)
}

const dueBy = (way: Way, { mailAddress }: ApplicationForm) =>
  way === 'card' && mailAddress !== undefined ? (['mail'] as const) : DUE[way]

/** A verdict without what was found: names and outcomes may be seen by operators. */
export const bare = (checks: readonly CheckResult[]): Pick<CheckResult, 'name' | 'cite' | 'outcome'>[] =>
  checks.map(({ name, cite, outcome }) => ({ name, cite, outcome }))

export const digestOf = (document: Bytes | undefined): Bytes => (document ? sha256(document) : NO_BYTES)
