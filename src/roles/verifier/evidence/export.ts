// Evidence given out: lines of one tenant and a span of time, and a manifest over them under the platform's signature. A clerk names
// the tenant; an administrator has the own one, and another's is answered as one that is not there.

import { utf8 } from '../../../base/bytes.ts'
import type { Verifier } from '../contract.ts'
import type { Deps } from '../model.ts'
import { signedIn } from '../operator/desk.ts'
import { no } from '../refusals.ts'
import { tenantOf } from '../services/tenants.ts'
import type { Manifest } from './contract.ts'
import { signed } from './key.ts'
import { digestOf, sealEvidence } from './seal.ts'
import { NOTHING_BEFORE, OWN, type Span } from './store.ts'

type Asked = Parameters<Verifier['evidenceManifest']>[0]

/** Whose, and no later than now: what is still to come would not be in it. */
async function spanOf(deps: Deps, { session, tenantId, from, to }: Asked): Promise<Span> {
  const whose = await tenantAsked(deps, session, tenantId)
  await sealEvidence(deps)({})
  const now = deps.clock()
  return { tenantId: whose, from, to: to < now ? to : now }
}

async function tenantAsked(deps: Deps, session: string, tenantId: string | undefined): Promise<string> {
  if (tenantId === undefined) return (await tenantOf(deps, session)).tenantId
  await signedIn(deps, session, 'auditor')
  if (tenantId !== OWN && !(await deps.store.operator.isTenant(tenantId))) throw no.notOwnService()
  return tenantId
}

export const evidence =
  (deps: Deps): Verifier['evidence'] =>
  async ({ after = 0, ...asked }) => {
    const span = await spanOf(deps, asked)
    const numbers = await deps.store.evidence.numbers(span)
    if (!numbers) return { lines: [], next: null, total: 0 }
    const { first, last } = numbers
    const lines = await deps.store.evidence.lines(span.tenantId, Math.max(after, first - 1), last)
    const at = lines.at(-1)?.number
    return {
      lines: lines.map(({ line }) => line),
      next: at === undefined || at >= last ? null : at,
      total: last - first + 1,
    }
  }

export const evidenceManifest =
  (deps: Deps): Verifier['evidenceManifest'] =>
  async (asked) => {
    const span = await spanOf(deps, asked)
    const { store, clock, issuer = '', log } = deps
    const numbers = await store.evidence.numbers(span)
    const head = await store.evidence.head(span.tenantId)
    const manifest: Manifest = {
      schema: 'kazasu/evidence/1',
      platform: issuer,
      tenantId: span.tenantId,
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      madeAt: clock().toISOString(),
      ...(numbers ? await endsOf(deps, span.tenantId, numbers) : NONE),
      head,
    }
    const content = utf8(`${JSON.stringify(manifest, null, 2)}\n`)
    log('verifier.evidence', { tenantId: span.tenantId, lines: manifest.lines })
    return { manifest: content, ...(await signed(deps, content)) }
  }

const NONE = { lines: 0, first: null, last: null, previous: NOTHING_BEFORE, chain: NOTHING_BEFORE }

async function endsOf(
  { store }: Deps,
  tenantId: string,
  { first, last }: { readonly first: number; readonly last: number },
): Promise<Pick<Manifest, 'lines' | 'first' | 'last' | 'previous' | 'chain'>> {
  const line = async (number: number) => (await store.evidence.lines(tenantId, number - 1, number))[0]!.line
  const { previous } = JSON.parse(await line(first)) as { previous: string }
  return { lines: last - first + 1, first, last, previous, chain: digestOf(await line(last)) }
}
