// INSTALL in all its forms, with tokens of delegated management. GPC v2.3.1 §11.5. Run it inside `secured(channel, …)`.

import { type Bytes, concat, NO_BYTES } from '../../base/bytes.ts'
import { command } from '../../codec/apdu.ts'
import { lv, tlv } from '../../codec/tlv.ts'
import { ask, type Dialogue } from '../iso7816/dialogue.ts'
import { type Confirmation, decodeConfirmation, tokenInput } from './delegated-management.ts'
import { encodeParameters, type ParametersRequest } from './parameters-request.ts'
import { privilegeBytes } from './registry.ts'

/** Signs the input of a token (GPC v2.3.1 App. C): `signatureBy` makes one from a key, or the issuer is asked before. */
export type Authorise = (tokenInput: Bytes) => Bytes

/** GPC v2.3.1 Table 11-43. */
export const INSTALL = {
  forLoad: 0x02,
  forInstall: 0x04,
  forMakeSelectable: 0x08,
  forInstallAndMakeSelectable: 0x0c,
  combined: 0x0e,
  forExtradition: 0x10,
  forPersonalization: 0x20,
  forRegistryUpdate: 0x40,
} as const

export interface InstallCommand {
  readonly p1: number
  readonly p2?: number
  /** The five LV fields before the token. */
  readonly fields: readonly Bytes[]
  readonly authorise?: Authorise | undefined
  /** Input of the token from the command before, of a combined process. */
  readonly before?: Bytes
}

/** What the token of this command is over. GPC v2.3.1 App. C. */
export const installTokenInput = ({ p1, p2 = 0, fields, before = NO_BYTES }: InstallCommand): Bytes =>
  concat(before, tokenInput(p1, p2, concat(...fields.map(lv))))

/** The receipt of delegated management; undefined when the card made none. */
export function* install(order: InstallCommand, doing: string): Dialogue<Confirmation | undefined> {
  const token = order.authorise?.(installTokenInput(order)) ?? NO_BYTES
  const data = concat(...order.fields.map(lv), lv(token))
  return confirmed(yield* ask(command(0x80, 0xe6, order.p1, order.p2 ?? 0, data, 256), `INSTALL [${doing}]`))
}

/** Observed: cards that answer a finished command with nothing at all, instead of 00. */
export const confirmed = (answer: Bytes): Confirmation | undefined =>
  answer.length === 0 ? undefined : decodeConfirmation(answer)

export interface Instance {
  readonly loadFile: Bytes
  readonly module: Bytes
  readonly aid: Bytes
  readonly privileges?: number
  /** Parameters of the application (tag C9). */
  readonly parameters?: Bytes
  /** Everything else in the parameters: quotas, TS 102 226, control of the token. */
  readonly system?: Omit<ParametersRequest, 'application'>
  readonly authorise?: Authorise | undefined
}

export const instanceFields = (instance: Instance): Bytes[] => {
  const { loadFile, module, aid, privileges = 0, parameters = NO_BYTES, system } = instance
  const all = encodeParameters({ application: parameters, ...system })
  return [loadFile, module, aid, privilegeBytes(privileges), all]
}

/** GPC v2.3.1 §11.5.2.3.2. */
export const installForInstall = (instance: Instance): Dialogue<Confirmation | undefined> =>
  install({ p1: INSTALL.forInstall, fields: instanceFields(instance), authorise: instance.authorise }, 'for install')

/** GPC v2.3.1 §11.5.2.3.2 and §11.5.2.3.3 in one. */
export const installForInstallAndMakeSelectable = (instance: Instance): Dialogue<Confirmation | undefined> =>
  install(
    { p1: INSTALL.forInstallAndMakeSelectable, fields: instanceFields(instance), authorise: instance.authorise },
    'for install and make selectable',
  )

interface MakeSelectable {
  readonly implicitSelection?: readonly number[]
  readonly authorise?: Authorise | undefined
}

/** GPC v2.3.1 §11.5.2.3.3. */
export function* installForMakeSelectable(
  aid: Bytes,
  privileges = 0,
  { implicitSelection, authorise }: MakeSelectable = {},
): Dialogue<Confirmation | undefined> {
  const parameters = implicitSelection ? encodeParameters({ implicitSelection }) : NO_BYTES
  const fields = [NO_BYTES, NO_BYTES, aid, privilegeBytes(privileges), parameters]
  return yield* install({ p1: INSTALL.forMakeSelectable, fields, authorise }, 'for make selectable')
}

/** STORE DATA that follows goes to this application. GPC v2.3.1 §11.5.2.3.6. */
export function* installForPersonalization(aid: Bytes): Dialogue<void> {
  yield* install(
    { p1: INSTALL.forPersonalization, fields: [NO_BYTES, NO_BYTES, aid, NO_BYTES, NO_BYTES] },
    'for personalization',
  )
}

export interface Extradition {
  /** An application or a load file. */
  readonly aid: Bytes
  /** The security domain that it goes to. */
  readonly to: Bytes
  readonly authorise?: Authorise | undefined
}

/** GPC v2.3.1 §11.5.2.3.4. */
export const extradite = ({ aid, to, authorise }: Extradition): Dialogue<Confirmation | undefined> =>
  install({ p1: INSTALL.forExtradition, fields: [to, NO_BYTES, aid, NO_BYTES, NO_BYTES], authorise }, 'for extradition')

export interface RegistryUpdate {
  /** Absent: restricts the card itself, which cannot be undone. */
  readonly aid?: Bytes
  /** The domain it belongs to from now on. */
  readonly securityDomain?: Bytes
  /** Three bytes as a number; absent leaves them. */
  readonly privileges?: number
  readonly implicitSelection?: readonly number[]
  /** Bits of tag D9. GPC v2.3.1 Table 11-53. */
  readonly restrict?: number
  readonly authorise?: Authorise | undefined
}

/** GPC v2.3.1 §11.5.2.3.5: all of it or nothing. */
export function* updateRegistry(update: RegistryUpdate): Dialogue<Confirmation | undefined> {
  const { aid = NO_BYTES, securityDomain = NO_BYTES, privileges, implicitSelection, restrict, authorise } = update
  const parameters = encodeParameters({
    ...(implicitSelection && { implicitSelection }),
    ...(restrict !== undefined && { restrict }),
  })
  const given = privileges === undefined ? NO_BYTES : privilegeBytes(privileges)
  const fields = [securityDomain, NO_BYTES, aid, given, parameters]
  return yield* install({ p1: INSTALL.forRegistryUpdate, fields, authorise }, 'for registry update')
}

/** Secure channel and acceptance rules of a new security domain (tag C9). Observed: gpshell, UICC configuration. */
export const securityDomainParameters = ({ scp = 3, i = 0x70 } = {}): Bytes =>
  concat(
    tlv(0x81, Uint8Array.of(scp, i)),
    tlv(0x82, Uint8Array.of(0x20, 0x20)),
    tlv(0x83, Uint8Array.of(0x20)),
    tlv(0x87, Uint8Array.of(0x20, 0x20)),
  )
