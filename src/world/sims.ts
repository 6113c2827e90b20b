// SIMs as their carriers have them made: with the keys of this SIM, and the rules for this carrier's proxy.

import type { Entropy, KeyStore } from '../base/ports.ts'
import { SIM_MODELS, type SimModel, simPersonalisation } from '../roles/carrier/index.ts'
import { imageOf } from '../roles/secure-element/index.ts'
import { proxyAppOf } from './apps.ts'
import { CARRIERS, type CarrierId } from './people.ts'

/** An MVNO's are made for its host. */
export async function simImage(
  keys: KeyStore,
  carrier: CarrierId,
  { iccid, simModel }: { readonly iccid: string; readonly simModel: string },
) {
  const { kind } = CARRIERS[carrier]
  const maker = kind === 'mvno' ? CARRIERS[carrier as 'kodama'].host : carrier
  const model: SimModel = SIM_MODELS[simModel as keyof typeof SIM_MODELS]
  const sim = { iccid, model, proxyApp: proxyAppOf(carrier).id }
  return imageOf(model, await simPersonalisation(keys, maker, sim))
}

const ISSUER = '898199'
const DIGITS = 12

/** Nobody's yet; the last digit is the check digit (Luhn). */
export function spareIccid(entropy: Entropy): string {
  const number = `${ISSUER}${[...entropy(DIGITS)].map((byte) => byte % 10).join('')}`
  const sum = [...number].toReversed().reduce((total, digit, i) => {
    const weighed = Number(digit) * (i % 2 === 0 ? 2 : 1)
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return `${number}${(10 - (sum % 10)) % 10}`
}
