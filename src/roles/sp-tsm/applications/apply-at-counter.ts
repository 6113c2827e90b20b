// ③ At the counter: a clerk has the citizen before them and their SIM in the reader. The card signs, or the clerk
// vouches for documents and four facts. Nothing more is due: the order is accepted at once. Seed 0 村上 ③.

import { utf8 } from '../../../base/bytes.ts'
import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { no } from '../refusals.ts'
import { signed } from './apply-with-card.ts'
import { checkFresh, enter, lineFinding } from './enter.ts'
import type { Finding } from './evidence.ts'

type Asked = Parameters<SpTsm['applyAtCounter']>[0]

export const applyAtCounter =
  (deps: Running): SpTsm['applyAtCounter'] =>
  async (asked) => {
    const { form, applicant, cardAuthSerial, findings } = await identified(deps, asked)
    const { clerk, act, proof } = asked
    const vouched: Finding = { kind: 'clerk', outcome: 'passed', detail: utf8(JSON.stringify({ clerk, act, proof })) }
    const petition = { form, applicant, address: null }
    const line = await lineFinding(deps, petition)
    return enter(deps, { way: 'counter', petition, cardAuthSerial, findings: [vouched, ...findings, line] })
  }

async function identified(deps: Running, { by }: Asked) {
  if ('application' in by) {
    const { finding, ...rest } = await signed(deps, by.application)
    return { ...rest, findings: [finding] }
  }
  const { form, fourInfo } = by
  await checkFresh(deps, form)
  const { serial } = await deps.authority.cardOf({ fourInfo, asker: 'sp-tsm' })
  if (serial === null) throw no.nobodyHasThese()
  const applicant = { name: fourInfo.name, birthDate: fourInfo.birthDate }
  const facts: Finding = { kind: 'facts', outcome: 'passed' }
  return { form, applicant, cardAuthSerial: serial, findings: [facts] }
}
