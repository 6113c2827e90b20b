// A new card: entered as begun, keys made on the equipment, certificates by the authority, all written at once. What is
// broken off is completed by asking again, or undone; the keys lie in the card's own memory meanwhile, nowhere else.

import { type Bytes, concat } from '../../../base/bytes.ts'
import { encodeCvcKey, modulusOfSpki } from '../../../codec/cvc.ts'
import { type Certificate, decodeCertificate } from '../../../codec/x509.ts'
import { issuerAmong } from '../../../protocol/jpki-profile/index.ts'
import { japanTime } from '../../../protocol/jpki-profile/names.ts'
import type { Authority, CertificateKind } from '../../authority/contract.ts'
import type { JpkiKeyImage } from '../../my-number-card/contract.ts'
import { acting } from '../clerks.ts'
import type { Counter } from '../contract.ts'
import { type Blank, type CounterDeps, ISSUER_KEY_VERSION, issuerKeys } from '../model.ts'
import { no } from '../refusals.ts'
import type { CardRow } from '../store.ts'
import { cardFace, digits } from './card-face.ts'
import { viewOf } from './view.ts'

type Order = Parameters<Counter['issueCard']>[0]

export const issueCard =
  (deps: CounterDeps): Counter['issueCard'] =>
  (order) => {
    const { session, residentId, proof } = order
    return acting(deps, session, { what: 'issueCard', residentId, proof }, async () => {
      const row = await begun(deps, order)
      if (row.state !== 'begun') return viewOf(row)
      return deps.machine.blank(row.place, row.card_number, async (blank) =>
        viewOf(await made(deps, row, order, blank)),
      )
    })
  }

/** The card that was begun for this resident and place, or a new one. */
async function begun(deps: CounterDeps, order: Order): Promise<CardRow> {
  const { store, register, clock } = deps
  const { residentId, place, cardNumber, password } = order
  const before = await store.livingCard(residentId)
  if (before) {
    const same = before.place === place && (cardNumber === undefined || cardNumber === before.card_number)
    if (!same || (before.state !== 'begun' && cardNumber === undefined)) throw no.hasCard()
    if (before.has_sign !== (password !== null)) throw no.passwordNeeded()
    return before
  }
  if ((await register.find({ residentId })).status !== 'resident') throw no.notResident()
  const card_number = cardNumber ?? newNumber(deps)
  const card = { card_number, resident_id: residentId, place, expiry: expiryOf(clock()), has_sign: password !== null }
  const state = 'begun' as const
  if (!(await store.beginCard({ ...card, state, auth_serial: null, sign_serial: null }))) throw no.hasCard()
  return { ...card, state, auth_serial: null, sign_serial: null }
}

/** The municipality's code and eleven digits that say nothing. */
function newNumber({ entropy, municipality }: CounterDeps): string {
  return `${municipality}${digits(entropy(11))}`
}

/** Ten years from this day in Japan, as YYYYMMDD; ten years after a leap year there is no 29 February. */
export function expiryOf(now: Date): string {
  const today = japanTime(now).toISOString().slice(0, 10).replaceAll('-', '')
  return String(Number(today) + 10_0000).replace(/0229$/, '0228')
}

async function made(deps: CounterDeps, row: CardRow, { pin, password, face }: Order, blank: Blank): Promise<CardRow> {
  const { store, authority, keys } = deps
  if (!blank.written) {
    const auth = await keyImage(deps, row, 'auth', blank, pin)
    const sign = password === null ? undefined : await keyImage(deps, row, 'sign', blank, password)
    blank.write({
      tokenSerial: row.card_number,
      auth,
      ...(sign && { sign }),
      municipality: deps.municipality,
      expiry: row.expiry,
      ...(face && { face: await cardFace(deps, row, face) }),
      terminalCaKey: await terminalCaKey(authority),
      issuerKeys: { version: ISSUER_KEY_VERSION, keys: await issuerKeys(keys, row.card_number) },
    })
  }
  return store.changeCard(row.card_number, { state: 'made' })
}

async function terminalCaKey(authority: Authority): Promise<Bytes> {
  const { publicKey, keyId } = await authority.terminalCa({})
  return concat(keyId, encodeCvcKey(modulusOfSpki(publicKey)))
}

async function keyImage(
  deps: CounterDeps,
  row: CardRow,
  kind: CertificateKind,
  blank: Blank,
  pin: string,
): Promise<JpkiKeyImage> {
  const { privateKey, publicKey } = blank.keyPair(kind)
  const certificate = await certified(deps, row, kind, publicKey)
  return { privateKey, certificate, caCertificate: await caOf(deps.authority, kind, certificate), pin }
}

/** The certificate of a new card; its serial number is on record before the card is written. */
export async function certified(
  { store, authority }: CounterDeps,
  row: CardRow,
  kind: CertificateKind,
  publicKey: Bytes,
): Promise<Bytes> {
  const requestKey = `counter ${row.card_number} ${kind}`
  const { serial, certificate } = await authority.issueForCard({
    requestKey,
    residentId: row.resident_id,
    kind,
    publicKey,
  })
  await store.changeCard(row.card_number, { [`${kind}_serial`]: serial.toString() })
  return certificate
}

/** Of the generation that issued it. */
export async function caOf(authority: Authority, kind: CertificateKind, certificate: Bytes): Promise<Bytes> {
  const { [kind]: newest, earlier } = await authority.caCertificates({})
  const generations = [newest, ...earlier[kind]].map(decodeCertificate) as [Certificate, ...Certificate[]]
  return issuerAmong(decodeCertificate(certificate), generations).raw
}
