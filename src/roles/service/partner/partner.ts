// A service with an application of its own in the SIM: asks, takes its domain over with keys that follow from its master,
// puts in the key of the passwords, and checks passwords. Seed 0 蔦田: no access code by mail, one PIN.

import { type Bytes, concat, utf8 } from '../../../base/bytes.ts'
import { equalSecret, hmacSha256 } from '../../../base/crypto.ts'
import type { Entropy, KeyStore } from '../../../base/ports.ts'
import { Refusal } from '../../../base/refusal.ts'
import { run } from '../../../protocol/iso7816/index.ts'
import { enrol, hotp } from '../../../protocol/oath/index.ts'
import type { SpTsm } from '../../sp-tsm/contract.ts'
import { no } from '../refusals.ts'
import type { MemberStore } from './store.ts'

export interface PartnerDeps {
  readonly partner: string
  /** Shown to the holder. */
  readonly name: string
  /** SHA-256 of the certificate that signed its app. */
  readonly app: Bytes
  readonly spTsm: Pick<
    SpTsm,
    'offerPartner' | 'partnerKeys' | 'beginPartner' | 'sendPartner' | 'endPartner' | 'removePartner'
  >
  readonly keys: KeyStore
  readonly entropy: Entropy
  readonly store: MemberStore
}

const OWN_KEY_VERSION = 0x41
/** Passwords that were made and never sent. RFC 4226 §7.4. */
const LOOK_AHEAD = 10
/** In a row. RFC 4226 §7.3. */
const WRONG_PASSWORDS = 5

/** `approved`: the application is in the SIM, without a key of the service yet. */
export type Membership = 'none' | 'offered' | 'approved' | 'member'
export type PartnerService = ReturnType<typeof partnerService>

export function partnerService({ partner, name, app, spTsm, keys, entropy, store }: PartnerDeps) {
  const derived = async (use: string, requestId: string): Promise<Bytes> =>
    hmacSha256(await keys.secret(`partner-${partner}`, 32), utf8(`${use} ${requestId}`))
  const enrolment = async (requestId: string) => {
    const { firstKeyVersion, firstKeys } = await spTsm.partnerKeys({ requestId, partner })
    const set = concat(await derived('domain', requestId), await derived('domain dek', requestId))
    const own = { enc: set.slice(0, 16), mac: set.slice(16, 32), dek: set.slice(32, 48) }
    return {
      partner,
      first: { keyVersion: firstKeyVersion, keys: firstKeys },
      own: { keyVersion: OWN_KEY_VERSION, keys: own },
      key: await derived('passwords', requestId),
      entropy,
    }
  }
  const stateOf = async (requestId: string): Promise<Membership> => {
    try {
      await spTsm.partnerKeys({ requestId, partner })
    } catch (error) {
      if (!(error instanceof Refusal) || error.status >= 500) throw error
      if (error.code === 'sp-tsm/partnerNotApproved' && error.detail.state === 'offered') return 'offered'
      await store.removeMember(requestId)
      return 'none'
    }
    return (await store.nextCount(requestId)) === undefined ? 'approved' : 'member'
  }
  const personalised = async (requestId: string): Promise<void> => {
    const asked = { requestId, partner }
    const order = await enrolment(requestId)
    const { conversationId } = await spTsm.beginPartner(asked)
    const transmit = async (command: Bytes) => {
      const { responses } = await spTsm.sendPartner({ ...asked, conversationId, commands: [command] })
      if (!responses[0]) throw new Error('the SIM gave no response')
      return responses[0]
    }
    try {
      await run({ transmit }, enrol(order))
    } finally {
      await spTsm.endPartner({ ...asked, conversationId })
    }
    await store.addMember(requestId)
  }
  const running = new Map<string, Promise<void>>()
  return {
    /** As J-LIS has it now: the holder may have taken the application out of the SIM. */
    state: stateOf,
    /** Begins; the person opens the request on the phone. */
    offer: () => spTsm.offerPartner({ partner, name, app }),
    /** After the approval; broken off it is done again. */
    personalise: (requestId: string): Promise<void> => {
      const now = running.get(requestId) ?? personalised(requestId).finally(() => running.delete(requestId))
      running.set(requestId, now)
      return now
    },
    /** Each password once, and none before one that was taken. */
    check: async (requestId: string, password: string): Promise<void> => {
      if ((await stateOf(requestId)) !== 'member') throw no.noMember()
      const next = await store.nextCount(requestId)
      if (next === undefined) throw no.noMember()
      if (!(await store.spendTry(requestId, WRONG_PASSWORDS))) throw no.passwordsUsedUp()
      const key = await derived('passwords', requestId)
      const counts = Array.from({ length: LOOK_AHEAD }, (_, ahead) => next + ahead)
      const at = counts.find((count) => equalSecret(utf8(hotp(key, BigInt(count))), utf8(password)))
      if (at === undefined || !(await store.takeCount(requestId, next, at + 1))) throw no.wrongPassword()
    },
    remove: async (requestId: string): Promise<void> => {
      await spTsm.removePartner({ requestId })
      await store.removeMember(requestId)
    },
  }
}
