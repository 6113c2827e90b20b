// The generations of both authorities: the newest issues, each earlier one signs lists and answers for what it issued
// until its own end. All of one authority have one name. Observed: certificates of J-LIS.

import type { Publish } from '../../base/ports.ts'
import { type Anchor, makeCa, type Opening, openAnchor } from './anchor.ts'
import type { CertificateKind } from './contract.ts'
import { no } from './refusals.ts'

export interface Generations {
  /** The one that issues. */
  current(kind: CertificateKind): Anchor
  /** Newest first; without those that have ended. */
  all(kind: CertificateKind): readonly Anchor[]
  /** The one that is asked for, also when another process has just made it. */
  find(kind: CertificateKind, wanted: (anchor: Anchor) => boolean): Promise<Anchor | undefined>
  /** Refuses with `unknownGeneration` when it is not there or has ended. */
  of(kind: CertificateKind, generation: number): Promise<Anchor>
  /** Takes over what another process made. */
  refresh(): Promise<void>
}

export const KINDS = ['auth', 'sign'] as const satisfies readonly CertificateKind[]

/** Who asks for what is not there makes us look into the database this often and no oftener. */
const LOOK_AGAIN_MS = 1000

/** Opens them; makes the first of each authority on the first call in this database. */
export async function openGenerations(deps: Opening): Promise<Generations> {
  for (const kind of KINDS)
    if (!(await deps.store.own(kind, 'ca')).some(({ certificate }) => certificate))
      await makeCa(deps, kind, 1, deps.algorithm ?? 'RSA-SHA256')
  let opened: Record<CertificateKind, Anchor[]> = { auth: [], sign: [] }
  let looked = 0
  const isLiving = ({ certificate }: Anchor) => certificate.validity.notAfter >= deps.clock()
  const all = (kind: CertificateKind) => opened[kind].filter(isLiving)
  const refresh = async () => {
    looked = deps.clock().getTime()
    opened = { auth: await openAll(deps, 'auth', opened.auth), sign: await openAll(deps, 'sign', opened.sign) }
  }
  const find: Generations['find'] = async (kind, wanted) => {
    const known = opened[kind].find((anchor) => wanted(anchor) && isLiving(anchor))
    if (known || Math.abs(deps.clock().getTime() - looked) < LOOK_AGAIN_MS) return known
    await refresh()
    return all(kind).find(wanted)
  }
  await refresh()
  return {
    all,
    find,
    refresh,
    current: (kind) => known(all(kind)[0]),
    of: async (kind, generation) => known(await find(kind, (anchor) => anchor.generation === generation)),
  }
}

function known(anchor: Anchor | undefined): Anchor {
  if (!anchor) throw no.unknownGeneration()
  return anchor
}

async function openAll(deps: Opening, kind: CertificateKind, before: readonly Anchor[]): Promise<Anchor[]> {
  const anchors: Anchor[] = []
  for (const row of await deps.store.own(kind, 'ca'))
    if (row.certificate && row.not_after >= deps.clock())
      anchors.push(before.find(({ generation }) => generation === row.generation) ?? (await openAnchor(deps, row)))
  return anchors
}

/** The one that issues under its plain name, each under its number. */
export async function publishAnchors(deps: {
  readonly generations: Generations
  readonly publish: Publish
}): Promise<void> {
  const { generations, publish } = deps
  for (const kind of KINDS) {
    await publish(`authority/${kind}-ca.crt`, generations.current(kind).certificate.raw)
    for (const { generation, certificate: ca } of generations.all(kind))
      await publish(`authority/${kind}-ca-${generation}.crt`, ca.raw)
  }
}
