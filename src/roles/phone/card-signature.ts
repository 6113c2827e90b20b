// What the holder signs with the My Number Card held to the phone. The password goes to the card and nowhere else.

import type { Bytes } from '../../base/bytes.ts'
import type { Session } from '../../base/ports.ts'
import { type Dialogue, run } from '../../protocol/iso7816/index.ts'
import * as jpki from '../../protocol/jpki-ap/index.ts'
import { asRefusal } from './applet.ts'
import { no } from './refusals.ts'

/** The content with the signature of its holder; the session with the card ends with it. */
export const signOnCard = (card: Session, password: string, content: Bytes, now: Date): Promise<Bytes> =>
  onCard(card, jpki.signDocument(password, content, now))

/** What a dialogue with the 署名用 key gives; the session ends with it. Refuses where the card has no such certificate. */
export async function onCard<T>(card: Session, dialogue: Dialogue<T | null>): Promise<T> {
  try {
    const signed = await run(card, dialogue)
    if (!signed) throw no.noSignCertificate()
    return signed
  } catch (error) {
    throw asRefusal(error, no.wrongPassword, no.passwordBlocked)
  } finally {
    await card.end()
  }
}
