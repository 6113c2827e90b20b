// What a carrier knows of its SIMs: models, keys of the issuer security domain, what belongs to the JPKI service.
// Facts: GPC v2.3.1 §11.1; seed 4 (3)⑤ (differences between the carriers' SIMs).

import type { Bytes } from '../../base/bytes.ts'
import {
  AID,
  diversificationDataOf,
  diversify,
  LEVEL,
  type Scp03Keys,
  type SecurityLevel,
} from '../../protocol/globalplatform/index.ts'

export interface SimModel {
  readonly vendor: string
  /** Whether the JPKI applet is certified on it; without that nothing is sent to the SIM. */
  readonly jpkiCertified: boolean
  readonly issuerDomain: Bytes
  /** What the carrier asks of SCP03 with this model. */
  readonly securityLevel: SecurityLevel
  /** Bytes of a load file in one LOAD command. */
  readonly loadBlock: number
}
export type SimModels = Record<string, SimModel>

export const SIM_MODELS = {
  'minato-nfc-1': {
    vendor: 'Minato',
    jpkiCertified: true,
    issuerDomain: AID.isd,
    securityLevel: LEVEL.all,
    loadBlock: 239,
  },
  'aozora-nfc-1': {
    vendor: 'Aozora',
    jpkiCertified: true,
    issuerDomain: AID.isd,
    securityLevel: LEVEL.cDecCMacRMac,
    loadBlock: 64,
  },
  'minato-classic-1': {
    vendor: 'Minato',
    jpkiCertified: false,
    issuerDomain: AID.isd,
    securityLevel: LEVEL.cDecCMac,
    loadBlock: 128,
  },
} as const satisfies SimModels

/** Version of the keys that the carrier gives the new domain; J-LIS replaces them by another version. */
export const FIRST_KEY_VERSION = 0x31

/** Keys of the issuer security domain of one SIM; used at its manufacture and by the carrier. */
export const simKeys = (master: Bytes, iccid: string): Scp03Keys => diversify(master, diversificationDataOf(iccid))
