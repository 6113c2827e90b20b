// `kazasu audit`: whether SIM, carriers, SP-TSM and authority agree. Of a data folder, or of running roles, which it asks
// as their operator by --peer. Exit status 0 when all agree, 1 when not, 2 when something could not be seen.

import { mutualTlsFetch } from '../../adapters/http/index.ts'
import { tlsIdentity } from '../../adapters/tls-identity.ts'
import { authorityContract } from '../../roles/authority/contract.ts'
import { carrierContract } from '../../roles/carrier/contract.ts'
import { type SpTsm, spTsmContract } from '../../roles/sp-tsm/contract.ts'
import { FINDINGS } from '../../world/audit/agreed.ts'
import { type AuditParties, type AuditReport, audit as auditOf, type Finding } from '../../world/audit/audit.ts'
import { CARRIERS } from '../../world/people.ts'
import { openPlatform } from './authority-platform.ts'
import { OPERATOR } from './callers.ts'
import { folderWorld } from './folder-world.ts'
import { peersAt } from './serve.ts'

export interface AuditCommandOptions {
  readonly data: string
  readonly peer: readonly string[]
  readonly allSims?: boolean
  readonly json?: boolean
}

export async function audit({ data, peer, allSims = false, json = false }: AuditCommandOptions): Promise<number> {
  const report = await asked(data, peer, (parties) => auditOf(parties, { allSims }))
  process.stdout.write(json ? `${JSON.stringify(report, serials, 2)}\n` : described(report))
  if (report.findings.length > 0) return 1
  return report.simsUnseen.length > 0 ? 2 : 0
}

/** The roles of a data folder, or running ones, asked as their operator. */
export async function asked<T>(
  data: string,
  peer: readonly string[],
  work: (parties: AuditParties & { readonly spTsm: SpTsm }) => Promise<T>,
): Promise<T> {
  if (peer.length === 0) {
    const world = await folderWorld(data)
    try {
      return await work(world)
    } finally {
      await world.close()
    }
  }
  const platform = await openPlatform(data)
  try {
    const peers = peersAt(peer, mutualTlsFetch(await tlsIdentity(platform, OPERATOR, 'localhost')))
    const carriers = Object.keys(CARRIERS).map((id) => [id, peers(carrierContract, `carrier-${id}`)])
    const [authority, spTsm] = [peers(authorityContract), peers(spTsmContract)]
    return await work({ authority, spTsm, carriers: Object.fromEntries(carriers) })
  } finally {
    await platform.close()
  }
}

const serials = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)

const where = ({ carrier, iccid, reference, serial }: Finding): string =>
  [carrier, iccid && `SIM ${iccid}`, reference && `order ${reference}`, serial !== null && `certificate ${serial}`]
    .filter(Boolean)
    .join(', ')

function described({ orders, certificates, services, simsSeen, simsUnseen, findings }: AuditReport): string {
  const lines = [
    `${orders} orders, ${certificates} certificates of phones, ${services} services at carriers, ${simsSeen} SIMs seen`,
    ...simsUnseen.map(({ carrier, iccid, because }) => `not seen  ${carrier}, SIM ${iccid}: ${because}`),
    ...findings.map(
      (one) => `${one.code}  ${where(one)}\n    ${FINDINGS[one.code]}\n    ${one.expected} / ${one.found}`,
    ),
    findings.length === 0 ? 'all agree' : `${findings.length} disagreements`,
  ]
  return `${lines.join('\n')}\n`
}
