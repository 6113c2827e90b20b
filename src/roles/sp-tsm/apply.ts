// An application: signature, form, freshness, link, line, SIM and phone are checked before anything is sent.
// The four facts are asked of the verifier, passed to the carrier for comparison (name and birth date) and forgotten.

import { type Bytes, equal, fromUtf8, hex, utf8 } from '../../base/bytes.ts'
import type { FourInfo } from '../../base/contract.ts'
import { type ApplicationForm, type SpTsm, zApplicationForm } from './contract.ts'
import type { SpTsmDeps } from './deps.ts'
import { FRESHNESS_MS } from './model.ts'
import { orderView } from './orders.ts'
import { no } from './refusals.ts'
import type { Secrets } from './secrets.ts'

export const apply =
  (deps: SpTsmDeps & { secrets: Secrets }): SpTsm['apply'] =>
  async ({ application }) => {
    const { store, clock, entropy, log } = deps
    const { form, serial, fourInfo } = await verified(deps, application)
    if (Math.abs(clock().getTime() - Date.parse(form.appliedAt)) > FRESHNESS_MS) throw no.notFresh()
    if (await store.nonceIsUsed(form.nonce)) throw no.nonceUsed()
    const cardAuthSerial = await linkedAuthSerial(deps, serial)
    await checkEligibility(deps, form, fourInfo)
    const orderId = hex(entropy(16))
    const accepted = await store.accept({
      order_id: orderId,
      carrier: form.carrier,
      iccid: form.iccid,
      nonce: form.nonce,
      card_auth_serial: cardAuthSerial.toString(),
      applied_at: clock(),
    })
    if (!accepted) throw (await store.nonceIsUsed(form.nonce)) ? no.nonceUsed() : no.orderLive()
    log('sp-tsm.accepted', { carrier: form.carrier })
    return orderView(deps.secrets, (await store.order(orderId))!)
  }

async function verified({ verifier }: SpTsmDeps, document: Bytes) {
  const { verdict, serial, fourInfo, content } = await verifier.verifySignature({ document })
  if (verdict.outcome !== 'passed' || serial === null || fourInfo === null || content === null) {
    const culprit = verdict.checks.find(({ outcome }) => outcome !== 'passed')
    throw no.signatureNotPassed({ outcome: verdict.outcome, check: culprit?.name ?? 'none' })
  }
  return { form: parseForm(content), serial, fourInfo }
}

/** Exactly the octets that this form is written as: no other members, order or spacing. */
export function parseForm(content: Bytes): ApplicationForm {
  const form = zApplicationForm.safeParse(jsonOf(content))
  if (!form.success || !equal(utf8(JSON.stringify(form.data)), content)) throw no.malformedForm()
  return form.data
}

function jsonOf(content: Bytes): unknown {
  try {
    return JSON.parse(fromUtf8(content))
  } catch (error) {
    throw no.malformedForm({}, error)
  }
}

async function linkedAuthSerial({ authority }: SpTsmDeps, signSerial: bigint): Promise<bigint> {
  const link = async (want: 'card-auth' | 'phone-auth') =>
    (await authority.link({ kind: 'sign', serial: signSerial, want, asker: 'sp-tsm' })).serial
  const serial = await link('card-auth')
  if (serial === null) throw no.noLinkedCertificate()
  if ((await link('phone-auth')) !== null) throw no.phoneExists()
  return serial
}

async function checkEligibility({ carriers }: SpTsmDeps, form: ApplicationForm, { name, birthDate }: FourInfo) {
  const carrier = Object.hasOwn(carriers, form.carrier) ? carriers[form.carrier] : undefined
  if (!carrier) throw no.unknownCarrier({ carrier: form.carrier })
  const { msisdn, iccid, deviceModel } = form
  const asked = { msisdn, iccid, deviceModel, applicant: { name, birthDate } }
  const { eligible, reasons } = await carrier.checkGlobalEligibility(asked)
  if (!eligible) throw no.notEligible({ reasons: reasons.join(', ') })
}
