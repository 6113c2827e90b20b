// Defects for the faults to find: each is one thing that somebody might have forgotten, and that goes well as long as nothing
// goes wrong. With each, the case in which it does: the same case without the defect goes well.

import type { Bytes } from '../../../base/bytes.ts'
import type { KeyStore, Memory } from '../../../base/ports.ts'
import { no as authorityRefusals, type authorityStore } from '../../../roles/authority/index.ts'
import type { Carrier } from '../../../roles/carrier/contract.ts'
import type { CarrierStore } from '../../../roles/carrier/index.ts'
import type { SpTsmDeps } from '../../../roles/sp-tsm/index.ts'
import type { Plan } from './lives.ts'
import { stage } from './process.ts'
import type { Directed } from './run.ts'

type AuthorityStore = ReturnType<typeof authorityStore>

/** With the case that shows it. */
export type Planted = Defect & { readonly shownBy: Directed }

/** What each party has in place of the real thing. */
export interface Defect {
  readonly spTsm?: (deps: SpTsmDeps) => SpTsmDeps
  readonly carrierStore?: (store: CarrierStore) => CarrierStore
  readonly authorityStore?: (store: AuthorityStore) => AuthorityStore
  /** Of the SIM each time it gets power. */
  readonly simMemory?: (memory: Memory) => Memory
}

const authority = (deps: SpTsmDeps, other: (real: SpTsmDeps['authority']) => Partial<SpTsmDeps['authority']>) => ({
  ...deps,
  authority: behind(deps.authority, other(deps.authority)),
})
const carriers = (deps: SpTsmDeps, other: (real: Carrier) => Partial<Carrier>) => ({
  ...deps,
  carriers: Object.fromEntries(
    Object.entries(deps.carriers).map(([id, carrier]) => [id, behind(carrier, other(carrier))]),
  ),
})
/** `real`, but for these. */
const behind = <T extends object>(real: T, other: Partial<T>): T =>
  new Proxy(real, { get: (_, name) => (name in other ? other : real)[name as keyof T] })

const EXECUTED = { functionExecutionStatus: { status: 'EXECUTED_SUCCESS', statusCode: null } } as const
const executed = <R>(result: R) => ({
  ...EXECUTED,
  ...{ processingStart: new Date(0), processingEnd: new Date(0), result },
})

const life = (...happenings: Plan['happenings']): Plan => ({ ways: ['card'], happenings })
const aimed = (
  setting: Directed['setting'],
  plan: Plan,
  what: Directed['aims'][number]['what'],
  where: string,
  times = 1,
): Directed => ({ setting, plan, aims: [{ where, what, times }] })

