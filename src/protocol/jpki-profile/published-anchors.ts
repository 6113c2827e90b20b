// The CA certificates that J-LIS has published, by fingerprint: SHA-256 over the DER. `observed: certificates of J-LIS`.
// No certificate is here and none is trusted by this table: who has the file compares it and decides.

import { type Bytes, hex } from '../../base/bytes.ts'
import { sha256 } from '../../base/crypto.ts'
import type { CaKind } from './facts.ts'

export interface PublishedAnchor {
  readonly ca: CaKind
  readonly generation: 1 | 2 | 3
  readonly serialNumber: string
  /** Days of Japan. */
  readonly from: string
  readonly until: string
  /** Absent where only parts of it are publicly known: then nothing can be recognised. */
  readonly sha256?: string
  /** First and last digits, for people only. */
  readonly partial?: string
}

export const PUBLISHED_ANCHORS: readonly PublishedAnchor[] = [
  {
    ca: 'sign',
    generation: 1,
    serialNumber: '01',
    from: '2015-10-20',
    until: '2025-10-19',
    sha256: '19645405a1fe14377434bd55957628ac4038557c542403a2243f21c706fc9355',
  },
  {
    ca: 'sign',
    generation: 2,
    serialNumber: '0132c4ab',
    from: '2019-09-14',
    until: '2029-09-14',
    sha256: '79679c33e4cc9319440f1ad120a597ff1844e2ef217063adb176966fd5e6fbeb',
  },
  {
    ca: 'sign',
    generation: 3,
    serialNumber: '067c6a21',
    from: '2023-07-16',
    until: '2033-07-15',
    sha256: 'd227f6cde11d35c5252178f106f843d24651944975413b539fa2fb68dbfa365f',
  },
  {
    ca: 'auth',
    generation: 1,
    serialNumber: '01',
    from: '2015-10-20',
    until: '2025-10-19',
    sha256: '4dcfc4ca0aaf9fb2a3081b3f0c991c320b3acc008667a341eeaec5af1d58ca7d',
  },
  {
    ca: 'auth',
    generation: 2,
    serialNumber: '0133c349',
    from: '2019-09-14',
    until: '2029-09-14',
    partial: '0d98de47…961fade6',
  },
  {
    ca: 'auth',
    generation: 3,
    serialNumber: '06d18006',
    from: '2023-07-16',
    until: '2033-07-15',
    sha256: '64114f29620c24ed2631d46476a040e7ee740d956089c00b036a6a8118c322b5',
  },
]

/** Which published CA certificate this is, by its whole fingerprint; names, serial numbers and parts decide nothing. */
export function publishedAnchorOf(certificate: Bytes): PublishedAnchor | undefined {
  const fingerprint = hex(sha256(certificate))
  return PUBLISHED_ANCHORS.find((one) => one.sha256 === fingerprint)
}
