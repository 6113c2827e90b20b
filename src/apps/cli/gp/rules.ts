// `kazasu gp rules list | add | delete`: which app on the handset may reach which application of the card.

import { X509Certificate } from 'node:crypto'
import { type Bytes, fromLatin1, hex } from '../../../base/bytes.ts'
import { sha1 } from '../../../base/crypto.ts'
import * as rules from '../../../protocol/access-rules/index.ts'
import * as gp from '../../../protocol/globalplatform/index.ts'
import type { Dialogue } from '../../../protocol/iso7816/index.ts'
import { aidBytes, fileBytes, type GpOptions, hexBytes } from './options.ts'
import { no } from './refusals.ts'
import { confirm } from './terminal.ts'
import { say, sayJson, upper, withCard } from './with-card.ts'

export interface RuleOptions extends GpOptions {
  readonly app?: string
  readonly certificate?: string
  readonly hash?: string
  readonly packageName?: string
  readonly apdu?: readonly string[]
  readonly nfc?: 'never' | 'always'
  readonly carrierPrivileges?: string
  readonly all?: boolean
}

export const listRules = (options: GpOptions): Promise<number> =>
  withCard(options, async (card) => {
    await card.run(rules.selectRules())
    const found = await card.run(rules.allRules())
    if (options.json) sayJson(found)
    else say(...(found.length === 0 ? ['no rules: no app may reach the card'] : found.map(line)))
    return 0
  })

export const addRule = (options: RuleOptions): Promise<number> => {
  const rule = { reference: referenceOf(options), rule: accessOf(options) }
  return withCard(options, async (card) => {
    await card.secure(() => changed(rules.storeRule(rule)))
    if (options.json) sayJson(rule)
    else say(`added: ${line(rule)}`)
    return 0
  })
}

export async function deleteRules(options: RuleOptions): Promise<number> {
  const narrow = options.certificate !== undefined || options.hash !== undefined
  if (options.all === (options.app !== undefined)) throw no['bad-option']({ wanted: '--app or --all' })
  const what: rules.Deletion = options.all
    ? { all: true }
    : narrow
      ? { reference: referenceOf(options) }
      : { application: applicationOf(options.app!) }
  if (options.all && !options.dryRun)
    await confirm('All rules will be deleted; no app reaches the card then', options.yes)
  return withCard(options, async (card) => {
    await card.secure(() => changed(rules.deleteRules(what)))
    if (options.json) sayJson({ deleted: what })
    else say('deleted')
    return 0
  })
}

/** Through the security domain that the rule application belongs to. */
function* changed(change: Dialogue<void>): Dialogue<void> {
  yield* gp.installForPersonalization(rules.ARA_M)
  yield* change
}

const applicationOf = (text: string): Bytes | 'all' | 'default' =>
  text === 'all' || text === 'default' ? text : aidBytes(text)

function referenceOf({ app = 'all', certificate, hash, packageName }: RuleOptions): rules.RuleReference {
  const caller = certificate === undefined ? hash && hexBytes(hash, 'hash') : fingerprint(certificate)
  if (caller && ![20, 32].includes(caller.length))
    throw no['bad-option']({ hash: hash ?? '', wanted: '20 or 32 bytes' })
  return { application: applicationOf(app), caller: caller || 'all', ...(packageName !== undefined && { packageName }) }
}

function fingerprint(path: string): Bytes {
  const content = fileBytes(path)
  try {
    return sha1(
      new Uint8Array(new X509Certificate(fromLatin1(content).includes('BEGIN') ? fromLatin1(content) : content).raw),
    )
  } catch (cause) {
    throw no['bad-file']({ file: path, reason: 'not a certificate' }, cause)
  }
}

function accessOf({ apdu = [], nfc, carrierPrivileges }: RuleOptions): rules.AccessRule {
  const [word] = apdu
  const plain = apdu.length === 1 && (word === 'never' || word === 'always') ? word : undefined
  const access: NonNullable<rules.AccessRule['apdu']> = plain ?? apdu.map(filterOf)
  const rule = {
    ...(apdu.length > 0 && { apdu: access }),
    ...(nfc && { nfc }),
    ...(carrierPrivileges !== undefined && { carrierPrivileges: hexBytes(carrierPrivileges, 'carrier privileges') }),
  }
  if (Object.keys(rule).length === 0) throw no['bad-option']({ wanted: '--apdu, --nfc or --carrier-privileges' })
  return rule
}

function filterOf(text: string): rules.ApduFilter {
  const [, header, mask] = /^([0-9a-fA-F]{8})\/([0-9a-fA-F]{8})$/.exec(text) ?? []
  if (!header || !mask)
    throw no['bad-option']({ apdu: text, wanted: 'never, always, or header/mask as 00A40400/FFFFFF00' })
  return { header: hexBytes(header, 'header'), mask: hexBytes(mask, 'mask') }
}

function line({ reference, rule }: rules.ReferencedRule): string {
  const { application, caller, packageName } = reference
  const apdu =
    typeof rule.apdu === 'object' ? rule.apdu.map((f) => `${hex(f.header)}/${hex(f.mask)}`).join(' ') : rule.apdu
  const allowed = [
    apdu && `APDU ${apdu}`,
    rule.nfc && `NFC ${rule.nfc}`,
    rule.carrierPrivileges && `carrier privileges ${upper(rule.carrierPrivileges)}`,
  ].filter(Boolean)
  const whom =
    caller === 'all' ? 'every app' : `app signed by ${upper(caller)}${packageName ? ` (${packageName})` : ''}`
  const target =
    typeof application === 'object'
      ? upper(application)
      : `${application} application${application === 'all' ? 's' : ''}`
  return `${whom} on ${target}: ${allowed.join(', ') || 'nothing said'}`
}