export const DEFECTS: Readonly<Record<string, Planted>> = {
  'the authority issues anew for a request that it knows': {
    shownBy: aimed('simple', life('lost'), 'answer lost', 'issue sp-tsm→authority.issueForPhone'),
    authorityStore: (store) => {
      let asked = 0
      return {
        ...store,
        findRequest: async () => undefined,
        prepare: (draft, makeTbs) => store.prepare({ ...draft, requestKey: `${draft.requestKey}${asked++}` }, makeTbs),
      }
    },
  },
  'the way back forgets a certificate whose answer was lost': {
    shownBy: aimed('simple', life('lost'), 'answer lost', 'issue sp-tsm→authority.issueForPhone', 3),
    spTsm: (deps) =>
      authority(deps, ({ issueForPhone }) => ({
        issueForPhone: async (request) => {
          if (stage() === 'revoke') throw authorityRefusals.cardNotValid()
          return issueForPhone(request)
        },
      })),
  },
  'the SIM acknowledges a write before it is committed': {
    shownBy: aimed('simple', life('lost'), 'caller dies', ' adult→sp-tsm.confirmPin'),
    simMemory: (memory) => {
      let acknowledged: ReadonlyMap<string, Bytes | null> = new Map()
      return {
        load: () => {
          const seen = new Map(memory.load())
          for (const [name, value] of acknowledged)
            if (value) seen.set(name, value)
            else seen.delete(name)
          return seen
        },
        commit: (changes) => {
          memory.commit(acknowledged)
          acknowledged = new Map(changes)
        },
      }
    },
  },
  'keys of the domain go to the SIM before they are stored': {
    shownBy: aimed('simple', life('lost'), 'caller dies', 'hold sp-tsm→authority.revoke'),
    spTsm: (deps) => {
      const fresh = deps.entropy(16)
      const keys: KeyStore = {
        signer: (...asked) => deps.keys.signer(...asked),
        secret: async (name, length) =>
          name === 'sp-tsm-domain-master' ? fresh.slice() : deps.keys.secret(name, length),
      }
      return { ...deps, keys }
    },
  },
  'the carrier marks as told what it is about to tell': {
    shownBy: aimed(
      'simple',
      life('line not paid'),
      'not sent',
      ' carrier minato→sp-tsm.handleMobileSubscriptionStatusChangeNotification',
    ),
    carrierStore: (store) => ({
      ...store,
      noteAttempt: (callId) => store.noteDelivered(callId, new Date(0), null),
    }),
  },
  'the carrier forgets the service before the SIM is empty': {
    shownBy: aimed('simple', life('lost'), 'not sent', 'terminate carrier minato→adult.proxyOpen'),
    carrierStore: (store) => ({
      ...store,
      service: async (iccid) => {
        const found = await store.service(iccid)
        if (found && stage() === 'terminate') await store.removeService(iccid, found.service_instance)
        return found
      },
    }),
  },
  'removal does without a carrier that does not answer': {
    shownBy: aimed('simple', life('lost'), 'not sent', 'terminate sp-tsm→carrier minato.terminateService'),
    spTsm: (deps) =>
      carriers(deps, ({ terminateService }) => ({
        terminateService: (asked) => terminateService(asked).catch(() => executed({})),
      })),
  },
  'receipts that do not reach the carrier are not brought again': {
    shownBy: aimed('delegated', life('lost'), 'not sent', 'load sp-tsm→carrier aozora.verifyDMReceipt'),
    spTsm: (deps) =>
      carriers(deps, ({ verifyDMReceipt }) => ({
        verifyDMReceipt: (asked) => verifyDMReceipt(asked).catch(() => executed({ valid: true })),
      })),
  },
  'an end of the hold that does not arrive is believed': {
    shownBy: aimed('simple', life('lost and found'), 'not sent', 'release sp-tsm→authority.resume'),
    spTsm: (deps) =>
      authority(deps, ({ resume }) => ({
        resume: (asked) => resume(asked).catch(() => ({})),
      })),
  },
  'the authority is not told again to forget a key': {
    shownBy: aimed('simple, key of the authority', life('lost'), 'not sent', 'issue sp-tsm→authority.confirmKey'),
    spTsm: (deps) =>
      authority(deps, ({ confirmKey }) => ({
        confirmKey: (asked) => confirmKey(asked).catch(() => ({})),
      })),
  },
  'the old certificate of a renewal is revoked once or not at all': {
    shownBy: aimed('simple', life('renewal'), 'not sent', 'revokeOld sp-tsm→authority.revoke'),
    spTsm: (deps) =>
      authority(deps, ({ revoke }) => ({
        revoke: (asked) =>
          revoke(asked).catch((error) => {
            if (asked.reason !== 'superseded') throw error
            return { revokedAt: new Date(0), reason: asked.reason }
          }),
      })),
  },
  'nobody goes on with what a dead process has left': {
    shownBy: aimed('simple', life('lost'), 'caller dies', 'deploy sp-tsm→carrier minato.deployService'),
    spTsm: (deps) => ({ ...deps, store: { ...deps.store, inStates: async () => [] } }),
  },
}
