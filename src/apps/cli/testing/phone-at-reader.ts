// A phone with a certificate, held to the reader at the bank's counter: reader, phone, bank and platform are processes, and the SIM is
// reached through the phone's.

import { expect } from 'vitest'
import { ACR } from '../../../protocol/login/acr.ts'
import { serviceContract } from '../../../roles/service/contract.ts'
import { verifierContract } from '../../../roles/verifier/contract.ts'
import { begunAt, heldTo } from './served-banks.ts'
import type { ServedWorld } from './served-world.ts'

const PHONE = 'adult-phone'

/** With its PIN it logs in; without one it checks in, and a PIN that is wrong does neither. */
export async function phoneAtReader(world: ServedWorld, pin: string): Promise<void> {
  for (const name of ['terminal-reader', 'service-bank'] as const) await world.start(name)
  const verifier = world.asked(verifierContract, 'verifier')
  const bank = world.asked(serviceContract, 'service-bank')
  const reader = { outer: world.outerOf('terminal-reader') }
  const home = `${world.outerOf('verifier')}/verifier`
  const seen = async (checkIn: boolean, held: object) => {
    const { loginId, back } = await begunAt(home, bank, { checkIn })
    const shown = await heldTo(reader, verifier, loginId, { what: PHONE, ...held })
    if (!shown.includes('ログインしました')) return shown
    const { acr, checkedIn } = await bank.finishLogin(await back())
    return { acr, checkedIn }
  }
  expect(await seen(false, { pin })).toEqual({ acr: ACR.phone, checkedIn: false })
  expect(await seen(true, {})).toEqual({ acr: ACR.pinless, checkedIn: true })
  const wrong = pin === '0000' ? '0001' : '0000'
  expect(await seen(false, { pin: wrong })).toContain('暗証番号がちがいます')
  expect(await seen(false, { pin })).toEqual({ acr: ACR.phone, checkedIn: false })
}
