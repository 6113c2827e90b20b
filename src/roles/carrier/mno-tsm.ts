// MNO-TSM: puts J-LIS's security domain and, in simple mode, the JPKI applet into a SIM, and takes them out. In delegated
// and authorised mode J-LIS loads. GPC v2.3.1 §9.1.3. Looks first, so that every step may be repeated.

import { type Bytes, equal, utf8 } from '../../base/bytes.ts'
import { seal, unseal } from '../../base/crypto.ts'
import type { Log } from '../../base/ports.ts'
import { decodeCap } from '../../codec/cap.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { Warned } from '../../protocol/tsm-messaging/calls.ts'
import { asIssuer, type BearerDeps } from './bearers.ts'
import type { Carrier, ManagementMode } from './contract.ts'
import { FIRST_KEY_VERSION, type SimModel, type SimModels } from './model.ts'
import { no } from './refusals.ts'
import { allow, clear, createDomain, listed, loadApplet, setLocked, upgradeApplet } from './sim-content.ts'
import type { ServiceRow } from './store.ts'

export interface MnoTsmDeps extends BearerDeps {
  /** Of what is deployed from now on. */
  readonly mode: ManagementMode
  readonly loadFile: Bytes
  readonly models: SimModels
  readonly log: Log
}

/** What a function does, apart from how calls are answered. */
export type Work<N extends keyof Carrier> = (
  input: Parameters<Carrier[N]>[0],
) => Promise<ResultOf<N> | Warned<ResultOf<N>>>
type ResultOf<N extends keyof Carrier> = NonNullable<
  Extract<Awaited<ReturnType<Carrier[N]>>, { result: unknown }>['result']
>

/** DeployService. */
export const deployService =
  (deps: MnoTsmDeps): Work<'deployService'> =>
  async ({ serviceInstance, iccid, uiApp, requestingEntity }) => {
    const model = await certifiedModel(deps, iccid, requestingEntity)
    const { firstKeys, added, state, mode } = await firstKeysOf(deps, iccid, serviceInstance)
    const [sim, session] = [{ iccid, model }, asIssuer(deps)]
    // A domain that the records do not know of is a stranger's: it goes before ours comes.
    if (added) await session(sim, gp.AID.isd, () => clear(deps.loadFile))
    const domainLife = await session(sim, gp.AID.isd, () => createDomain(mode))
    if (domainLife !== gp.LIFE_CYCLE.personalized) {
      await session(sim, JPKI.securityDomain, (issuer) => gp.putKeySet(issuer, FIRST_KEY_VERSION, firstKeys))
    }
    if (mode === 'SIMPLE')
      await session(sim, gp.AID.isd, ({ capacity }) =>
        loadApplet(deps.loadFile, Math.min(model.loadBlockMax, capacity)),
      )
    await session(sim, gp.AID.isd, () => allow(uiApp))
    // Whoever loads with tokens has to bring receipts.
    if (state === 'deploying' && mode !== 'DELEGATED') await deps.store.setServiceState(iccid, 'deployed')
    deps.log('carrier.deployed', { carrier: deps.id, serviceInstance })
    return {
      mode,
      loadBlockMax: model.loadBlockMax,
      securityDomainAid: JPKI.securityDomain,
      appletAid: JPKI.aid,
      firstKeyVersion: FIRST_KEY_VERSION,
      firstKeys,
      keyGeneration: [...model.keyGeneration],
    }
  }

/** SuspendOrResumeService: the applet cannot be selected while it is locked; what is in it stays. */
export const suspendOrResumeService =
  (deps: MnoTsmDeps): Work<'suspendOrResumeService'> =>
  async ({ serviceInstance, iccid, requestingEntity, suspend }) => {
    const model = await modelOf(deps, iccid, requestingEntity)
    await servedFor(deps, iccid, serviceInstance)
    const state = suspend ? 'suspended' : 'deployed'
    await asIssuer(deps)({ iccid, model }, gp.AID.isd, () => setLocked(suspend), 'state')
    await deps.store.setServiceState(iccid, state)
    deps.log('carrier.service', { carrier: deps.id, serviceInstance, state })
    return { state }
  }

