// Who proved what, when, by which means: rows that are added and never changed. Each is linked to the one before it by
// a key that the database does not have. What is personal in them is sealed for this one application.

import { type Bytes, equal, hex, utf8 } from '../../../base/bytes.ts'
import { sha256 } from '../../../base/crypto.ts'
import type { Clock } from '../../../base/ports.ts'
import type { CheckResult, Outcome } from '../../../base/verdict.ts'
import type { SpTsm } from '../contract.ts'
import type { SpTsmDeps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { Secrets } from '../secrets.ts'
import { EVIDENCE, type EvidenceKind, linked, NO_LINK } from './model.ts'
import type { EvidenceRow, Linking, NewEvidence } from './store.ts'

export interface Finding {
  readonly kind: EvidenceKind
  readonly outcome: Outcome
  /** Names, citations and outcomes; what was found stays with who looked. */
  readonly checks?: readonly Pick<CheckResult, 'name' | 'cite' | 'outcome'>[]
  /** Kept sealed: a signed application, a line, a document's number. */
  readonly detail?: Bytes
}

type Deps = Pick<SpTsmDeps, 'store'> & { readonly secrets: Secrets; readonly clock: Clock }

export const evidenceOf = async (
  { secrets, clock }: Deps,
  orderId: string,
  { kind, outcome, checks = [], detail }: Finding,
): Promise<NewEvidence> => ({
  at: clock(),
  kind,
  outcome,
  checks: JSON.stringify(checks),
  detail: detail ? await secrets.seal('evidence', orderId, detail) : null,
})

/** Of every member, the sealed ones as they lie there. */
export async function linking(secrets: Secrets): Promise<Linking> {
  const key = await secrets.key('evidence-link')
  return ({ order_id, number, at, kind, outcome, checks, detail }, before) => {
    const sealed = detail === null ? '' : hex(sha256(detail))
    return linked(
      key,
      before,
      utf8(JSON.stringify([order_id, number, at.toISOString(), kind, outcome, checks, sealed])),
    )
  }
}

export async function addEvidence(deps: Deps, orderId: string, ...findings: Finding[]): Promise<void> {
  const rows = await Promise.all(findings.map((finding) => evidenceOf(deps, orderId, finding)))
  await deps.store.addEvidence(orderId, rows, await linking(deps.secrets))
}

/** Whether nothing was changed, taken out, put in between, or cut off at the end. */
export function isWhole(rows: readonly EvidenceRow[], head: { count: number; link: Bytes }, link: Linking): boolean {
  let before: Bytes = NO_LINK
  for (const [index, row] of rows.entries()) {
    if (row.number !== index + 1 || !equal(link(row, before), row.link)) return false
    before = row.link
  }
  return rows.length === head.count && equal(before, head.link)
}

export const evidence =
  ({ store, secrets }: Deps): SpTsm['evidence'] =>
  async ({ reference }) => {
    const application = await store.applicationByReference(reference)
    if (!application) throw no.unknownOrder()
    const rows = await store.evidence(application.order_id)
    const head = { count: application.evidence_count, link: application.evidence_link }
    return {
      whole: isWhole(rows, head, await linking(secrets)),
      evidence: rows.map(({ at, kind, outcome, checks, detail }) => ({
        at,
        kind,
        ...EVIDENCE[kind],
        outcome,
        checks: JSON.parse(checks),
        sealed: detail !== null,
      })),
    }
  }

/** What was sealed with a row, for who must prove it before a court; no screen shows it. */
export const openDetail = async (secrets: Secrets, { order_id, detail }: EvidenceRow): Promise<Bytes | null> =>
  detail && secrets.unseal('evidence', order_id, detail)
