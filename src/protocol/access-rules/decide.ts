// The decision of the handset's access control enforcer: what may this app do with this application of the card?
// SEAC; order of the search and cases of conflict observed: AOSP SecureElement (AccessRuleCache).

import { type Bytes, equal } from '../../base/bytes.ts'
import { sha1, sha256 } from '../../base/crypto.ts'
import type { AccessRule, ApduFilter, ReferencedRule, RuleReference } from '../../codec/access-rules.ts'

export type ApduAccess = NonNullable<AccessRule['apdu']>
/** The application that is to be opened. `default` is the one selected without a name. */
export type Target = Bytes | 'default'

/** Who asks: the SHA-1 and SHA-256 of each certificate that signed the app, and the package that it is. */
export interface DeviceApp {
  readonly name: string
  readonly ids: readonly Bytes[]
}

export interface Decision {
  readonly apdu: ApduAccess
  readonly nfc: 'never' | 'always'
  /** Which step of the search decided: for people who ask why. */
  readonly because: 'own rule' | 'rules for others' | 'rule for all apps' | 'rule for all applications' | 'no rule'
}

const denied = (because: Decision['because']): Decision => ({ apdu: 'never', nfc: 'never', because })

/** From the narrowest rule to the widest; where a rule names other apps for the same target, there is no wider one. */
export function decideAccess(rules: readonly ReferencedRule[], app: DeviceApp, target: Target): Decision {
  const forApp = rules.filter(({ reference }) => isFor(reference, app))
  const forAll = rules.filter(({ reference }) => reference.caller === 'all' && mayBePackage(reference, app))
  const others = (application: RuleReference['application']) =>
    rules.some(({ reference }) => reference.caller !== 'all' && same(reference.application, application))
  const STEPS = [
    [forApp, target, 'own rule'],
    [forAll, target, 'rule for all apps'],
    [forApp, 'all', 'rule for all applications'],
    [forAll, 'all', 'rule for all applications'],
  ] as const
  for (const [candidates, application, because] of STEPS) {
    const found = candidates.filter(({ reference }) => same(reference.application, application))
    if (found.length > 0)
      return merged(
        found.map(({ rule }) => rule),
        because,
      )
    if (candidates === forApp && others(application)) return denied('rules for others')
  }
  return denied('no rule')
}

const isFor = (reference: RuleReference, app: DeviceApp): boolean =>
  reference.caller !== 'all' && holds(app.ids, reference.caller) && mayBePackage(reference, app)

const holds = (ids: readonly Bytes[], caller: Bytes): boolean => ids.some((id) => equal(id, caller))

const mayBePackage = (reference: RuleReference, app: DeviceApp): boolean =>
  reference.packageName === undefined || reference.packageName === app.name

const same = (a: RuleReference['application'], b: RuleReference['application']): boolean =>
  typeof a === 'object' && typeof b === 'object' ? equal(a, b) : a === b

/** NEVER outweighs filters, these outweigh ALWAYS, and filters add up; what no rule says about APDUs is NEVER. */
function merged(rules: readonly AccessRule[], because: Decision['because']): Decision {
  const apdu = rules.map((one) => one.apdu).filter((one) => one !== undefined)
  const nfc = rules.map((one) => one.nfc).filter((one) => one !== undefined)
  const decided = mergedApdu(apdu)
  return {
    apdu: decided,
    nfc: nfc.includes('never') ? 'never' : nfc.length > 0 ? 'always' : decided === 'never' ? 'never' : 'always',
    because,
  }
}

function mergedApdu(said: readonly ApduAccess[]): ApduAccess {
  const filters = said.filter((one) => typeof one === 'object').flat()
  if (said.length === 0 || said.includes('never')) return 'never'
  return filters.length > 0 ? filters : 'always'
}

/** Whether the decision lets this C-APDU through. `header` is CLA INS P1 P2, the channel taken out of CLA. */
export function permits({ apdu }: Pick<Decision, 'apdu'>, header: Bytes): boolean {
  if (typeof apdu === 'string') return apdu === 'always'
  return apdu.some((filter) => passes(filter, header))
}

const passes = ({ header, mask }: ApduFilter, given: Bytes): boolean =>
  header.every((byte, i) => (given[i]! & mask[i]!) === byte)

/** The app as the handset names it: by package and by both hashes of each certificate that signed it. */
export const deviceApp = (name: string, certificates: readonly Bytes[]): DeviceApp => ({
  name,
  ids: certificates.flatMap((certificate) => [sha1(certificate), sha256(certificate)]),
})
