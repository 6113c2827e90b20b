// MNO-TSM: puts J-LIS's security domain and the JPKI applet into a SIM, and takes them out. Simple mode of
// GPC v2.3.1 §9.1.3: the carrier manages content, J-LIS personalises. Looks first, so that every step may be repeated.

import { type Bytes, equal, utf8 } from '../../base/bytes.ts'
import { seal, unseal } from '../../base/crypto.ts'
import type { Entropy, KeyStore, Log } from '../../base/ports.ts'
import { decodeCap } from '../../codec/cap.ts'
import { SW } from '../../codec/sw.ts'
import { ARA_M, deleteRules, storeRule } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue, run } from '../../protocol/iso7816/index.ts'
import { JPKI, uiAppRule } from '../../protocol/jpki-ap/index.ts'
import { Warned } from '../../protocol/tsm-messaging/calls.ts'
import type { Carrier } from './contract.ts'
import { FIRST_KEY_VERSION, openDomain, type SimModel, type SimModels, simKeys } from './model.ts'
import { inChannel, type ProxyOf } from './proxy.ts'
import { no } from './refusals.ts'
import type { CarrierStore } from './store.ts'

export interface MnoTsmDeps {
  readonly id: string
  readonly store: CarrierStore
  readonly entropy: Entropy
  readonly keys: KeyStore
  readonly loadFile: Bytes
  readonly models: SimModels
  readonly proxyOf: ProxyOf
  readonly log: Log
}

/** Master key of this carrier's SIMs of one key length in its key store; the world asks for it too, to make the SIMs. */
export const simMaster = (keys: KeyStore, id: string, { keyLength }: Pick<SimModel, 'keyLength'>): Promise<Bytes> =>
  keys.secret(keyLength === 16 ? `sim-master-${id}` : `sim-master-${id}-${8 * keyLength}`, keyLength)

/** One session with the SIM, under the keys of its issuer security domain, in the domain `aid`. */
const inDomain =
  ({ id, keys, entropy, proxyOf }: MnoTsmDeps) =>
  async <T>(
    iccid: string,
    model: SimModel,
    aid: Bytes,
    inner: (channel: gp.SecureChannel) => Dialogue<T>,
  ): Promise<T> => {
    const issuerKeys = simKeys(await simMaster(keys, id, model), iccid, model)
    function* dialogue(): Dialogue<T> {
      const channel = yield* openDomain(model, { keys: issuerKeys, entropy, aid })
      return yield* gp.secured(channel, inner(channel))
    }
    return inChannel(proxyOf, iccid, aid, (link) => run(link, dialogue()))
  }

type Call<N extends 'deployService' | 'suspendOrResumeService' | 'terminateService'> = (
  input: Parameters<Carrier[N]>[0],
) => Promise<ResultOf<N> | Warned<ResultOf<N>>>
type ResultOf<N extends keyof Carrier> = NonNullable<
  Extract<Awaited<ReturnType<Carrier[N]>>, { result: unknown }>['result']
>

/** DeployService. */
export const deployService =
  (deps: MnoTsmDeps): Call<'deployService'> =>
  async ({ serviceInstance, iccid, uiApp, requestingEntity }) => {
    const model = await certifiedModel(deps, iccid, requestingEntity)
    const { firstKeys, added, state } = await firstKeysOf(deps, iccid, serviceInstance)
    const session = inDomain(deps)
    // A domain that the records do not know of is a stranger's: it goes before ours comes.
    if (added) await session(iccid, model, gp.AID.isd, () => clear(deps.loadFile))
    const domainLife = await session(iccid, model, gp.AID.isd, createDomain)
    if (domainLife !== gp.LIFE_CYCLE.personalized) {
      await session(iccid, model, JPKI.securityDomain, (channel) => gp.putKeySet(channel, FIRST_KEY_VERSION, firstKeys))
    }
    await session(iccid, model, gp.AID.isd, ({ session: { capacity } }) =>
      loadApplet(deps.loadFile, Math.min(model.loadBlockMax, capacity)),
    )
    await session(iccid, model, gp.AID.isd, () => allow(uiApp))
    if (state === 'deploying') await deps.store.setServiceState(iccid, 'deployed')
    deps.log('carrier.deployed', { carrier: deps.id, serviceInstance })
    return {
      mode: 'SIMPLE',
      securityDomainAid: JPKI.securityDomain,
      appletAid: JPKI.aid,
      firstKeyVersion: FIRST_KEY_VERSION,
      firstKeys,
      keyGeneration: [...model.keyGeneration],
    }
  }

/** SuspendOrResumeService: the applet cannot be selected while it is locked; what is in it stays. */
export const suspendOrResumeService =
  (deps: MnoTsmDeps): Call<'suspendOrResumeService'> =>
  async ({ serviceInstance, iccid, requestingEntity, suspend }) => {
    const model = await modelOf(deps, iccid, requestingEntity)
    await servedFor(deps, iccid, serviceInstance)
    const state = suspend ? 'suspended' : 'deployed'
    await inDomain(deps)(iccid, model, gp.AID.isd, () => setLocked(suspend))
    await deps.store.setServiceState(iccid, state)
    deps.log('carrier.service', { carrier: deps.id, serviceInstance, state })
    return { state }
  }

/** TerminateService: also after half a deployment. The record goes last. */
export const terminateService =
  (deps: MnoTsmDeps): Call<'terminateService'> =>
  async ({ serviceInstance, iccid, requestingEntity }) => {
    // Also from a model whose certification was withdrawn since: there above all.
    const model = await modelOf(deps, iccid, requestingEntity)
    const service = await deps.store.service(iccid)
    if (service?.service_instance !== serviceInstance) return new Warned({}, no.noService({ iccid }))
    const cleared = await clearSim(deps, iccid, model)
    await deps.store.removeService(iccid, serviceInstance)
    deps.log('carrier.terminated', { carrier: deps.id, serviceInstance, cleared })
    return cleared ? {} : new Warned({}, no.simUnreachable({ iccid }))
  }