/** GetApplicationOrELFStatus. */
export const getApplicationOrELFStatus =
  (deps: MnoTsmDeps): Carrier['getApplicationOrELFStatus'] =>
  async ({ requestingEntity, iccid }) => {
    const model = await modelOf(deps, iccid, requestingEntity)
    const entries = await asIssuer(deps)({ iccid, model }, gp.AID.isd, listed)
    return {
      entries: entries.map(({ aid, lifeCycle, version }) => ({
        aid,
        lifeCycle,
        version: version ? version.join('.') : null,
      })),
    }
  }

/** UpgradeService: of J-LIS's package and no other. */
export const upgradeService =
  (deps: MnoTsmDeps): Work<'upgradeService'> =>
  async ({ serviceInstance, iccid, requestingEntity, loadFile }) => {
    const model = await certifiedModel(deps, iccid, requestingEntity)
    await servedFor(deps, iccid, serviceInstance)
    const { aid, major, minor } = decodeCap(loadFile)
    if (!equal(aid, JPKI.loadFile)) throw no.notOurPackage()
    await asIssuer(deps)({ iccid, model }, gp.AID.isd, ({ capacity }) =>
      upgradeApplet(loadFile, Math.min(model.loadBlockMax, capacity)),
    )
    const version = `${major}.${minor}`
    deps.log('carrier.upgraded', { carrier: deps.id, serviceInstance, version })
    return { version }
  }

/** TerminateService: also after half a deployment. The record goes last. */
export const terminateService =
  (deps: MnoTsmDeps): Work<'terminateService'> =>
  async ({ serviceInstance, iccid, requestingEntity, retired }) => {
    // Also from a model whose certification was withdrawn since: there above all.
    const model = await modelOf(deps, iccid, requestingEntity)
    const service = await deps.store.service(iccid)
    if (service?.service_instance !== serviceInstance) return new Warned({}, no.noService({ iccid }))
    const cleared = await clearSim(deps, iccid, model, retired)
    await deps.store.removeService(iccid, serviceInstance)
    deps.log('carrier.terminated', { carrier: deps.id, serviceInstance, cleared })
    return cleared ? {} : new Warned({}, no.simUnreachable({ iccid }))
  }

/** False when the SIM, which no line has any more, cannot be reached; one that a line has is tried again. */
async function clearSim(deps: MnoTsmDeps, iccid: string, model: SimModel, retired = false): Promise<boolean> {
  try {
    await asIssuer(deps)({ iccid, model }, gp.AID.isd, () => clear(deps.loadFile))
    return true
  } catch (error) {
    if (!retired && (await deps.store.sim(iccid))?.status !== 'TERMINATED') throw error
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

export async function certifiedModel(stock: Stock, iccid: string, requestingEntity: string): Promise<SimModel> {
  const model = await modelOf(stock, iccid, requestingEntity)
  if (!model.jpkiCertified) throw no.simNotCertified({ iccid })
  if ((await stock.store.sim(iccid))?.status === 'TERMINATED') throw no.simRetired({ iccid })
  return model
}

export async function servedFor({ store }: Stock, iccid: string, serviceInstance: string): Promise<ServiceRow> {
  const service = await store.service(iccid)
  if (service?.service_instance !== serviceInstance) throw no.noService({ iccid })
  return service
}

/** Random per domain; written down, sealed, before the SIM hears of them. */
async function firstKeysOf({ id, store, keys, entropy, mode }: MnoTsmDeps, iccid: string, serviceInstance: string) {
  const sealing = await keys.secret(`first-keys-${id}`, 32)
  const label = utf8(`first keys ${iccid} ${serviceInstance}`)
  const fresh = seal(sealing, entropy(48), label, entropy)
  const { row, added } = await store.addService({
    iccid,
    service_instance: serviceInstance,
    first_keys: fresh,
    state: 'deploying',
    mode,
  })
  if (row.service_instance !== serviceInstance || !row.first_keys) throw no.otherInstance({ iccid })
  const clear = unseal(sealing, row.first_keys, label)
  const firstKeys = { enc: clear.slice(0, 16), mac: clear.slice(16, 32), dek: clear.slice(32) }
  return { firstKeys, added, state: row.state, mode: row.mode }
}
