// The face of a card: its keys from the equipment, what is printed on it signed as the authority orders for the town.

import type { CardFaceImage } from '../../my-number-card/contract.ts'
import type { Face } from '../contract.ts'
import type { CounterDeps } from '../model.ts'
import type { CardRow } from '../store.ts'

export async function cardFace(deps: CounterDeps, row: CardRow, face: Face): Promise<CardFaceImage> {
  const { authority, register, machine, entropy } = deps
  const { myNumber, facePin, securityCode = digits(entropy(4)) } = face
  const [signing, session, common] = [machine.keyPair(), machine.keyPair(), machine.keyPair()]
  const { text, surface, chain } = await authority.issueCardFace({
    residentId: row.resident_id,
    myNumber,
    securityCode,
    expiry: row.expiry,
    signingKey: signing.publicKey,
    sessionKey: session.publicKey,
  })
  const { fourInfo } = await register.find({ residentId: row.resident_id })
  return {
    cardNumber: row.card_number.slice(1),
    text: byEf(text),
    surface: byEf(surface),
    chain,
    keys: { signing: signing.privateKey, session: session.privateKey, common: common.privateKey },
    pins: { text: facePin, juki: facePin },
    myNumber,
    birthDate: fourInfo.birthDate,
    securityCode,
  }
}

const byEf = (files: readonly { ef: number; content: Uint8Array }[]) =>
  Object.fromEntries(files.map(({ ef, content }) => [ef, content]))

/** Printed on the card for all to see: that some digits are a little likelier does not matter. */
export const digits = (chance: Uint8Array): string => [...chance].map((byte) => byte % 10).join('')
