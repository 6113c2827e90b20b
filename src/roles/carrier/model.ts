// What a carrier knows of its SIMs: the models, of which the maker says what they can, which of them the JPKI applet is
// certified on, and the keys of the issuer security domain. Seed 4 (3)⑤ (differences between the carriers' SIMs).

import { type Bytes, bytes } from '../../base/bytes.ts'
import type { Entropy } from '../../base/ports.ts'
import type { ApduFilter, ReferencedRule } from '../../protocol/access-rules/index.ts'
import * as gp from '../../protocol/globalplatform/index.ts'
import type { Dialogue } from '../../protocol/iso7816/index.ts'
import { JPKI } from '../../protocol/jpki-ap/index.ts'
import { SIM_MODELS as CHIPS, type SimModel as Chip } from '../secure-element/contract.ts'

export interface SimModel extends Chip {
  /** Whether the JPKI applet is certified on it; without that nothing is sent to the SIM. */
  readonly jpkiCertified: boolean
}
export type SimModels = Record<string, SimModel>

/** Bytes for the applet with key, certificates and what it needs while it works. Ours: docs/profile.md#sim-models. */
const JPKI_MEMORY = 96 * 1024

/** What the certification asks of a chip: AES for its management, and room. Whether it makes key pairs is no matter. */
export const canHoldJpki = ({ scp, memory }: Chip): boolean =>
  scp.scp03 !== undefined && memory.nonVolatile >= JPKI_MEMORY

export const SIM_MODELS = Object.fromEntries(
  Object.entries<Chip>(CHIPS).map(([name, chip]) => [name, { ...chip, jpkiCertified: canHoldJpki(chip) }]),
) as Record<keyof typeof CHIPS, SimModel>

/** Version of the keys that the carrier gives the new domain; J-LIS replaces them by another version. */
export const FIRST_KEY_VERSION = 0x31

/** Keys of the issuer security domain of one SIM, as long as the master; used at its manufacture and by the carrier. */
export function simKeys(master: Bytes, iccid: string, { scp }: Chip): gp.KeySet {
  const derive = scp.scp03 === undefined ? gp.KDF.emv : gp.KDF.kdf3
  return derive(master, gp.diversificationDataOf(iccid))
}

/** The protocol that the chip speaks, at the highest level that it covers. */
export function openDomain(
  { scp, countsEmptyCommands }: Chip,
  session: { readonly keys: gp.KeySet; readonly entropy: Entropy; readonly aid: Bytes },
): Dialogue<gp.SecureChannel> {
  const { scp02, scp03 } = scp
  if (scp03 !== undefined) {
    return gp.openScp03({ ...session, level: gp.highestLevel(scp03), countsEmptyCommands })
  }
  return gp.openScp02({ ...session, ...(scp02 !== undefined && { i: scp02 }) })
}

/** GlobalPlatform commands and nothing else. */
const MANAGEMENT: readonly ApduFilter[] = [{ header: bytes(0x80, 0, 0, 0), mask: bytes(0x80, 0, 0, 0) }]

/** With these a SIM leaves the carrier: its TSM proxy reaches the issuer's domain and that of J-LIS; nobody else anything. */
export const carrierRules = (proxyApp: Bytes): ReferencedRule[] =>
  [gp.AID.isd, JPKI.securityDomain].map((application) => managementRule(application, proxyApp))

export const managementRule = (application: Bytes, proxyApp: Bytes): ReferencedRule => ({
  reference: { application, caller: proxyApp },
  rule: { apdu: MANAGEMENT },
})
