// What an application asks for, kept sealed for as long as somebody must still be asked about it: until the
// installation begins, or the order ends. Then line, SIM and person are known from the evidence only, sealed too.

import { type Bytes, fromUtf8, utf8 } from '../../../base/bytes.ts'
import type { FourInfo } from '../../../base/contract.ts'
import type { Authority } from '../../authority/contract.ts'
import type { ApplicationForm } from '../contract.ts'
import type { SpTsmDeps } from '../deps.ts'
import { no } from '../refusals.ts'
import type { Secrets } from '../secrets.ts'

export interface Petition {
  readonly form: ApplicationForm
  readonly applicant: Pick<FourInfo, 'name' | 'birthDate'>
  /** Where the letter goes: as registered. Null where none is due. */
  readonly address: string | null
}

export const sealPetition = (secrets: Secrets, orderId: string, petition: Petition): Promise<Bytes> =>
  secrets.seal('petition', orderId, utf8(JSON.stringify(petition)))

export const unsealPetition = async (secrets: Secrets, orderId: string, sealed: Bytes): Promise<Petition> =>
  JSON.parse(fromUtf8(await secrets.unseal('petition', orderId, sealed)))

type Asked = Pick<SpTsmDeps, 'carriers'>

/** Line, SIM, phone and whose line it is, by the carrier at this moment. Refuses with every reason against. */
export async function checkLine({ carriers }: Asked, { form, applicant }: Omit<Petition, 'address'>): Promise<void> {
  const carrier = Object.hasOwn(carriers, form.carrier) ? carriers[form.carrier] : undefined
  if (!carrier) throw no.unknownCarrier({ carrier: form.carrier })
  const { msisdn, iccid, deviceModel, mailAddress } = form
  const asked = { msisdn, iccid, deviceModel, applicant: { ...applicant, ...(mailAddress && { mailAddress }) } }
  const { eligible, reasons } = await carrier.checkGlobalEligibility(asked)
  if (!eligible) throw no.notEligible({ reasons: reasons.join(', ') })
}

/** The certificate on the card is valid still, and no other phone has one, but that whose place this one takes. */
export async function checkCard(
  { authority }: { authority: Authority },
  cardAuthSerial: bigint,
  replaces: string | null | undefined,
): Promise<void> {
  const link = async (want: 'card-auth' | 'phone-auth') =>
    (await authority.link({ kind: 'auth', serial: cardAuthSerial, want, asker: 'sp-tsm' })).serial
  if ((await link('card-auth')) === null) throw no.noLinkedCertificate()
  const phone = await link('phone-auth')
  if (phone !== null && phone.toString() !== replaces) throw no.phoneExists()
}
