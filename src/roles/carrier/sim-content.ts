// What is said to a SIM as its issuer: domain, applet and rules come, are locked and go. Each looks first.
// GPC v2.3.1 §9.3, §11. Run it in a session with the issuer security domain.

import { type Bytes, equal } from '../../base/bytes.ts'
import { decodeCap } from '../../codec/cap.ts'
import { SW } from '../../codec/sw.ts'
import { ARA_M, deleteRules, storeRule } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import { CardRefused, type Dialogue } from '../../protocol/iso7816/index.ts'
import { JPKI, uiAppRule } from '../../protocol/jpki-ap/index.ts'
import type { ManagementMode } from './contract.ts'
import { no } from './refusals.ts'

/** Undefined where the registry has none. */
export function* entryOf(scope: 'applications' | 'loadFiles', aid: Bytes): Dialogue<gp.RegistryEntry | undefined> {
  return (yield* gp.getStatus(scope, { prefix: aid })).find((entry) => equal(entry.aid, aid))
}

/** What J-LIS's domain may do by the mode; it is a domain always. GPC v2.3.1 §9.1.3, Table 6-1. */
const PRIVILEGES: Record<ManagementMode, number> = {
  SIMPLE: gp.SSD_PRIVILEGES,
  DELEGATED: gp.SSD_PRIVILEGES | gp.PRIVILEGE.delegatedManagement,
  AUTHORIZED: gp.SSD_PRIVILEGES | gp.PRIVILEGE.authorizedManagement,
}

/** Creates the domain if it is missing; its life-cycle state after that. */
export function* createDomain(mode: ManagementMode): Dialogue<number> {
  const there = yield* entryOf('applications', JPKI.securityDomain)
  if (there) return there.lifeCycle
  yield* gp.installForInstallAndMakeSelectable({
    loadFile: gp.AID.ssdPackage,
    module: gp.AID.ssdModule,
    aid: JPKI.securityDomain,
    privileges: PRIVILEGES[mode],
  })
  return gp.LIFE_CYCLE.selectable
}

/** A load that broke off left nothing in the registry (GPC v2.3.1 §9.3.5): it begins again. */
export function* loadApplet(dataBlock: Bytes, loadBlock: number): Dialogue<void> {
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

/** A version that is there is left as it is. */
export function* upgradeApplet(dataBlock: Bytes, loadBlock: number): Dialogue<void> {
  const { aid, major, minor } = decodeCap(dataBlock)
  const there = yield* entryOf('loadFiles', aid)
  if (!there) throw no.noService()
  if (there.version && equal(there.version, Uint8Array.of(major, minor))) return
  yield* gp.upgradeElf({ aid, securityDomain: JPKI.securityDomain, dataBlock, capacity: loadBlock })
}

/** The same again is no error, whatever state the card says it is in. */
export function* setLocked(locked: boolean): Dialogue<void> {
  const applet = yield* entryOf('applications', JPKI.aid)
  if (!applet) throw no.noService()
  if (((applet.lifeCycle & gp.LOCKED) !== 0) !== locked) yield* gp.setLocked(JPKI.aid, locked)
}

/** The rule that lets the UI app of J-LIS reach the applet; the same again is no error. */
export function* allow(uiApp: Bytes): Dialogue<void> {
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_EXISTS, storeRule(uiAppRule(uiApp)))
}

/** The card's no of this kind is a yes: it is so already. */
export function* unless({ sw }: { sw: number }, inner: Dialogue<void>): Dialogue<void> {
  try {
    yield* inner
  } catch (error) {
    if (!(error instanceof CardRefused) || error.sw !== sw) throw error
  }
}

/** Rules first: nobody reaches what is about to go. Then the applet with its load file, then the domain. */
export function* clear(dataBlock: Bytes): Dialogue<void> {
  yield* gp.installForPersonalization(ARA_M)
  yield* unless(SW.RULE_UNKNOWN, deleteRules({ application: JPKI.aid }))
  const { aid } = decodeCap(dataBlock)
  if (yield* entryOf('loadFiles', aid)) yield* gp.deleteContent(aid, true)
  if (yield* entryOf('applications', JPKI.securityDomain)) yield* gp.deleteContent(JPKI.securityDomain)
}

/** Applications and load files. */
export function* listed(): Dialogue<gp.RegistryEntry[]> {
  return [...(yield* gp.getStatus('applications')), ...(yield* gp.getStatus('loadFiles'))]
}
