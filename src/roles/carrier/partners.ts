// Partners of J-LIS: who was approved by the holder gets a security domain of its own, with its load file, application and
// a rule for its app. Seed 0 蔦田. The first keys are random, and sealed until the partner has put in its own.

import { type Bytes, utf8 } from '../../base/bytes.ts'
import { seal, unseal } from '../../base/crypto.ts'
import { SW } from '../../codec/sw.ts'
import { ARA_M, deleteRules, storeRule } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import type { Dialogue } from '../../protocol/iso7816/index.ts'
import { partnerAids, partnerAppRule, partnerLoadFile } from '../../protocol/oath/index.ts'
import { asIssuer } from './bearers.ts'
import type { Carrier } from './contract.ts'
import { certifiedModel, type MnoTsmDeps, modelOf } from './mno-tsm.ts'
import { FIRST_KEY_VERSION, managementRule } from './model.ts'
import { entryOf, unless } from './sim-content.ts'

type Deps = MnoTsmDeps & { readonly proxyApp: Bytes }

export const deployPartner =
  (deps: Deps): Carrier['deployPartner'] =>
  async ({ requestingEntity, iccid, partner, app }) => {
    const model = await certifiedModel(deps, iccid, requestingEntity)
    const firstKeys = await firstKeysOf(deps, iccid, partner)
    const { securityDomain } = partnerAids(partner)
    const [sim, session] = [{ iccid, model }, asIssuer(deps)]
    const life = await session(sim, gp.AID.isd, () => createDomain(partner, deps.proxyApp))
    if (life !== gp.LIFE_CYCLE.personalized) {
      await session(sim, securityDomain, (issuer) => gp.putKeySet(issuer, FIRST_KEY_VERSION, firstKeys))
    }
    await session(sim, gp.AID.isd, ({ capacity }) => loadAndAllow(partner, app, Math.min(model.loadBlockMax, capacity)))
    deps.log('carrier.partner-deployed', { carrier: deps.id, partner })
    return { securityDomainAid: securityDomain, firstKeyVersion: FIRST_KEY_VERSION, firstKeys }
  }

export const removePartner =
  (deps: Deps): Carrier['removePartner'] =>
  async ({ requestingEntity, iccid, partner, retired }) => {
    const model = await modelOf(deps, iccid, requestingEntity)
    try {
      await asIssuer(deps)({ iccid, model }, gp.AID.isd, () => clear(partner))
    } catch (error) {
      if (!retired && (await deps.store.sim(iccid))?.status !== 'TERMINATED') throw error
    }
    await deps.store.removePartner(iccid, partner)
    deps.log('carrier.partner-removed', { carrier: deps.id, partner })
    return {}
  }

async function firstKeysOf({ id, store, keys, entropy }: Deps, iccid: string, partner: string) {
  const sealing = await keys.secret(`first-keys-${id}`, 32)
  const label = utf8(`partner keys ${iccid} ${partner}`)
  const sealed = await store.addPartner({ iccid, partner, first_keys: seal(sealing, entropy(48), label, entropy) })
  const clear = unseal(sealing, sealed, label)
  return { enc: clear.slice(0, 16), mac: clear.slice(16, 32), dek: clear.slice(32) }
}

/** Also lets the TSM proxy reach it. */
function* createDomain(partner: string, proxyApp: Bytes): Dialogue<number> {
  const { securityDomain } = partnerAids(partner)
  const there = yield* entryOf('applications', securityDomain)
  if (!there) {
    yield* gp.installForInstallAndMakeSelectable({
      loadFile: gp.AID.ssdPackage,
      module: gp.AID.ssdModule,
      aid: securityDomain,
      privileges: gp.SSD_PRIVILEGES,
    })
  }
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_EXISTS, storeRule(managementRule(securityDomain, proxyApp)))
  return there?.lifeCycle ?? gp.LIFE_CYCLE.selectable
}

function* loadAndAllow(partner: string, app: Bytes, loadBlock: number): Dialogue<void> {
  const { loadFile, aid, securityDomain } = partnerAids(partner)
  const dataBlock = partnerLoadFile(partner)
  if (!(yield* entryOf('loadFiles', loadFile))) {
    yield* gp.installForLoad({ aid: loadFile, securityDomain, dataBlock })
    yield* gp.load(dataBlock, { capacity: loadBlock })
  }
  if (!(yield* entryOf('applications', aid))) {
    yield* gp.installForInstallAndMakeSelectable({ loadFile, module: aid, aid })
  }
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_EXISTS, storeRule(partnerAppRule(partner, app)))
}

/** Rules first: nobody reaches what is about to go. */
function* clear(partner: string): Dialogue<void> {
  const { loadFile, aid, securityDomain } = partnerAids(partner)
  for (const application of [aid, securityDomain]) {
    yield* gp.installForPersonalization(ARA_M)
    yield* unless(SW.RULE_UNKNOWN, deleteRules({ application }))
  }
  if (yield* entryOf('loadFiles', loadFile)) yield* gp.deleteContent(loadFile, true)
  if (yield* entryOf('applications', securityDomain)) yield* gp.deleteContent(securityDomain)
}
