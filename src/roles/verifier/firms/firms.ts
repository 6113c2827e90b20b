// 代表者: a person claims with the card to represent a firm. Nobody is believed: one clerk compares with the commercial register, another
// releases it, and it counts for a year. To end it one clerk is enough. Ours: docs/profile.md#firms.

import { base64url, hex } from '../../../base/bytes.ts'
import { jsonIn } from '../../../base/json.ts'
import { online } from '../certificate-checks.ts'
import { personOfSignature } from '../consents/consent.ts'
import { partyOf } from '../consents/model.ts'
import { onceInTime, ownPerson } from '../consents/own-page.ts'
import type { Verifier } from '../contract.ts'
import { logOutActing } from '../mandates/log-out.ts'
import type { Account } from '../mandates/model.ts'
import type { Deps } from '../model.ts'
import { atDesk, reading } from '../operator/desk.ts'
import type { Ends } from '../operator/store.ts'
import { no } from '../refusals.ts'
import { OF_PLATFORM, openJson, sealJson } from '../tenant-keys/sealing.ts'
import { verifySignature } from '../verify-signature.ts'
import { type firmOperations, type OwnFirm, zFirmClaim } from './contract.ts'
import {
  CLAIM_MS,
  CLAIMS_AT_MOST,
  type Claimed,
  claimPlace,
  firmAccount,
  type RepresentationEnd,
  type RepresentationRecord,
  representationState,
  STANDING_MS,
} from './model.ts'
import type { SealedRepresentation } from './store.ts'

export const firms = (deps: Deps): Pick<Verifier, keyof typeof firmOperations> => ({
  claimFirm: claimFirm(deps),
  leaveFirm: leaveFirm(deps),
  firmsAtDesk: firmsAtDesk(deps),
  endRepresentation: endRepresentation(deps),
  strikeFirm: strikeFirm(deps),
})

const claimFirm =
  (deps: Deps): Verifier['claimFirm'] =>
  async ({ claim: document }) => {
    const { store, clock, entropy, keys, log } = deps
    const { claim, personId, person } = await signedClaim(deps, document)
    const now = clock()
    if ((await store.firms.waiting(personId, now)) >= CLAIMS_AT_MOST) throw no.firmClaimed()
    const { number, name } = claim
    const representationId = hex(entropy(16))
    const claimed: Claimed = { number, name, person, document: base64url(document) }
    const record: SealedRepresentation = {
      ...{ representationId, personId, firm: await firmAccount(keys, number), recorded: 'claimed', claimedAt: now },
      until: new Date(now.getTime() + CLAIM_MS),
      sealed: await sealJson(deps, OF_PLATFORM, claimPlace(representationId), claimed),
    }
    if (!(await store.firms.claim(record))) throw no.firmClaimed()
    log('verifier.firm.claimed', { representationId })
    return { firm: shown(record, claimed, now) }
  }

/** Who signed it, by the certificate that names them; for this platform, in time and once. */
async function signedClaim(deps: Deps, document: Uint8Array) {
  const { verdict, serial, fourInfo, content } = await verifySignature(online(deps))({ document })
  if (verdict.outcome === 'indeterminate') throw no.statusUnknown()
  const claim = content ? zFirmClaim.safeParse(jsonIn(content)).data : undefined
  if (serial === null || !fourInfo || claim?.platform !== partyOf(deps).name) throw no.firmClaim()
  await onceInTime(deps, new Date(claim.at), document)
  const personId = await personOfSignature(deps, serial)
  if (personId === undefined) throw no.firmClaim()
  const { name, address, birthDate } = fourInfo
  return { claim, personId, person: { name, address, birthDate } }
}

const shown = (record: RepresentationRecord, { number, name }: Claimed, now: Date): OwnFirm => ({
  ...{ representationId: record.representationId, number, name },
  ...{ state: representationState(record, now), claimedAt: record.claimedAt, until: record.until },
})

const claimedIn = async (deps: Deps, { representationId, sealed }: SealedRepresentation): Promise<Claimed> =>
  (await openJson(deps, claimPlace(representationId), sealed)) as Claimed

/** What this person has claimed, and what came of it. */
export async function firmsOf(deps: Deps, person: Account): Promise<OwnFirm[]> {
  const records = await deps.store.firms.of(person)
  return Promise.all(records.map(async (one) => shown(one, await claimedIn(deps, one), deps.clock())))
}

/** The firm that this person stands for by it now; undefined where nobody says so. */
export async function representedBy(deps: Deps, representationId: string, person: Account) {
  const record = await deps.store.firms.find(representationId)
  if (record?.personId !== person || representationState(record, deps.clock()) !== 'standing') return undefined
  return { account: record.firm, name: (await claimedIn(deps, record)).name }
}

/** What stood on it ends with it, and whoever acts by it now is logged out. */
async function end(deps: Deps, of: Ended, event: RepresentationEnd): Promise<void> {
  const { store, clock } = deps
  const now = clock()
  const firms = await store.firms.end(of, event, now)
  if (firms.length === 0) throw no.unknownFirm()
  for (const firm of firms) await store.mandates.fallUnrepresented(firm, now)
  await logOutActing(deps)
}

type Ended = Parameters<Deps['store']['firms']['end']>[0]

const leaveFirm =
  (deps: Deps): Verifier['leaveFirm'] =>
  async ({ representationId, ...own }) => {
    const personId = await ownPerson(deps, own, `end firm ${representationId}`)
    await end(deps, { representationId, personId }, 'leave')
    deps.log('verifier.firm.left', { representationId })
    return {}
  }

const firmsAtDesk =
  (deps: Deps): Verifier['firmsAtDesk'] =>
  async ({ session }) => {
    await reading(deps, session)
    const { store, clock } = deps
    const records = await store.firms.open(clock())
    const firms = await Promise.all(
      records.map(async (one) => {
        const claimed = await claimedIn(deps, one)
        return { ...shown(one, claimed, clock()), person: one.recorded === 'claimed' ? claimed.person : null }
      }),
    )
    return { firms }
  }

/** Of an act that needs two clerks: throws where nothing of this name waits. */
export async function mustBeClaimed({ store, clock }: Deps, representationId: string): Promise<void> {
  const record = await store.firms.find(representationId)
  if (!record || representationState(record, clock()) !== 'claimed') throw no.unknownFirm()
}

/** With what ends the proposal, all or nothing. */
export async function release(deps: Deps, representationId: string, _: string, ends: Ends): Promise<void> {
  const { store, clock, log } = deps
  const now = clock()
  const until = new Date(now.getTime() + STANDING_MS)
  if (!(await store.firms.release(representationId, now, until, ends))) throw no.unknownFirm()
  log('verifier.firm.released', { representationId })
}

const endRepresentation =
  (deps: Deps): Verifier['endRepresentation'] =>
  async ({ session, representationId, reason, joint = false }) => {
    const act = { act: 'endRepresentation', subject: representationId, reason }
    await atDesk(deps, session, 'operator', act, () => end(deps, { representationId }, joint ? 'joint' : 'end'))
    return {}
  }

const strikeFirm =
  (deps: Deps): Verifier['strikeFirm'] =>
  async ({ session, number, reason }) => {
    const firm = await firmAccount(deps.keys, number)
    const act = { act: 'strikeFirm', subject: number, reason }
    await atDesk(deps, session, 'operator', act, () => end(deps, { firm }, 'strike'))
    return {}
  }
