// ② On line with the card: its 署名用 signature names the person, a code by SMS or mail approves. Seed 4 前提(2).

import type { Bytes } from '../../../base/bytes.ts'
import type { FourInfo } from '../../../base/contract.ts'
import { type ApplicationForm, type SpTsm, zApplicationForm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { no } from '../refusals.ts'
import { signedByCard } from '../signed-by-card.ts'
import { bare, checkFresh, enter, lineFinding } from './enter.ts'
import type { Finding } from './evidence.ts'

export const apply =
  (deps: Running): SpTsm['apply'] =>
  async ({ application }) => {
    const { form, applicant, cardAuthSerial, finding } = await signed(deps, application)
    const petition = { form, applicant, address: null }
    const findings = [finding, await lineFinding(deps, petition)]
    return enter(deps, { way: 'card', petition, cardAuthSerial, findings })
  }

export interface Signed {
  readonly form: ApplicationForm
  readonly applicant: Pick<FourInfo, 'name' | 'birthDate'>
  readonly cardAuthSerial: bigint
  readonly finding: Finding
}

/** The signature is good, the form fresh, and the card has a certificate to hang on; the facts go no further. */
export async function signed(deps: Running, document: Bytes): Promise<Signed> {
  const { form, serial, fourInfo, checks } = await signedByCard(deps, document, zApplicationForm)
  await checkFresh(deps, form)
  const linked = await deps.authority.link({ kind: 'sign', serial, want: 'card-auth', asker: 'sp-tsm' })
  if (linked.serial === null) throw no.noLinkedCertificate()
  return {
    form,
    applicant: { name: fourInfo.name, birthDate: fourInfo.birthDate },
    cardAuthSerial: linked.serial,
    finding: { kind: 'signature', outcome: 'passed', checks: bare(checks), detail: document },
  }
}