/** False when the SIM, which no line has any more, cannot be reached; one that a line has is tried again. */
async function clearSim(deps: MnoTsmDeps, iccid: string, model: SimModel): Promise<boolean> {
  try {
    await inDomain(deps)(iccid, model, gp.AID.isd, () => clear(deps.loadFile))
    return true
  } catch (error) {
    if ((await deps.store.sim(iccid))?.status !== 'TERMINATED') throw error
    return false
  }
}

type Stock = Pick<MnoTsmDeps, 'store' | 'models'>

/** The model of a SIM that this one may ask for: SIMs of an MVNO are reached through that MVNO, and no others by it. */
export async function modelOf({ store, models }: Stock, iccid: string, requestingEntity: string): Promise<SimModel> {
  const sim = await store.sim(iccid)
  const asker = requestingEntity === SP_TSM ? null : requestingEntity
  if (!sim || sim.holder !== asker) throw no.unknownSim({ iccid })
  const model = models[sim.model]
  if (!model) throw no.unknownSimModel({ simModel: sim.model })
  return model
}

const SP_TSM = 'sp-tsm'

async function certifiedModel(stock: Stock, iccid: string, requestingEntity: string): Promise<SimModel> {
  const model = await modelOf(stock, iccid, requestingEntity)
  if (!model.jpkiCertified) throw no.simNotCertified({ iccid })
  if ((await stock.store.sim(iccid))?.status === 'TERMINATED') throw no.simRetired({ iccid })
  return model
}

async function servedFor({ store }: Stock, iccid: string, serviceInstance: string): Promise<void> {
  if ((await store.service(iccid))?.service_instance !== serviceInstance) throw no.noService({ iccid })
}

/** Random per domain; written down, sealed, before the SIM hears of them. */
async function firstKeysOf({ id, store, keys, entropy }: MnoTsmDeps, iccid: string, serviceInstance: string) {
  const sealing = await keys.secret(`first-keys-${id}`, 32)
  const label = utf8(`first keys ${iccid} ${serviceInstance}`)
  const fresh = seal(sealing, entropy(48), label, entropy)
  const { row, added } = await store.addService({
    iccid,
    service_instance: serviceInstance,
    first_keys: fresh,
    state: 'deploying',
  })
  if (row.service_instance !== serviceInstance || !row.first_keys) throw no.otherInstance({ iccid })
  const clear = unseal(sealing, row.first_keys, label)
  const firstKeys = { enc: clear.slice(0, 16), mac: clear.slice(16, 32), dek: clear.slice(32) }
  return { firstKeys, added, state: row.state }
}

function* entryOf(scope: 'applications' | 'loadFiles', aid: Bytes): Dialogue<gp.RegistryEntry | undefined> {
  return (yield* gp.getStatus(scope, { prefix: aid })).find((entry) => equal(entry.aid, aid))
}

/** Creates the domain if it is missing; its life-cycle state after that. */
function* createDomain(): Dialogue<number> {
  const there = yield* entryOf('applications', JPKI.securityDomain)
  if (there) return there.lifeCycle
  yield* gp.installForInstallAndMakeSelectable({
    loadFile: gp.AID.ssdPackage,
    module: gp.AID.ssdModule,
    aid: JPKI.securityDomain,
    privileges: gp.SSD_PRIVILEGES,
  })
  return gp.LIFE_CYCLE.selectable
}

/** A load that broke off left nothing in the registry (GPC v2.3.1 §9.3.5): it begins again. */
function* loadApplet(dataBlock: Bytes, loadBlock: number): Dialogue<void> {
  const cap = decodeCap(dataBlock)
  const [module] = cap.applets
  if (!module) throw new Error('the load file holds no applet')
  if (!(yield* entryOf('loadFiles', cap.aid))) {
    yield* gp.installForLoad({ aid: cap.aid, securityDomain: JPKI.securityDomain, dataBlock })
    yield* gp.load(dataBlock, { capacity: loadBlock })
  }
  if (yield* entryOf('applications', JPKI.aid)) return
  yield* gp.installForInstallAndMakeSelectable({ loadFile: cap.aid, module: module.aid, aid: JPKI.aid })
}

/** The same again is no error, whatever state the card says it is in. */
function* setLocked(locked: boolean): Dialogue<void> {
  const applet = yield* entryOf('applications', JPKI.aid)
  if (!applet) throw no.noService()
  if (((applet.lifeCycle & gp.LOCKED) !== 0) !== locked) yield* gp.setLocked(JPKI.aid, locked)
}

/** The rule that lets the UI app of J-LIS reach the applet; the same again is no error. */
function* allow(uiApp: Bytes): Dialogue<void> {
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_EXISTS, storeRule(uiAppRule(uiApp)))
}

function* unless({ sw }: { sw: number }, inner: Dialogue<void>): Dialogue<void> {
  try {
    yield* inner
  } catch (error) {
    if (!(error instanceof CardRefused) || error.sw !== sw) throw error
  }
}

/** Rules first: nobody reaches what is about to go. Then the applet with its load file, then the domain. */
function* clear(dataBlock: Bytes): Dialogue<void> {
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_UNKNOWN, deleteRules({ application: JPKI.aid }))
  const { aid } = decodeCap(dataBlock)
  if (yield* entryOf('loadFiles', aid)) yield* gp.deleteContent(aid, true)
  if (yield* entryOf('applications', JPKI.securityDomain)) yield* gp.deleteContent(JPKI.securityDomain)
}
