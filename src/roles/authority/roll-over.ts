// A new generation of one authority under its old name: from here on it issues. The earlier ones go on with lists and
// answers for what they issued, until they end. Observed: certificates of J-LIS.

import { makeCa } from './anchor.ts'
import type { Authority } from './contract.ts'
import type { Deps } from './deps.ts'
import { publishAnchors } from './generations.ts'
import { no } from './refusals.ts'

/** Whatever breaks off, the same call goes on: key, certificate and publication are each made once. */
export const rollOver =
  (deps: Deps): Authority['rollOver'] =>
  async ({ kind, generation, algorithm }) => {
    const { generations, log } = deps
    await generations.refresh()
    const current = generations.current(kind)
    if (generation > current.generation + 1) throw no.generationOutOfTurn({ current: current.generation })
    if (generation === current.generation + 1)
      await makeCa(deps, kind, generation, algorithm ?? current.signer.algorithm)
    await generations.refresh()
    const { certificate } = await generations.of(kind, generation)
    await publishAnchors(deps)
    log('authority.rolled-over', { kind, generation })
    return { certificate: certificate.raw }
  }
