// 最新の利用者情報: a customer consents by a signature to J-LIS telling this service what changed, and the service asks.
// Seed 2 pattern 2. The facts are passed on and not kept.

import type { Bytes } from '../../../base/bytes.ts'
import { fromUtf8 } from '../../../base/bytes.ts'
import { Refusal } from '../../../base/refusal.ts'
import type { ConsentRequest } from '../../authority/contract.ts'
import { type Fact, zConsentStatement } from '../../authority/contract.ts'
import type { Service } from '../contract.ts'
import type { CustomerRecord, Deps } from '../model.ts'
import { no } from '../refusals.ts'
import { partyOf, type RequestRecord } from './model.ts'
import { begin, end, known, shown, stateOf, waiting } from './requests.ts'

const itemsOf = ({ asks }: RequestRecord): Fact[] => [...(asks as readonly Fact[])]

const view = (deps: Deps, record: RequestRecord): ConsentRequest => ({
  ...shown(deps, record),
  items: itemsOf(record),
  state: stateOf(deps, record),
})

async function customerOf({ store, clock }: Deps, session: string): Promise<CustomerRecord> {
  const { state, subject } = (await store.liveSession(session, clock())) ?? {}
  const customer = state === 'loggedIn' && subject ? await store.customerOfSubject(subject) : undefined
  if (!customer) throw no.notLoggedIn()
  return customer
}

export const askConsent =
  (deps: Deps): Service['askConsent'] =>
  async ({ session, items }) => {
    const { customerNumber } = await customerOf(deps, session)
    return view(deps, await begin(deps, { kind: 'consent', asks: items, customerNumber }))
  }

export const consentRequest =
  (deps: Deps): Service['consentRequest'] =>
  async ({ requestId }) =>
    view(deps, await known(deps, 'consent', requestId))

/** By the customer who was asked and nobody else, to what was asked and nothing else. */
export const answerConsent =
  (deps: Deps): Service['answerConsent'] =>
  async ({ requestId, consent }) => {
    const { store } = deps
    const { name: party, authority } = partyOf(deps)
    const record = await waiting(deps, 'consent', requestId)
    const customer = await store.customer(record.customerNumber ?? '')
    const { serial, name } = await signedAnswer(deps, record, consent)
    if (!customer || comparable(customer.displayName) !== comparable(name)) throw no.otherPerson()
    // Before J-LIS is asked: two answers at once are not two consents.
    const ended = await end(deps, record, 'given')
    try {
      const { from, until } = await authority.giveConsent({ party, consent })
      await store.saveConsent({ customerNumber: customer.customerNumber, items: itemsOf(record), serial, from, until })
      return view(deps, ended)
    } catch (error) {
      await store.reopenRequest(requestId)
      throw error
    }
  }

async function signedAnswer(deps: Deps, record: RequestRecord, document: Bytes) {
  const { name: party, verifier } = partyOf(deps)
  const { verdict, serial, fourInfo, content } = await verifier.verifySignature({ document })
  if (verdict.outcome !== 'passed' || serial === null || !fourInfo || !content) throw no.signatureNotPassed()
  const statement = zConsentStatement.safeParse(json(content)).data
  const same = statement?.party === party && statement.nonce === record.nonce
  if (!same || statement.items.join() !== itemsOf(record).join()) throw no.otherConsent()
  return { serial, name: fourInfo.name }
}

function json(content: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(content))
  } catch {
    return undefined
  }
}

/** Width of letters and spaces between name parts differ from register to register. */
const comparable = (name: string): string => name.normalize('NFKC').replace(/\s+/g, '')

export const factsConsent =
  (deps: Deps): Service['factsConsent'] =>
  async ({ session }) => {
    const found = await deps.store.consentOf((await customerOf(deps, session)).customerNumber)
    return { consent: found ? { items: [...found.items], from: found.from, until: found.until } : null }
  }

export const latestFacts =
  (deps: Deps): Service['latestFacts'] =>
  async ({ session }) => {
    const { store, clock } = deps
    const { name: party, authority } = partyOf(deps)
    const { customerNumber } = await customerOf(deps, session)
    const consent = await store.consentOf(customerNumber)
    if (!consent) throw no.noConsent()
    if (consent.from > clock()) throw no.consentNotYet()
    try {
      const { serial, changed, facts } = await authority.latestFacts({ party, serial: consent.serial })
      if (changed) await store.saveConsent({ ...consent, serial })
      return { changed, facts }
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'authority/noConsent') throw error
      await store.forgetConsent(customerNumber)
      throw no.consentEnded({}, error)
    }
  }
