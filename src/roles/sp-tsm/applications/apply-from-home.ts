// ① From home without the card: four facts that equal the register's, a line of the applicant's (the carrier, then a
// code by SMS), and 本人限定受取郵便 to the registered address with another code. Seed 0 村上 ①.

import type { SpTsm } from '../contract.ts'
import type { Running } from '../deps.ts'
import { no } from '../refusals.ts'
import { checkFresh, enter, lineFinding } from './enter.ts'

/** Who lives elsewhere than registered gets no letter there: the counter is for them. */
export const applyFromHome =
  (deps: Running): SpTsm['applyFromHome'] =>
  async ({ form, fourInfo }) => {
    await checkFresh(deps, form)
    const { name, birthDate, address } = fourInfo
    const petition = { form, applicant: { name, birthDate }, address }
    const line = await lineFinding(deps, petition)
    const { serial } = await deps.authority.cardOf({ fourInfo, asker: 'sp-tsm' })
    if (serial === null) throw no.nobodyHasThese()
    const findings = [line, { kind: 'facts', outcome: 'passed' } as const]
    return enter(deps, { way: 'home', petition, cardAuthSerial: serial, findings })
  }
