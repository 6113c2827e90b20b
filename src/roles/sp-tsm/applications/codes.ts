// Codes: sent one after the other, tried a few times, used once. Each right one is evidence, each wrong one too.

import { fromUtf8, utf8 } from '../../../base/bytes.ts'
import { equalSecret } from '../../../base/crypto.ts'
import type { DeliveryWay } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { OrderState, SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { happen } from '../life/events.ts'
import { existing, orderView } from '../order-view.ts'
import { no } from '../refusals.ts'
import type { OrderRow } from '../store.ts'
import { addEvidence, evidenceOf, linking } from './evidence.ts'
import { WORDS } from './messages.ts'
import { CODE_EVIDENCE, CODES, codeHash, messageId, randomCode } from './model.ts'
import { checkCard, checkLine, type Petition, unsealPetition } from './petition.ts'
import { type ApplicationRow, dueOf } from './store.ts'

/** Makes and posts the code that is due; the one before it counts no more. */
export async function sendCode(deps: Running, row: ApplicationRow): Promise<void> {
  const { store, secrets, clock, entropy } = deps
  const way = dueOf(row)[0]!
  const { digits, minutes, sendings } = CODES[way]
  if (row.sendings >= sendings) throw no.sentTooOften({ sendings })
  const code = randomCode(entropy, digits)
  const key = await secrets.key('codes')
  const code_hash = codeHash(key, row.order_id, way, code)
  const code_expires_at = new Date(clock().getTime() + minutes * 60_000)
  const code_sealed = await secrets.seal('code', row.order_id, utf8(code))
  const recorded = { code_hash, code_expires_at, code_sealed }
  if (!(await store.spendSending(row.order_id, row.sendings, recorded))) return
  await post(deps, { ...row, ...recorded, sendings: row.sendings + 1 })
}

/** Whoever died before a code was posted posts it once more: its message has the same id, and its sending was counted. */
async function post(deps: Running, row: ApplicationRow): Promise<void> {
  const { store, secrets, deliveries } = deps
  const way = dueOf(row)[0]
  if (!way || row.code_sealed === null) return
  const code = fromUtf8(await secrets.unseal('code', row.order_id, row.code_sealed))
  const id = messageId(await secrets.key('codes'), row.order_id, way, row.sendings)
  await deliveries.send({ id, way, to: recipient(way, await petitionOf(deps, row)), ...WORDS[way](code) })
  await store.notePosted(row.order_id, row.sendings)
}

/** Codes whose process died with them: a letter is not sent twice, so nobody could ask for it. */
export async function postWhatWaits(deps: Running): Promise<void> {
  for (const row of await deps.store.unposted(deps.clock())) {
    await post(deps, row).catch((error: unknown) => deps.log('sp-tsm.code-unposted', { reason: (error as Error).name }))
  }
}

function recipient(way: DeliveryWay, { form, applicant, address }: Petition): string {
  const to = { sms: form.msisdn, mail: form.mailAddress, letter: address && `${applicant.name}\n${address}` }[way]
  if (!to) throw new Error(`an application without a place for ${way}`)
  return to
}

async function petitionOf({ secrets }: Running, { order_id, petition }: ApplicationRow): Promise<Petition> {
  if (petition === null) throw no.applicationOver()
  return unsealPetition(secrets, order_id, petition)
}

/** The application of an order that waits for a code. */
async function waiting({ store, clock }: Running, orderId: string): Promise<ApplicationRow> {
  const order = await existing(store, orderId)
  const row = await store.application(orderId)
  if (order.state !== 'applied' || !row) throw no.codeNotDue({ state: order.state })
  if (row.open_until < clock()) throw no.applicationOver()
  return row
}

/** Also goes on where the process died between a right code and what follows it. */
export const resendCode =
  (deps: Running): SpTsm['resendCode'] =>
  async ({ orderId }) => {
    await waiting(deps, orderId)
    await goOn(deps, orderId)
    return orderView(deps, await existing(deps.store, orderId))
  }

export const confirmCode =
  (deps: Running): SpTsm['confirmCode'] =>
  async ({ orderId, code }) => {
    const row = await waiting(deps, orderId)
    const [way, ...rest] = dueOf(row)
    if (!way || row.code_hash === null) throw no.codeNotDue({ state: 'applied' })
    if (way === 'letter') await checkHandedOver(deps, row)
    await spendTry(deps, row, way, code)
    const hash = codeHash(await deps.secrets.key('codes'), orderId, way, code)
    const right = await evidenceOf(deps, orderId, { kind: CODE_EVIDENCE[way], outcome: 'passed' })
    const link = await linking(deps.secrets)
    // Who comes second with the same right code has nothing more to do.
    if (await deps.store.takeCode(orderId, hash, rest.join(','), right, link)) await goOn(deps, orderId)
    return orderView(deps, await existing(deps.store, orderId))
  }

/** Wrong ones end in a refusal, the last one with the application. */
async function spendTry(deps: Running, row: ApplicationRow, way: DeliveryWay, code: string): Promise<void> {
  const { store, secrets, clock } = deps
  const { tries } = CODES[way]
  const key = await secrets.key('codes')
  if (!(await store.spendTry(row.order_id, tries))) throw await ended(deps, row, no.codeUsedUp())
  const now = await store.application(row.order_id)
  if (!now?.code_hash) throw no.codeNotDue({ state: 'applied' })
  if (!now.code_expires_at || now.code_expires_at < clock()) throw no.codeExpired()
  if (equalSecret(codeHash(key, row.order_id, way, code), now.code_hash)) return
  await addEvidence(deps, row.order_id, { kind: CODE_EVIDENCE[way], outcome: 'failed' })
  const triesLeft = tries - now.tries
  throw triesLeft > 0 ? no.wrongCode({ triesLeft }) : await ended(deps, row, no.codeUsedUp())
}

/** The order is over before anything was sent to a SIM. */
export async function ended(
  { store, clock, log }: Running,
  { order_id }: ApplicationRow,
  why: Refusal,
): Promise<Refusal> {
  const over = { state: 'undone', live_iccid: null, refusal: why.code, ended_by: 'sp-tsm' } as const
  const waits = (state: OrderState) => state === 'applied' || state === 'accepted'
  const happening = { event: 'end', by: 'sp-tsm', at: clock() } as const
  const ending = await store.happen(order_id, happening, ({ state }) => (waits(state) ? over : undefined))
  if (ending?.happened) log('sp-tsm.ended', { reason: why.code })
  await store.changeApplication(order_id, { petition: null, code_hash: null, code_sealed: null })
  return why
}

/** 本人限定受取郵便: a code from a letter that nobody was identified for proves nothing. */
async function checkHandedOver(deps: Running, row: ApplicationRow): Promise<void> {
  const id = messageId(await deps.secrets.key('codes'), row.order_id, 'letter', row.sendings)
  const receipt = await deps.deliveries.receipt(id)
  if (!receipt) throw no.letterNotHandedOver()
  const known = await deps.store.evidence(row.order_id)
  if (known.some(({ kind }) => kind === 'letterHandedOver')) return
  const detail = utf8(JSON.stringify(receipt))
  await addEvidence(deps, row.order_id, { kind: 'letterHandedOver', outcome: 'passed', detail })
}

/** The next code, or the order is accepted. A SIM that was changed meanwhile, or a card that was stopped, ends it. */
async function goOn(deps: Running, orderId: string): Promise<void> {
  const { store } = deps
  const row = (await store.application(orderId))!
  await checkStill(deps, row, (await store.order(orderId))!)
  const isWaiting = row.code_sealed !== null && row.code_expires_at !== null && row.code_expires_at > deps.clock()
  if (dueOf(row).length > 0) return isWaiting ? post(deps, row) : sendCode(deps, row)
  await happen(deps, orderId, ['approve', 'holder'])
}

/** A phone that is out of reach just now says nothing about line and SIM: it is tried again. */
const isOffline = ({ detail }: Refusal): boolean => detail.reasons === 'offline'

/** Whose place an order takes, as it is now: its certificate may have been renewed. */
export const replacedBy = async ({ store }: Pick<Running, 'store'>, { replaces }: OrderRow) =>
  replaces === null ? undefined : store.order(replaces)

/** Line, SIM and card are what they were at the application; a definite no ends the order. */
export async function checkStill(deps: Running, row: ApplicationRow, order: OrderRow): Promise<void> {
  try {
    await checkCard(deps, BigInt(order.card_auth_serial), (await replacedBy(deps, order))?.serial)
    await checkLine(deps, await petitionOf(deps, row))
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500 || isOffline(error)) throw error
    throw await ended(deps, row, error)
  }
}
