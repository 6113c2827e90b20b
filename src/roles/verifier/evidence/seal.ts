// Lines of evidence: numbered, each with the digest of the one before, so that a line that is taken out, changed or put elsewhere
// shows. The head of a tenant's chain is in every manifest that was given out.

import { hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import type { Head, Sealed, Unsealed } from './store.ts'

export const digestOf = (line: string): string => hex(sha256(utf8(line)))

/** What was kept of one tenant, upon the head of its chain. */
export function seal(before: Head, rows: readonly Unsealed[]) {
  const sealed: Sealed[] = []
  let { number, chain } = before
  for (const { id, clientId, tenantId, at, record } of rows) {
    number += 1
    const about = { number, previous: chain, at: at.toISOString(), ...(clientId !== null && { service: clientId }) }
    const line = JSON.stringify({ ...about, ...(JSON.parse(record) as object) })
    sealed.push({ id, tenantId, number: BigInt(number), line })
    chain = digestOf(line)
  }
  return { head: { number, chain }, sealed }
}

/** The newest OCSP answer that these verdicts rest on. */
function newestAnswer(rows: readonly Unsealed[]): Date | undefined {
  const times = rows.flatMap(({ record }) => [...record.matchAll(/"producedAt":"([^"]+)"/g)].map(([, at]) => at!))
  const last = times.sort().at(-1)
  return last === undefined ? undefined : new Date(last)
}

export const sealEvidence =
  ({ store, clock }: Pick<Deps, 'store' | 'clock'>): Verifier['sealEvidence'] =>
  async () => {
    while (await store.evidence.sealSome(clock(), seal, newestAnswer));
    return {}
  }
